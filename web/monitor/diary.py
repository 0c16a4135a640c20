"""Which of a day's sessions were looked into, by whom and for how long; and which were not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.deciding.flags import local_day
from broker.monitoring.look import Look, together
from broker.slots.calendar import day_bounds
from broker.visit import Jail, Visit
from broker.vocabulary import LookKind
from web.keys import CLOCK, DB
from web.monitor import jails
from web.monitor.looking import MOVED_EVERY
from web.operator.actions import actor
from web.operator.view import day_asked
from web.render import render
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Line:
    """One session of the day: how often and for how long it was followed, by whom (staff ids), and how often and for
    how long its small pictures were on a wall.
    """

    visit: Visit
    follows: int
    followed: timedelta
    by: tuple[int, ...]
    walls: int
    on_wall: timedelta

    @property
    def unseen(self) -> bool:
        """Whether nobody looked into it."""
        return not self.follows


@routes.get("/monitor/looks")
@permitted(Permission.ROOM_LIST)
async def page(request: web.Request) -> web.StreamResponse:
    """The looks of one jail's day: `?jail=` and `?day=` (ISO 8601), else the first jail in scope, today."""
    app, staff = request.app, request[STAFF]
    now = app[CLOCK].now()
    jail = _jail(await jails.in_scope(app, staff, now), request.query.get("jail", ""))
    day = day_asked(request, local_day(jail, now))
    async with app[DB].begin() as uow:
        details = {"page": "looks", "day": day.isoformat()}
        uow.audit.record(AuditEvent.ROOM_LIST, by=actor(staff), at=now, jail_id=jail.id, details=details)
        await uow.commit()
    async with app[DB].read() as uow:
        visits = await uow.visits.day([jail.id], *day_bounds(day, day, jail.timezone))
        looks = await uow.monitoring.looks([visit.id for visit in visits])
        names = await uow.staff.names({look.staff_id for look in looks})
    return render(
        request,
        "monitor/looks.html",
        staff=staff,
        now=now,
        jail=jail,
        jails=await jails.in_scope(app, staff, now, day),
        day=day,
        lines=lines(visits, looks),
        beat=MOVED_EVERY,
        names=names,
    )


def lines(visits: Iterable[Visit], looks: Sequence[Look]) -> list[Line]:
    """The day's sessions that were started, in the order given, with the looks into each."""
    return [
        _line(visit, [look for look in looks if look.visit_id == visit.id])
        for visit in visits
        if visit.opened_at is not None
    ]


def _line(visit: Visit, looks: Sequence[Look]) -> Line:
    follows = [look for look in looks if look.how is LookKind.FOLLOW]
    walls = [look for look in looks if look.how is LookKind.WALL]
    return Line(
        visit,
        len(follows),
        together(follows),
        tuple(dict.fromkeys(look.staff_id for look in follows)),
        len(walls),
        together(walls),
    )


def _jail(scope: Iterable[Jail], asked: str) -> Jail:
    """The jail asked for, else the first. Raises 403 for one that is not in scope, also where the scope is empty."""
    chosen = next((jail for jail in scope if not asked or str(jail.id) == asked), None)
    if chosen is None:
        raise web.HTTPForbidden
    return chosen
