"""What a pass is worth now: one answer from the visit, the visitor and the clock. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from broker.lifecycle import HistoryRow
from broker.visit import Outcome, Visit, Visitor, VisitStatus

#: How long before its time a visit's people are let in: searching and the way to the counter take a while.
DOORS = timedelta(minutes=30)
#: How long after its beginning a visitor is waited for before anybody may write that they did not come.
PATIENCE = timedelta(minutes=10)

#: What history notes begin with when somebody was let in; the visitor's id follows.
LET_IN = "let_in:"


class Standing(StrEnum):
    """What a pass is worth. `early`: on its day, before the doors open; `inside`: let in already; `not_for_you`: the
    visit takes place, this visitor may not come.
    """

    CANCELLED = "cancelled"
    EARLY = "early"
    GOOD = "good"
    INSIDE = "inside"
    MISSED = "missed"
    NOT_APPROVED = "not_approved"
    NOT_FOR_YOU = "not_for_you"
    OTHER_DAY = "other_day"
    OVER = "over"


def standing(visit: Visit, visitor: Visitor, inside: frozenset[str], now: datetime) -> Standing:
    """What this visitor's pass is worth at `now`; `inside` are the visitors let in so far (`let_in_already`).

    What is certain comes first: a visit that is off, then the person, then the clock.
    """
    if visit.undecided or visit.status is VisitStatus.REFUSED:
        return Standing.NOT_APPROVED
    if visit.status is VisitStatus.CANCELLED:
        return Standing.CANCELLED
    if not visitor.admitted:
        return Standing.NOT_FOR_YOU
    if visit.status is VisitStatus.CLOSED:
        return Standing.MISSED if visit.outcome is Outcome.VISITOR_ABSENT else Standing.OVER
    if now >= visit.ends_at:
        return Standing.OVER
    if visitor.id in inside:
        return Standing.INSIDE
    if now >= doors_open(visit):
        return Standing.GOOD
    return Standing.EARLY if _same_day(visit, now) else Standing.OTHER_DAY


def doors_open(visit: Visit) -> datetime:
    """From when the visit's people are let in."""
    return visit.starts_at - DOORS


def may_be_missed(visit: Visit, now: datetime) -> bool:
    """Whether it may be written that the visitors of a visit in person did not come."""
    return visit.status is VisitStatus.APPROVED and visit.starts_at + PATIENCE <= now


def let_in_already(history: Iterable[HistoryRow]) -> frozenset[str]:
    """The ids of the visitors that the gate has let in, by the visit's history."""
    return frozenset(row.reason.removeprefix(LET_IN) for row in history if row.reason.startswith(LET_IN))


def _same_day(visit: Visit, now: datetime) -> bool:
    zone = ZoneInfo(visit.jail.timezone)
    return visit.starts_at.astimezone(zone).date() == now.astimezone(zone).date()
