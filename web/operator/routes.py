"""The operator's console: the jail's day, live, with its acts as forms that also work without scripts."""

from __future__ import annotations

from collections.abc import Awaitable
from urllib.parse import urlencode

from aiohttp import web

from config.errors import MulakatError
from rooms.errors import RoomError
from web import sse
from web.console import diff
from web.errors import Unavailable
from web.keys import CLOCK, SETTINGS
from web.operator import actions, view
from web.operator.errors import OperatorError
from web.render import render, render_text
from web.serving.answers import wants_json
from web.sse import Payload
from web.staff.guard import STAFF, permitted, still_permitted
from web.staff.permissions import Permission
from web.terminal.pairing import show_code

routes = web.RouteTableDef()

# What an act may come back with in the address of the page; anything else is not said.
SAID = frozenset(
    {
        "ended",
        "no_node",
        "not_startable",
        "nothing_to_end",
        "reason_needed",
        "room_over",
        "started",
        "too_early",
        "too_late",
    }
)


def add_routes(app: web.Application) -> None:
    """Hang the operator's console on the application."""
    sse.setup(app)
    app.add_routes(routes)


@routes.get("/operator")
@permitted(Permission.DAY_READ)
async def page(request: web.Request) -> web.StreamResponse:
    """The day of one jail."""
    staff = request[STAFF]
    jail, jails = await view.choose_jail(request, staff)
    board = await view.load(request.app, jail)
    said = request.query.get("said", "")
    return render(
        request,
        "operator/day.html",
        staff=staff,
        jail=jail,
        jails=jails,
        now=request.app[CLOCK].now(),
        board_parts=view.parts(request, staff, jail, board),
        board_columns=max(1, len(board.terminals)),
        said=said if said in SAID else "",
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
        return view.parts(request, staff, jail, await view.load(request.app, jail)).payload()

    return await sse.stream(request, [jail.id], take, diff)


@routes.post("/operator/visits/{id:[0-9a-f]{32}}/start")
@permitted(Permission.VISIT_START)
async def start(request: web.Request) -> web.StreamResponse:
    """Start a session."""
    return await _act(request, "started", actions.start(request.app, request[STAFF], request.match_info["id"]))


@routes.post("/operator/visits/{id:[0-9a-f]{32}}/end")
@permitted(Permission.VISIT_END)
async def end(request: web.Request) -> web.StreamResponse:
    """End a session, with its reason."""
    reason = str((await request.post()).get("reason", ""))
    visit_id = request.match_info["id"]
    return await _act(request, "ended", actions.end(request.app, request[STAFF], visit_id, reason))


@routes.get("/operator/terminals/{id:[0-9]{1,9}}/pair")
async def pair_gone(_request: web.Request) -> web.StreamResponse:
    """The address of a shown code, asked for again: it was shown once."""
    raise web.HTTPSeeOther("/operator")


@routes.post("/operator/terminals/{id:[0-9]{1,9}}/pair")
@permitted(Permission.TERMINAL_PAIR)
async def pair(request: web.Request) -> web.StreamResponse:
    """Show a pairing code, this once: it is stored as a digest only."""
    staff = request[STAFF]
    terminal, code = await actions.make_pair_code(request.app, staff, int(request.match_info["id"]))
    terminal_url = f"{request.app[SETTINGS].public_url}/terminal"
    return render(
        request,
        "operator/pair.html",
        staff=staff,
        terminal=terminal,
        code=show_code(code),
        terminal_url=terminal_url,
    )


async def _act(request: web.Request, done: str, act: Awaitable[None]) -> web.StreamResponse:
    """Do it, and say how it went: to a script as JSON, to a browser without one by the page."""
    said, status = done, 200
    try:
        await act
    except (OperatorError, RoomError) as error:
        said, status = _said(error), 409
    if wants_json(request):
        text = render_text(request, "operator/said.html", {"said": said}).strip()
        body = {"error": said, "message": text} if status != 200 else {"done": said, "message": text}
        return web.json_response(body, status=status)
    form = await request.post()
    query = {"said": said} | ({"jail": str(form["jail"])} if form.get("jail") else {})
    raise web.HTTPSeeOther(f"/operator?{urlencode(query)}")


def _said(error: MulakatError) -> str:
    """The refusal's id as the page knows it."""
    said = {"ended": "room_over", "unknown_room": "nothing_to_end"}.get(error.id, error.id)
    if said not in SAID:
        raise Unavailable from error
    return said
