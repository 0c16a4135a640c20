"""The operator's console: the jail's day, live, with its acts as forms that also work without scripts."""

from __future__ import annotations

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.staff import Staff
from broker.visit import Jail
from web import sse
from web.console import Parts, diff
from web.keys import CLOCK, DB
from web.operator import acts, incidents, terminals, view
from web.operator.actions import actor
from web.operator.one import documents, helping
from web.operator.one import page as one
from web.operator.parts import parts
from web.operator.said import heard
from web.render import render
from web.sse import Payload
from web.staff.guard import STAFF, permitted, still_permitted
from web.staff.permissions import Permission

routes = web.RouteTableDef()


def add_routes(app: web.Application) -> None:
    """Hang the operator's console on the application."""
    sse.setup(app)
    app.add_routes(routes)
    for pages in (acts, documents, helping, incidents, one, terminals):
        app.add_routes(pages.routes)


@routes.get("/operator")
@permitted(Permission.DAY_READ)
async def page(request: web.Request) -> web.StreamResponse:
    """The day of one jail."""
    staff = request[STAFF]
    jail, jails = await view.choose_jail(request, staff)
    await _look(request.app, staff, jail)
    shown = await _parts(request, staff, jail)
    return render(
        request,
        "operator/day.html",
        staff=staff,
        jail=jail,
        jails=jails,
        zone=jail.timezone,
        now=request.app[CLOCK].now(),
        board_parts=shown,
        board_columns=max(1, sum(key.startswith("terminal-") for key in shown.items)),
        said=heard(request),
    )


@routes.get("/operator/events")
@permitted(Permission.DAY_READ)
async def events(request: web.Request) -> web.StreamResponse:
    """The day again, part by part, whenever something in it has changed."""
    jail, _ = await view.choose_jail(request, request[STAFF])

    async def take() -> Payload | None:
        staff = await still_permitted(request, Permission.DAY_READ)
        if staff is None or jail.id not in staff.jail_ids:
            return None
        return (await _parts(request, staff, jail)).payload()

    return await sse.stream(request, [jail.id], take, diff)


async def _parts(request: web.Request, staff: Staff, jail: Jail) -> Parts:
    board = await view.load(request.app, jail)
    turns = {row.turn.by for row in board.rows if row.turn is not None}
    asked = {line.command.by for line in board.terminals if line.command is not None}
    return parts(request, staff, jail, board, await view.names(request.app, turns | asked))


async def _look(app: web.Application, staff: Staff, jail: Jail) -> None:
    """That somebody looks at a day's names is on record before they are shown; once, not with each refresh."""
    async with app[DB].begin() as uow:
        uow.audit.record(
            AuditEvent.VISIT_READ,
            by=actor(staff),
            at=app[CLOCK].now(),
            jail_id=jail.id,
            subject=f"jail:{jail.id}",
            details={"list": "day"},
        )
        await uow.commit()
