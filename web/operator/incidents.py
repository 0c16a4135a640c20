"""The incidents of a day, for whoever runs the rooms and for the superintendent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.deciding.flags import local_day
from broker.sessions.model import Incident
from broker.slots.calendar import day_bounds
from broker.visit import Jail, Visit
from web.keys import CLOCK, DB
from web.operator.actions import actor
from web.operator.view import choose_jail, day_asked, day_of, names
from web.render import render
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission, may

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Reported:
    """An incident with its visit; `today`: the visit's page can still be opened by an operator."""

    incident: Incident
    visit: Visit
    today: bool


@routes.get("/operator/incidents")
@permitted(Permission.INCIDENT_REPORT)
async def page(request: web.Request) -> web.StreamResponse:
    """What was reported on one day (`?day=2026-03-02`, else today), newest first; the look is on record first."""
    staff, now = request[STAFF], request.app[CLOCK].now()
    jail, jails = await choose_jail(request, staff)
    today = local_day(jail, now)
    day = day_asked(request, today)
    reported = await _reported(request, jail, day)
    return render(
        request,
        "operator/incidents.html",
        staff=staff,
        jail=jail,
        jails=jails,
        zone=jail.timezone,
        day=day,
        start=day_bounds(day, day, jail.timezone)[0],
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        today=today,
        may_open=may(staff.role, Permission.VISIT_HELP),
        reported=reported,
        names=await names(request.app, {each.incident.by for each in reported}),
    )


async def _reported(request: web.Request, jail: Jail, day: date) -> list[Reported]:
    staff, now = request[STAFF], request.app[CLOCK].now()
    start, end = day_bounds(day, day, jail.timezone)
    first, last = day_of(jail, now)
    async with request.app[DB].begin() as uow:
        found = await uow.sessions.incidents_between([jail.id], start, end)
        visits = {each.visit_id: await uow.visits.get(each.visit_id) for each in found}
        details = {"list": "incidents", "day": day.isoformat()}
        subject = f"jail:{jail.id}"
        uow.audit.record(
            AuditEvent.VISIT_READ, by=actor(staff), at=now, jail_id=jail.id, subject=subject, details=details
        )
        await uow.commit()
    shown = [(each, visits[each.visit_id]) for each in found]
    return [Reported(each, visit, today=visit.starts_at < last and visit.ends_at > first) for each, visit in shown]
