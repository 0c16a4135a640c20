"""The incidents of a day, for whoever runs the rooms and for the superintendent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.sessions.model import Incident
from broker.visit import Jail, Visit
from web.keys import CLOCK, DB
from web.operator.actions import actor
from web.operator.view import choose_jail, day_of, names
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
    zone = ZoneInfo(jail.timezone)
    today = now.astimezone(zone).date()
    day = _day(request, today)
    reported = await _reported(request, jail, day)
    return render(
        request,
        "operator/incidents.html",
        staff=staff,
        jail=jail,
        jails=jails,
        zone=jail.timezone,
        day=day,
        start=_midnight(day, zone),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        today=today,
        may_open=may(staff.role, Permission.VISIT_HELP),
        reported=reported,
        names=await names(request.app, {each.incident.by for each in reported}),
    )


async def _reported(request: web.Request, jail: Jail, day: date) -> list[Reported]:
    staff, now = request[STAFF], request.app[CLOCK].now()
    zone = ZoneInfo(jail.timezone)
    start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
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


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins on a jail's own clock, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _day(request: web.Request, today: date) -> date:
    asked = request.query.get("day", "")
    try:
        # The calendar's ends are left out: a day before the first and after the last can't be linked to.
        day = date.fromisoformat(asked) if asked else today
    except ValueError:
        raise web.HTTPNotFound from None
    if not date(2000, 1, 1) <= day <= date(2999, 1, 1):
        raise web.HTTPNotFound
    return day
