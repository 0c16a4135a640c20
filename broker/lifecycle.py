"""The life cycle of a visit: one table, one function that takes a step, one history row for each step.

    requested ──► approved ──► open ──► closed
     ▲  │ │ │      │  │  └────────────► closed      (nobody opened the room)
     │  │ │ └──────┼──┴► cancelled
     │  │ └► refused                                (also when nobody decided in time)
     │  └──► asked ──► cancelled, refused           (for a better ID, or a correction)
     └───────┴─────┘                                (the family answered; the family wants another slot)

`approved` and `open` are live: they hold their terminal for the whole slot. `requested` and `asked` are undecided; what
they hold of a slot is a hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from broker.errors import IllegalTransition, ReasonMissing


class VisitStatus(StrEnum):
    """Where a visit stands on paper."""

    APPROVED = "approved"
    ASKED = "asked"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    OPEN = "open"
    REFUSED = "refused"
    REQUESTED = "requested"


class Outcome(StrEnum):
    """How a closed visit went. Set once, when it closes. `not_recorded`: a visit in person of which nobody wrote down
    at the gate whether it took place.
    """

    CANCELLED_BY_JAIL = "cancelled_by_jail"
    COMPLETED = "completed"
    ENDED_BY_STAFF = "ended_by_staff"
    ENDED_EARLY_PRISON = "ended_early_prison"
    ENDED_EARLY_VISITOR = "ended_early_visitor"
    IDENTITY_NOT_CONFIRMED = "identity_not_confirmed"
    NOBODY_CAME = "nobody_came"
    NOT_RECORDED = "not_recorded"
    PRISONER_REFUSED = "prisoner_refused"
    PRISON_ABSENT = "prison_absent"
    TECHNICAL_FAILURE = "technical_failure"
    VISITOR_ABSENT = "visitor_absent"


LIVE = frozenset({VisitStatus.APPROVED, VisitStatus.OPEN})
UNDECIDED = frozenset({VisitStatus.ASKED, VisitStatus.REQUESTED})

TRANSITIONS: Mapping[VisitStatus, frozenset[VisitStatus]] = MappingProxyType(
    {
        VisitStatus.APPROVED: frozenset(
            {VisitStatus.CANCELLED, VisitStatus.CLOSED, VisitStatus.OPEN, VisitStatus.REQUESTED}
        ),
        VisitStatus.ASKED: frozenset({VisitStatus.CANCELLED, VisitStatus.REFUSED, VisitStatus.REQUESTED}),
        VisitStatus.CANCELLED: frozenset(),
        VisitStatus.CLOSED: frozenset(),
        VisitStatus.OPEN: frozenset({VisitStatus.CLOSED}),
        VisitStatus.REFUSED: frozenset(),
        VisitStatus.REQUESTED: frozenset(
            {VisitStatus.APPROVED, VisitStatus.ASKED, VisitStatus.CANCELLED, VisitStatus.REFUSED}
        ),
    }
)

# A family is owed the reason of these, and a report counts by it.
REASON_NEEDED = frozenset({VisitStatus.ASKED, VisitStatus.CANCELLED, VisitStatus.REFUSED})


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One step of a visit: when (UTC), by whom ("staff:12", "visitor:<id>", "system:worker"), from where (None for the
    first row), to where, and why ("" where the step says it all).
    """

    visit_id: str
    at: datetime
    by: str
    from_: VisitStatus | None
    to: VisitStatus
    reason: str = field(repr=False, default="")


def transition(status: VisitStatus, to: VisitStatus) -> VisitStatus:
    """`to`, if the table has this step. Raises IllegalTransition, and changes nothing, if not."""
    if to not in TRANSITIONS[status]:
        raise IllegalTransition(status, to)
    return to


def step(visit_id: str, status: VisitStatus, to: VisitStatus, *, by: str, reason: str, now: datetime) -> HistoryRow:
    """The history row of a step from `status` to `to`. Raises IllegalTransition, or ReasonMissing for a refusal or a
    cancellation without a reason.
    """
    transition(status, to)
    if to in REASON_NEEDED and not reason.strip():
        raise ReasonMissing(f"{to} needs a reason")
    return HistoryRow(visit_id, now, by, status, to, reason.strip())
