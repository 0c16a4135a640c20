"""What a room's task needs from others: somebody to tell things to, and a media path. Tiny, and owned here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rooms.effects import TellEnded, TellMoved, TellNotice, TellPeople, TellState, TellWarning, View
from rooms.people import Person
from rooms.seats import RoomSpec
from rooms.wall.gauge import Reading


@dataclass(frozen=True, slots=True)
class Offered:
    """Here is a transport: an SDP offer to be answered."""

    sdp: str


@dataclass(frozen=True, slots=True)
class Layers:
    """Send the small layer of your picture as well, or no more."""

    small: bool


@dataclass(frozen=True, slots=True)
class AnswerRefused:
    """The last SDP answer was no use."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The participant has left, or is not waited for any more."""


Told = (
    TellState
    | TellPeople
    | TellNotice
    | TellWarning
    | TellEnded
    | TellMoved
    | Offered
    | Layers
    | AnswerRefused
    | Forgotten
)


class Listener(Protocol):
    """Who speaks for a participant. Called from the room's task; must not block and must not raise."""

    def tell(self, told: Told) -> None:
        """Take a message from the room."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What somebody who enters finds; `media_kept` says whether a transport of theirs is still up."""

    spec: RoomSpec
    view: View
    people: tuple[Person, ...]
    media_kept: bool


class Seen(Protocol):
    """When media of one kind was first and last received."""

    @property
    def last(self) -> datetime:
        """The last packet's time, aware."""


class MediaActivity(Protocol):
    """What a participant has sent, per kind."""

    @property
    def audio(self) -> Seen | None:
        """Sound, if any came."""

    @property
    def video(self) -> Seen | None:
        """Pictures, if any came."""


class MediaPeer(Protocol):
    """A participant's transport."""

    @property
    def connected(self) -> bool:
        """Whether it is up."""

    @property
    def media(self) -> MediaActivity:
        """What came over it."""

    @property
    def checked_at(self) -> datetime | None:
        """When the participant's last connectivity check came over it; None before the first."""

    def offer(self) -> str:
        """Return the SDP offer."""

    def restart_ice(self) -> str:
        """Return an offer that lets the transport find its way anew."""

    def answer(self, sdp: str) -> None:
        """Take the SDP answer; raises an error with the id bad_description, and then nothing has changed."""


class MediaLosses(Protocol):
    """What became of lost packets of video, of a room or of all."""

    @property
    def asked(self) -> int:
        """Requests for packets that did not come."""

    @property
    def recovered(self) -> int:
        """Packets that came on request."""

    @property
    def given_up(self) -> int:
        """Packets that did not come in time."""

    @property
    def repeated(self) -> int:
        """Packets sent again to receivers."""


class MediaCounters(Protocol):
    """What the relay counted for a room."""

    @property
    def received(self) -> int:
        """Packets taken from anybody."""

    @property
    def losses(self) -> MediaLosses:
        """What became of those that were lost."""

    @property
    def forwarded(self) -> int:
        """Packets sent to anybody."""

    @property
    def last_forwarded_at(self) -> datetime | None:
        """When the last one was sent."""

    @property
    def ways(self) -> Mapping[tuple[str, str, Any], int]:
        """Packets sent, by who sent them, who received them, and their kind."""


class PeerListener(Protocol):
    """Who hears of a peer; called synchronously from the media path."""

    def on_connected(self, participant_id: str) -> None:
        """The transport is up."""

    def on_media(self, participant_id: str, kind: object) -> None:
        """The first packet of a kind has come."""

    def on_offer(self, participant_id: str) -> None:
        """The transport has another offer, to be answered like the first."""

    def on_pictures(self, participant_id: str, unseen: frozenset[str], *, weak: bool) -> None:
        """The participant's line is too weak for the pictures of `unseen`, and if `weak` for its own."""

    def on_layers(self, participant_id: str, *, small: bool) -> None:
        """The participant is to send the small layer of its picture as well from now on, or no more."""

    def on_lost(self, participant_id: str) -> None:
        """The transport is gone for good."""


class MediaRoom(Protocol):
    """A room on the media path."""

    def set_phase(self, phase: str) -> None:
        """Say whether to forward."""

    def moderate(self, participant_id: str, *, muted: bool | None = None, blanked: bool | None = None) -> None:
        """Take a participant's sound or picture from the other participants, or give it back; None: as it is."""

    def add_peer(self, participant_id: str, role: str, sources: Sequence[str], listener: PeerListener) -> MediaPeer:
        """Make a transport."""

    def remove_peer(self, participant_id: str) -> None:
        """Forget a transport; unknown ids are ignored."""

    def end(self) -> MediaCounters:
        """Forget all keys and legs at once; may be called twice."""

    def counters(self) -> MediaCounters:
        """Return what was counted so far."""

    def set_wall(self, takes: Callable[[str, bytes], None] | None) -> None:
        """Give a wall the participants' keyframes now and then, or nothing."""

    def readings(self) -> Mapping[str, Reading]:
        """Return how everybody's media stands, monitors left out."""


class MediaNode(Protocol):
    """The node's media path."""

    def add_room(self, room_id: str, kind: str, ends_at: datetime) -> MediaRoom:
        """Make a room."""
