"""The record of one visit's call, as far as monitors had to do with it: who looked, what was done and why, and what the
relay itself counted on each way, among them what went to monitors.
"""

from __future__ import annotations

import re

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.deciding.flags import local_day
from broker.errors import BadVisRN, NotFound
from broker.monitoring.ways import sums, to_monitors
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.visrn import VisRN
from web.keys import CLOCK, DB
from web.monitor.looking import MOVED_EVERY
from web.operator.actions import actor
from web.render import render
from web.staff.guard import STAFF, authenticated, require_scope
from web.staff.permissions import Permission, may

routes = web.RouteTableDef()

_ID = re.compile(r"[0-9a-f]{32}")
_READERS = (Permission.ROOM_WATCH, Permission.REPORT_READ, Permission.AUDIT_READ)


@routes.get("/monitor/record/{visit:.{1,40}}")
@authenticated
async def page(request: web.Request) -> web.StreamResponse:
    """The record of a visit, by its id or its VisRN ("27/11/5/2026"). The look at it is recorded first."""
    app, staff = request.app, request[STAFF]
    if not any(may(staff.role, permission) for permission in _READERS):
        raise web.HTTPForbidden
    async with app[DB].begin() as uow:
        visit = await _visit(uow, request.match_info["visit"])
        require_scope(staff, visit.jail.id)
        uow.audit.record(
            AuditEvent.VISIT_READ,
            by=actor(staff),
            at=app[CLOCK].now(),
            jail_id=visit.jail.id,
            visit_id=visit.id,
            details={"page": "record"},
        )
        await uow.commit()
    async with app[DB].read() as uow:
        looks = await uow.monitoring.looks([visit.id])
        acts = await uow.monitoring.acts(visit.id)
        ways = await uow.monitoring.ways(visit.id)
        names = await uow.staff.names_of([*(f"staff:{look.staff_id}" for look in looks), *(each.by for each in acts)])
    return render(
        request,
        "monitor/record.html",
        staff=staff,
        now=app[CLOCK].now(),
        visit=visit,
        day=local_day(visit.jail, visit.starts_at),
        may_list=may(staff.role, Permission.ROOM_LIST),
        looks=looks,
        beat=MOVED_EVERY,
        acts=acts,
        names=names,
        sums=None if ways is None else sums(ways),
        monitors=None if ways is None else to_monitors(ways),
    )


async def _visit(uow: UnitOfWork, key: str) -> Visit:
    """The visit of an id or a number. Raises 404."""
    try:
        visit = await uow.visits.get(key) if _ID.fullmatch(key) else await uow.visits.by_visrn(VisRN.parse(key))
    except (BadVisRN, NotFound):
        raise web.HTTPNotFound from None
    if visit is None:
        raise web.HTTPNotFound
    return visit
