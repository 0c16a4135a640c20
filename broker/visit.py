"""The visit: who meets whom, on which terminal, in which slot, and where it stands."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from broker.errors import BadSlot
from broker.lifecycle import (
    LIVE,
    REASON_NEEDED,
    TRANSITIONS,
    UNDECIDED,
    HistoryRow,
    Outcome,
    VisitStatus,
    step,
    transition,
)
from broker.people import Identity, Inmate, Jail, State, Terminal, Visitor
from broker.visrn import VisRN
from broker.vocabulary import InmateCategory, VisitKind, VisitMode, VisitorDecision

__all__ = [
    "LIVE",
    "REASON_NEEDED",
    "TRANSITIONS",
    "UNDECIDED",
    "HistoryRow",
    "Identity",
    "Inmate",
    "InmateCategory",
    "Jail",
    "NewVisit",
    "NewVisitor",
    "Outcome",
    "Prisoner",
    "Request",
    "Slot",
    "State",
    "Terminal",
    "Visit",
    "VisitKind",
    "VisitMode",
    "VisitStatus",
    "Visitor",
    "VisitorDecision",
    "new_id",
    "step",
    "transition",
]


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
    decision: VisitorDecision = VisitorDecision.APPROVED
    identity: Identity | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Prisoner:
    """Somebody as the family describes them, with no word on whether such a person is held. `number` "" and `age` None
    where it isn't known.
    """

    name: str = field(repr=False)
    father_name: str = field(repr=False)
    age: int | None = field(repr=False)
    gender: str = field(repr=False)
    number: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Request:
    """What a family asked for. `preferences` are the beginnings of the slots they would take (UTC), best first; `note`
    what the jail should know; `timezone` the IANA zone of their clock. Undecided at `decide_by` it is escalated, at
    `lapse_at` refused with an apology.
    """

    prisoner: Prisoner
    preferences: tuple[datetime, ...]
    note: str = field(repr=False)
    timezone: str
    decide_by: datetime
    lapse_at: datetime
    escalated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit to be, as asked for: wanted interval and visitors (at least one). `by` is the actor of the first history
    row. `inmate_id` is known where staff book; otherwise `request` says whom the family wants to meet. Raises BadSlot.
    """

    jail_id: int
    inmate_id: int | None
    kind: VisitKind
    starts_at: datetime
    ends_at: datetime
    visitors: tuple[NewVisitor, ...]
    by: str
    mode: VisitMode = VisitMode.VIDEO
    account_id: str | None = None
    request: Request | None = None
    rule_version_id: int | None = None
    demo: bool = False
    id: str = field(default_factory=new_id)

    def __post_init__(self) -> None:
        check_interval(self.starts_at, self.ends_at)
        if not self.visitors:
            raise ValueError("a visit needs a visitor")


@dataclass(frozen=True, slots=True)
class Visit:
    """A stored visit. `id` (32 hex digits) is also the id of its room. `starts_at` and `ends_at` (UTC) are the slot's,
    or the wanted ones before approval, when `terminal` and `slot` are None. `inmate` is None until somebody has matched
    the request with the jail's register; every live visit has one. `opened_at`: when staff started it, or let the
    visitors of a visit in person in. `seconds`: how long each participant was connected, by participant id; known once
    closed.
    """

    id: str
    visrn: VisRN
    jail: Jail
    terminal: Terminal | None
    inmate: Inmate | None
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
    mode: VisitMode = VisitMode.VIDEO
    account_id: str | None = None
    rule_version_id: int | None = None
    created_at: datetime | None = None
    demo: bool = False

    @property
    def admitted(self) -> tuple[Visitor, ...]:
        """The visitors who may come."""
        return tuple(visitor for visitor in self.visitors if visitor.admitted)

    @property
    def inmate_known(self) -> Inmate:
        """The inmate of a visit that has been matched. Raises ValueError for one that hasn't."""
        if self.inmate is None:
            raise ValueError("nobody has matched this request with the register yet")
        return self.inmate

    @property
    def undecided(self) -> bool:
        """Whether somebody still has to decide it."""
        return self.status in UNDECIDED

    @property
    def live(self) -> bool:
        """Whether it holds its terminal."""
        return self.status in LIVE
