"""What can be posted to a room's task: frozen, handled one after the other, in the order they came."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from config.facts import EndReason
from rooms import moderation as mod
from rooms.host.ports import Arrival, Listener
from rooms.moderation import Moderation
from rooms.presence import Devices, Quality
from rooms.seats import Role
from rooms.standing import RoomState


@dataclass(frozen=True, slots=True)
class Enter:
    """Somebody enters; `done` gets their Arrival, or the refusal."""

    participant: str
    role: Role
    listener: Listener
    done: asyncio.Future[Arrival]


@dataclass(frozen=True, slots=True)
class Detach:
    """A socket dropped; ignored if another listener has taken over since."""

    participant: str
    listener: Listener


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody leaves."""

    participant: str


@dataclass(frozen=True, slots=True)
class Ready:
    """Somebody wants a transport."""

    participant: str
    devices: Devices


@dataclass(frozen=True, slots=True)
class Restart:
    """Somebody's network has changed: their transport is to find its way anew."""

    participant: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody answers their offer."""

    participant: str
    sdp: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Somebody says what they send."""

    participant: str
    audio: bool
    video: bool


@dataclass(frozen=True, slots=True)
class Judge:
    """Somebody's connection was judged."""

    participant: str
    quality: Quality


@dataclass(frozen=True, slots=True)
class MediaUp:
    """A transport is up. `generation` tells a participant's transports apart."""

    participant: str
    generation: int


@dataclass(frozen=True, slots=True)
class MediaSeen:
    """A transport carried its first packet of a kind."""

    participant: str
    generation: int


@dataclass(frozen=True, slots=True)
class MediaOffer:
    """A transport has another offer."""

    participant: str
    generation: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """A transport's line carries other pictures than before; see Member."""

    participant: str
    generation: int
    unseen: frozenset[str]
    weak: bool


@dataclass(frozen=True, slots=True)
class MediaLayers:
    """A transport is to carry the small layer of a picture as well, or no more."""

    participant: str
    generation: int
    small: bool


@dataclass(frozen=True, slots=True)
class MediaLost:
    """A transport is gone."""

    participant: str
    generation: int


@dataclass(frozen=True, slots=True)
class Command:
    """What stands in Redis of the room; what is None was not read."""

    opened: bool
    held: bool
    end: EndReason | None
    moderation: Mapping[str, Moderation] | None = None
    warnings: tuple[mod.Warning, ...] | None = None

    @classmethod
    def reading(cls, state: RoomState, warnings: tuple[mod.Warning, ...] | None = None) -> Command:
        """Return what a room's hash says."""
        return cls(state.opened is not None, state.held, state.end_reason, state.moderation, warnings)


@dataclass(frozen=True, slots=True)
class Move:
    """This node no longer holds the room."""


Action = (
    Enter
    | Detach
    | Leave
    | Ready
    | Restart
    | Answer
    | Mute
    | Judge
    | MediaUp
    | MediaSeen
    | MediaOffer
    | MediaLayers
    | MediaLost
    | Pictures
    | Command
    | Move
)
