"""The visit: who meets whom, on which terminal, in which slot, and where it stands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from broker.errors import BadSlot
from broker.lifecycle import (
    LIVE,
    REASON_NEEDED,
    TRANSITIONS,
    HistoryRow,
    Outcome,
    VisitStatus,
    step,
    transition,
)
from broker.people import Inmate, InmateCategory, Jail, State, Terminal, Visitor
from broker.visrn import VisRN

__all__ = [
    "LIVE",
    "REASON_NEEDED",
    "TRANSITIONS",
    "HistoryRow",
    "Inmate",
    "InmateCategory",
    "Jail",
    "NewVisit",
    "NewVisitor",
    "Outcome",
    "Slot",
    "State",
    "Terminal",
    "Visit",
    "VisitKind",
    "VisitStatus",
    "Visitor",
    "new_id",
    "step",
    "transition",
]


class VisitKind(StrEnum):
    """Family and friends, or a legal adviser, whom staff may see but not hear (Prisons Act s. 40)."""

    FAMILY = "family"
    LEGAL = "legal"


def new_id() -> str:
    """A fresh random id: 32 hex digits (UUID version 4, RFC 9562)."""
    return uuid.uuid4().hex


def check_interval(starts_at: datetime, ends_at: datetime) -> None:
    """Raises BadSlot unless both are aware and the interval [starts_at, ends_at) holds at least an instant."""
    if starts_at.utcoffset() is None or ends_at.utcoffset() is None:
        raise BadSlot("a slot needs times with a time zone")
    if starts_at >= ends_at:
        raise BadSlot("a slot ends after it starts")


@dataclass(frozen=True, slots=True)
class Slot:
    """A terminal for the half-open interval [starts_at, ends_at), both aware. Raises BadSlot."""

    terminal_id: int
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        check_interval(self.starts_at, self.ends_at)

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.ends_at - self.starts_at

    def overlaps(self, other: Slot) -> bool:
        """Whether both want one terminal at one instant; slots that touch do not."""
        return (
            self.terminal_id == other.terminal_id and self.starts_at < other.ends_at and other.starts_at < self.ends_at
        )


@dataclass(frozen=True, slots=True)
class NewVisitor:
    """A visitor to be. `link_digest` is `broker.links.link_digest(secret_key, id)`; `language` one of config.i18n."""

    name: str = field(repr=False)
    relationship: str = field(repr=False)
    email: str = field(repr=False)
    mobile: str = field(repr=False)
    language: str
    link_digest: str = field(repr=False)
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit to be, as asked for: wanted interval and visitors (at least one). `by` is the actor of the first history
    row. Raises BadSlot.
    """

    jail_id: int
    inmate_id: int
    kind: VisitKind
    starts_at: datetime
    ends_at: datetime
    visitors: tuple[NewVisitor, ...]
    by: str
    demo: bool = False
    id: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        check_interval(self.starts_at, self.ends_at)
        if not self.visitors:
            raise ValueError("a visit needs a visitor")


@dataclass(frozen=True, slots=True)
class Visit:
    """A stored visit. `id` (32 hex digits) is also the id of its room. `starts_at` and `ends_at` (UTC) are the slot's,
    or the wanted ones before approval, when `terminal` and `slot` are None. `opened_at`: when staff started it.
    `seconds`: how long each participant was connected, by participant id; known once closed.
    """

    id: str
    visrn: VisRN
    jail: Jail
    terminal: Terminal | None
    inmate: Inmate
    kind: VisitKind
    status: VisitStatus
    slot: Slot | None
    starts_at: datetime
    ends_at: datetime
    visitors: tuple[Visitor, ...]
    outcome: Outcome | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether it holds its terminal."""
        return self.status in LIVE
