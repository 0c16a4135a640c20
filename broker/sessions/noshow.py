"""When a family that has not come may be called a no-show, and what staff say of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from broker.audit.events import AuditEvent
from broker.sessions.turns import Act
from broker.visit import Visit, VisitStatus

#: A side that is not there so long after the start is late, unless the rule waits for less than twice that.
LATE = timedelta(minutes=3)


class NoShowReason(StrEnum):
    """How staff know that the family does not come."""

    CALLED_OFF = "called_off"
    NOBODY_CAME = "nobody_came"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class NoShow:
    """Staff wrote down that the family does not come: when, and whether the family had said so itself."""

    at: datetime
    called_off: bool = False


def no_show_of(acts: Iterable[Act]) -> NoShow | None:
    """The newest of a session's acts that says so; None where nobody did."""
    told = (act for act in acts if act.event is AuditEvent.VISIT_NO_SHOW)
    newest = max(told, key=lambda act: act.seq, default=None)
    return None if newest is None else NoShow(newest.at, newest.why == NoShowReason.CALLED_OFF)


def due_at(visit: Visit, minutes: int) -> datetime:
    """From when on it may be: so many minutes, by the rule, after the slot's start."""
    return visit.starts_at + timedelta(minutes=minutes)


def late_at(visit: Visit, minutes: int) -> datetime:
    """From when on a side that is missing is late."""
    return visit.starts_at + min(LATE, timedelta(minutes=minutes) / 2)


def callable_now(visit: Visit, minutes: int, now: datetime) -> bool:
    """Whether the slot still runs, nothing has closed the visit, and the rule's minutes are over."""
    return visit.status in {VisitStatus.APPROVED, VisitStatus.OPEN} and due_at(visit, minutes) <= now < visit.ends_at
