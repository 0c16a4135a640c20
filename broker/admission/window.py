"""When admission is open: from a while before the slot to its end. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from broker.admission.errors import NotAdmitting, NotOpen, Over
from broker.visit import Visit, VisitMode, VisitStatus

#: How long before the slot admission opens: time to find the mail, and to check camera and microphone.
OPENS_BEFORE = timedelta(minutes=15)


def opens_at(visit: Visit) -> datetime:
    """When admission to this visit opens (UTC)."""
    return visit.starts_at - OPENS_BEFORE


def check_window(visit: Visit, now: datetime) -> None:
    """Raises NotAdmitting, NotOpen or Over unless somebody may be admitted to this visit now.

    Open is the half-open interval from `opens_at` to the slot's end, on a live visit.
    """
    if visit.status is VisitStatus.CLOSED:
        raise Over(visit.closed_at or visit.ends_at)
    if not visit.live:
        raise NotAdmitting(f"the visit is {visit.status}")
    if visit.mode is not VisitMode.VIDEO:
        raise NotAdmitting("the visit is in person")
    if now < opens_at(visit):
        raise NotOpen(opens_at(visit))
    if now >= visit.ends_at:
        raise Over(visit.ends_at)
