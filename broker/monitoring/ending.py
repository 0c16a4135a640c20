"""The end of a follow, as its room tells it: on the look, and in the audit beside its beginning."""

from __future__ import annotations

from datetime import datetime

from broker.audit.events import AuditEvent
from broker.storage.unit import UnitOfWork
from config.facts import Fact


async def watch_ended(uow: UnitOfWork, fact: Fact) -> bool:
    """Write that a monitor has left a room. False, and nothing written, where that was done before, or nobody here
    knows of the watch. The caller commits.
    """
    return await _end(uow, fact.participant or "", fact.at)


async def left_open(uow: UnitOfWork, visit_id: str) -> bool:
    """Write the ends of a closed room's follows that no room told: each ended when it was last heard of. False where
    there was none. The caller commits.
    """
    unended = [look for look in await uow.monitoring.follows([visit_id]) if not look.over]
    for look in unended:
        await _end(uow, look.participant, look.ended_at)
    return bool(unended)


async def _end(uow: UnitOfWork, participant: str, at: datetime) -> bool:
    look = await uow.monitoring.end_follow(participant, at)
    if look is None:
        return False
    visit = await uow.visits.get(look.visit_id)
    uow.audit.record(
        AuditEvent.ROOM_WATCH_END,
        by=f"staff:{look.staff_id}",
        at=look.ended_at,
        jail_id=visit.jail.id,
        visit_id=visit.id,
        subject=look.participant,
        details={"seconds": round(look.length.total_seconds())},
    )
    return True
