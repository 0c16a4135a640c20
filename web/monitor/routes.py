"""The monitor's console: the wall of live rooms in scope.

Watching leaves no trace a participant could see. It leaves three for the department: the audit, written before anything
is shown; the looks, by room; and the room's own facts, under an id made for the one watch.
"""

from __future__ import annotations

from aiohttp import web

from broker.staff import Staff
from web import sse
from web.console import diff
from web.keys import CLOCK
from web.monitor import acting, diary, follow, jails, looking, pictures, record, view, wall
from web.monitor.acting import GOOD, SAID
from web.render import render
from web.sse import Payload
from web.staff.guard import STAFF, permitted, require_scope, still_permitted
from web.staff.permissions import Permission, may

routes = web.RouteTableDef()


def add_routes(app: web.Application) -> None:
    """Hang the monitor's console on the application."""
    sse.setup(app)
    for each in (routes, acting.routes, diary.routes, follow.routes, pictures.routes, record.routes):
        app.add_routes(each)


@routes.get("/monitor")
@permitted(Permission.ROOM_LIST)
async def page(request: web.Request) -> web.StreamResponse:
    """The wall: one page of the live rooms, those where something is amiss first."""
    app, staff = request.app, request[STAFF]
    jail_ids, number = _chosen(request, staff)
    await looking.opened(app, staff, anew=True)
    shown = wall.paged(await wall.load(app, jail_ids), number)
    if may(staff.role, Permission.ROOM_WATCH):
        await looking.begin(app, staff, (card.room.room_id for card in shown.cards))
    scope = await jails.in_scope(app, staff, app[CLOCK].now())
    said = request.query.get("said", "")
    origin = _origin(request)
    return render(
        request,
        "monitor/wall.html",
        staff=staff,
        now=app[CLOCK].now(),
        timezone=wall.timezone(scope),
        jails=scope.watchable(request.query.get("jail", "")),
        jail_chosen=request.query.get("jail", ""),
        board_parts=view.wall_parts(request, staff, shown, origin, whole=True),
        layouts=view.LAYOUTS,
        may_watch=may(staff.role, Permission.ROOM_WATCH),
        origin=origin,
        said=said if said in SAID else "",
        said_good=said in GOOD,
    )


@routes.get("/monitor/events")
@permitted(Permission.ROOM_LIST)
async def events(request: web.Request) -> web.StreamResponse:
    """The wall again, part by part, whenever something in it has changed. `?pictures=no`: for a page nobody sees, which
    keeps its alerts; its rooms are then on nobody's wall.
    """
    app = request.app
    jail_ids, number = _chosen(request, request[STAFF])
    seen = request.query.get("pictures") != "no"
    watches = may(request[STAFF].role, Permission.ROOM_WATCH)
    showing = looking.Showing(app, pictures=seen and watches)

    async def take() -> Payload | None:
        staff = await still_permitted(request, Permission.ROOM_LIST)
        if staff is None:
            return None
        await looking.opened(app, staff, anew=False)
        shown = wall.paged(await wall.load(app, jail_ids & staff.jail_ids), number)
        await showing.show(staff, (card.room.room_id for card in shown.cards))
        return view.wall_parts(request, staff, shown, _origin(request), whole=False).payload()

    try:
        return await sse.stream(request, jail_ids, take, diff)
    finally:
        await showing.close()


def _chosen(request: web.Request, staff: Staff) -> tuple[frozenset[int], int]:
    """The jails and the page asked for. Raises 404 for what is no number, 403 for a jail that is not in scope."""
    jail, number = request.query.get("jail", ""), request.query.get("page", "1")
    if not all(each.isascii() and each.isdecimal() and len(each) < 10 for each in (jail or "0", number)):
        raise web.HTTPNotFound
    if not jail:
        return staff.jail_ids, int(number)
    require_scope(staff, int(jail))
    return frozenset({int(jail)}), int(number)


def _origin(request: web.Request) -> dict[str, str]:
    return {name: request.query[name] for name in ("jail", "page") if request.query.get(name)}
