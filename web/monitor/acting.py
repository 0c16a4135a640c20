"""The addresses of a monitor's acts: forms that also work without scripts, answered in words."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from urllib.parse import urlencode

from aiohttp import web

from broker.monitoring.errors import AlreadyTicked
from config.errors import MulakatError
from rooms.errors import RoomError
from web.errors import Unavailable
from web.monitor import acts
from web.monitor.errors import MonitorError
from web.render import render_text
from web.serving.answers import wants_json
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission

routes = web.RouteTableDef()

#: What an act may come back with in the address of the page; anything else is not said.
SAID = frozenset(
    {
        "alert_gone",
        "already_ticked",
        "blanked",
        "done_already",
        "ended",
        "muted",
        "nothing_due",
        "reason_needed",
        "room_over",
        "side_needed",
        "ticked",
        "unblanked",
        "unmuted",
        "warned",
        "warning_needed",
    }
)
#: Those of them that are good news.
GOOD = frozenset({"blanked", "ended", "muted", "ticked", "unblanked", "unmuted", "warned"})

_ROOM = "/monitor/rooms/{id:[0-9a-f]{32}}"
_DONE = {"mute": "muted", "unmute": "unmuted", "blank": "blanked", "unblank": "unblanked"}


@routes.post(_ROOM + "/{act:mute|unmute|blank|unblank}")
@permitted(Permission.ROOM_MODERATE)
async def moderate(request: web.Request) -> web.StreamResponse:
    """Take sound or picture from a side, or give it back."""
    act, fields = request.match_info["act"], await _fields(request)
    doing = acts.moderate(request.app, request[STAFF], request.match_info["id"], act, fields)
    return await _act(request, _DONE[act], doing, fields)


@routes.post(_ROOM + "/warn")
@permitted(Permission.ROOM_MODERATE)
async def warn(request: web.Request) -> web.StreamResponse:
    """Warn one side or both."""
    fields = await _fields(request)
    doing = acts.warn(request.app, request[STAFF], request.match_info["id"], fields)
    return await _act(request, "warned", doing, fields)


@routes.post(_ROOM + "/end")
@permitted(Permission.ROOM_MODERATE)
async def end(request: web.Request) -> web.StreamResponse:
    """End the visit, with its reason."""
    fields = await _fields(request)
    return await _act(request, "ended", acts.end(request.app, request[STAFF], request.match_info["id"], fields), fields)


@routes.post(_ROOM + "/tick")
@permitted(Permission.ROOM_MODERATE)
async def tick(request: web.Request) -> web.StreamResponse:
    """Tick an alert off."""
    fields = await _fields(request)
    doing = acts.tick(request.app, request[STAFF], request.match_info["id"], fields)
    return await _act(request, "ticked", doing, fields)


def say(request: web.Request, said: str) -> str:
    """The sentence of an outcome, in the reader's language; "" for what is not one of ours."""
    return render_text(request, "monitor/said.html", {"said": said}).strip() if said in SAID else ""


async def _fields(request: web.Request) -> Mapping[str, str]:
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


async def _act(request: web.Request, done: str, act: Awaitable[None], fields: Mapping[str, str]) -> web.StreamResponse:
    """Do it, and say how it went: to a script as JSON, to a browser without one by the page it came from."""
    said, status = done, 200
    try:
        await act
    except (AlreadyTicked, MonitorError, RoomError) as error:
        said, status = _refusal(error), 409
    if wants_json(request):
        body = {"error" if status != 200 else "done": said, "message": say(request, said)}
        return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})
    rooms = fields.get("rooms", "")
    back = "/monitor/follow" if rooms else "/monitor"
    query = {"said": said} | ({"rooms": rooms} if rooms else {}) | _kept(fields, "jail", "page", "layout")
    raise web.HTTPSeeOther(f"{back}?{urlencode(query)}")


def _kept(fields: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: fields[name] for name in names if fields.get(name, "").isdecimal()}


def _refusal(error: MulakatError) -> str:
    """The refusal's id as the page knows it."""
    said = {"ended": "room_over", "unknown_room": "room_over"}.get(error.id, error.id)
    if said not in SAID:
        raise Unavailable from error
    return said
