"""The monitor's console: the live rooms in scope, and the page that watches one.

Watching leaves no trace a participant could see. It leaves two for the department: the
room writes the watching as a fact, under an id made for this one watch, and the ticket's
log line here says which member of staff that id was.
"""

from __future__ import annotations

import secrets

import structlog
from aiohttp import web

from broker.errors import NotFound, TicketTooLate
from broker.staff import Staff
from broker.visit import VisitKind
from rooms.errors import NoNode, RoomError
from rooms.registry import RoomState
from web import language, sse
from web.console import diff
from web.entry import enter
from web.keys import CLOCK, DB, REGISTRY
from web.monitor import view
from web.render import render
from web.serving.answers import OUTAGES
from web.sse import Payload
from web.staff.guard import STAFF, permitted, require_scope, still_permitted
from web.staff.permissions import Permission

routes = web.RouteTableDef()
log = structlog.get_logger(__name__)


def add_routes(app: web.Application) -> None:
    """Hang the monitor's console on the application."""
    sse.setup(app)
    app.add_routes(routes)


@routes.get("/monitor")
@permitted(Permission.ROOM_LIST)
async def page(request: web.Request) -> web.StreamResponse:
    """The list of live rooms."""
    staff = request[STAFF]
    cards = await view.load(request.app, staff)
    now = request.app[CLOCK].now()
    return render(
        request,
        "monitor/list.html",
        staff=staff,
        now=now,
        timezone=await view.timezone(request.app, staff),
        board_parts=view.parts(request, cards),
    )


@routes.get("/monitor/events")
@permitted(Permission.ROOM_LIST)
async def events(request: web.Request) -> web.StreamResponse:
    """The list again, part by part, whenever something in it has changed."""

    async def take() -> Payload | None:
        staff = await still_permitted(request, Permission.ROOM_LIST)
        if staff is None:
            return None
        return view.parts(request, await view.load(request.app, staff)).payload()

    return await sse.stream(request, request[STAFF].jail_ids, take, diff)


@routes.get("/monitor/rooms/{id:[0-9a-f]{32}}")
@permitted(Permission.ROOM_WATCH)
async def watch(request: web.Request) -> web.StreamResponse:
    """The page that watches one room."""
    room = await _room_in_scope(request, request[STAFF])
    return render(
        request,
        "call/watch.html",
        room_id=room.room_id,
        visrn=room.spec.visrn,
        picture_only=room.spec.kind.value == VisitKind.LEGAL.value,
    )


@routes.post("/monitor/rooms/{id:[0-9a-f]{32}}/entry")
@permitted(Permission.ROOM_WATCH)
async def entry(request: web.Request) -> web.StreamResponse:
    """A monitor's ticket, under a fresh id: 409 before the session is started, 410 once it has ended."""
    staff = request[STAFF]
    room = await _room_in_scope(request, staff)
    now = request.app[CLOCK].now()
    if room.ending(now) is not None:
        return _refused("ended", 410)
    if room.opened is None:
        return _refused("no_session", 409)
    participant = f"monitor-{secrets.token_hex(8)}"
    try:
        async with request.app[DB].read() as uow:
            visit = await uow.visits.get(room.room_id)
        entered = await enter(request.app, visit, participant, "monitor", language.of(request), "")
    except NoNode as error:
        return _refused(error.id, 503)
    except (RoomError, NotFound, TicketTooLate) as error:
        return _refused(error.id, 410)
    except OUTAGES:
        return _refused("unavailable", 503)
    log.info("monitor.entry", visit=visit.id, room=visit.id, staff=staff.id, participant=participant)
    return entered.answer(now)


async def _room_in_scope(request: web.Request, staff: Staff) -> RoomState:
    """The room asked for. 404 if it is not placed; 403 if its jail is not in scope."""
    room = await request.app[REGISTRY].room(request.match_info["id"])
    if room is None:
        raise web.HTTPNotFound
    require_scope(staff, room.spec.jail_id)
    return room


def _refused(error: str, status: int) -> web.Response:
    return web.json_response({"error": error}, status=status, headers={"Cache-Control": "no-store"})
