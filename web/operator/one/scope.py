"""Which visits an operator may open: those of the own jails, by video, on the jail's day; later, to say what took
their minutes, those that lost some.
"""

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
    visit = await _in_scope(uow, staff, visit_id)
    if not is_today(visit, now):
        raise web.HTTPNotFound
    return visit


async def visit_to_read(uow: UnitOfWork, staff: Staff, visit_id: str, now: datetime) -> Visit:
    """As `visit_of_today`, or one of an earlier day that lost minutes."""
    visit = await _in_scope(uow, staff, visit_id)
    if not is_today(visit, now) and not await uow.losses.of_visit(visit.id):
        raise web.HTTPNotFound
    return visit


def is_today(visit: Visit, now: datetime) -> bool:
    """Whether some of its slot is on this day of the jail's calendar."""
    start, end = day_of(visit.jail, now)
    return visit.starts_at < end and visit.ends_at > start


async def _in_scope(uow: UnitOfWork, staff: Staff, visit_id: str) -> Visit:
    try:
        visit = await uow.visits.get(visit_id)
    except NotFound:
        raise web.HTTPNotFound from None
    require_scope(staff, visit.jail.id)
    if visit.terminal is None or visit.mode is not VisitMode.VIDEO:
        raise web.HTTPNotFound
    return visit


def record_look(
    uow: UnitOfWork, event: AuditEvent, staff: Staff, visit: Visit, now: datetime, *, details: Details | None = None
) -> None:
    """Have a look written down with the transaction's commit, which comes before anything is shown."""
    uow.audit.record(event, by=actor(staff), at=now, jail_id=visit.jail.id, visit_id=visit.id, details=details)
