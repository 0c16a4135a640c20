"""When a family that has not come may be called a no-show. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from broker.visit import Visit, VisitStatus

#: A side that is not there so long after the start is late, unless the rule waits for less than twice that.
LATE = timedelta(minutes=3)


def due_at(visit: Visit, minutes: int) -> datetime:
    """From when on it may be: so many minutes, by the rule, after the slot's start."""
    return visit.starts_at + timedelta(minutes=minutes)


def late_at(visit: Visit, minutes: int) -> datetime:
    """From when on a side that is missing is late."""
    return visit.starts_at + min(LATE, timedelta(minutes=minutes) / 2)


def callable_now(visit: Visit, minutes: int, now: datetime) -> bool:
    """Whether the slot still runs, nothing has closed the visit, and the rule's minutes are over."""
    return visit.status in {VisitStatus.APPROVED, VisitStatus.OPEN} and due_at(visit, minutes) <= now < visit.ends_at
