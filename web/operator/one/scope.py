"""Which visits an operator may open: those of the own jails, by video, on the jail's day."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from broker.audit.chain import Details
from broker.audit.events import AuditEvent
from broker.errors import NotFound
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.visit import Visit, VisitMode
from web.operator.actions import actor
from web.operator.view import day_of
from web.staff.guard import require_scope

#: A visit's id in a route.
VISIT = "{id:[0-9a-f]{32}}"


async def visit_of_today(uow: UnitOfWork, staff: Staff, visit_id: str, now: datetime) -> Visit:
    """A visit by video that holds or held a slot today. 404 for any other, 403 for another jail's."""
    try:
        visit = await uow.visits.get(visit_id)
    except NotFound:
        raise web.HTTPNotFound from None
    require_scope(staff, visit.jail.id)
    start, end = day_of(visit.jail, now)
    if visit.terminal is None or visit.mode is not VisitMode.VIDEO or not _touches(visit, start, end):
        raise web.HTTPNotFound
    return visit


def record_look(
    uow: UnitOfWork, event: AuditEvent, staff: Staff, visit: Visit, now: datetime, *, details: Details | None = None
) -> None:
    """Have a look written down with the transaction's commit, which comes before anything is shown."""
    uow.audit.record(event, by=actor(staff), at=now, jail_id=visit.jail.id, visit_id=visit.id, details=details)


def _touches(visit: Visit, start: datetime, end: datetime) -> bool:
    return visit.starts_at < end and visit.ends_at > start
