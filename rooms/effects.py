"""What a room asks its host to do: frozen orders, carried out in the order given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.facts import EndReason, Fact
from rooms import moderation
from rooms.moderation import Moderation
from rooms.people import Person
from rooms.seats import Role
from rooms.timebox import Phase

Awaiting = Literal["slot", "prison", "family"]


@dataclass(frozen=True, slots=True)
class View:
    """How the room stands, for everybody in it; `awaiting` says what is waited for, None when nothing is."""

    phase: Phase
    awaiting: Awaiting | None


@dataclass(frozen=True, slots=True)
class SetPhase:
    """Tell the media room its phase (never ENDED: that is EndMedia)."""

    phase: Phase


@dataclass(frozen=True, slots=True)
class SetModeration:
    """Tell the media room what is taken from a participant's sending."""

    participant: str
    moderation: Moderation


@dataclass(frozen=True, slots=True)
class EndMedia:
    """End the media room, synchronously, before anything else happens."""


@dataclass(frozen=True, slots=True)
class AddPeer:
    """Give a participant a fresh transport that receives from `sources`, in their fixed order, and offer it."""

    participant: str
    role: Role
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemovePeer:
    """Forget a participant's transport."""

    participant: str


@dataclass(frozen=True, slots=True)
class TellState:
    """Say how the room stands."""

    to: str
    view: View


@dataclass(frozen=True, slots=True)
class TellPeople:
    """Say who is here."""

    to: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class TellNotice:
    """Say that so many seconds are left."""

    to: str
    left: int


@dataclass(frozen=True, slots=True)
class TellWarning:
    """Show a warning by staff."""

    to: str
    warning: moderation.Warning


@dataclass(frozen=True, slots=True)
class TellEnded:
    """Say that the room is over, then close."""

    to: str
    reason: EndReason
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class TellMoved:
    """Say that this node no longer holds the room, then close; the page finds the new one."""

    to: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Give up what is kept for a participant who is not waited for any more."""

    participant: str


@dataclass(frozen=True, slots=True)
class Record:
    """Put a fact on the stream."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Save:
    """Write state and presence to Redis, and let consoles know."""


@dataclass(frozen=True, slots=True)
class Finish:
    """Write the end to Redis, with its fact; the host adds what the relay counted."""

    fact: Fact


Effect = (
    SetPhase
    | SetModeration
    | EndMedia
    | AddPeer
    | RemovePeer
    | TellState
    | TellPeople
    | TellNotice
    | TellWarning
    | TellEnded
    | TellMoved
    | Forget
    | Record
    | Save
    | Finish
)
