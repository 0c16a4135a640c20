"""The forms of a session: each does one act and says how it went, to a script as JSON, to a browser by the page."""

from __future__ import annotations

from collections.abc import Awaitable
from urllib.parse import urlencode

from aiohttp import web

from broker.audit.events import AuditEvent
from broker.sessions.acting import in_the_way_of
from broker.sessions.errors import ColleagueActed, NotYet, SessionError
from broker.sessions.model import IncidentKind, Severity
from broker.sessions.turns import Act, Turn
from broker.sessions.writing import report_incident, write_note
from broker.staff import Staff
from config import keys
from config.errors import MulakatError
from rooms.errors import RoomError
from web.errors import Unavailable
from web.keys import CLOCK, DB, REDIS
from web.operator import actions, said
from web.operator.actions import actor
from web.operator.errors import ChooseKind, OperatorError
from web.operator.said import Said
from web.operator.view import names
from web.render import render_text
from web.serving.answers import wants_json
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission

routes = web.RouteTableDef()

VISIT = "{id:[0-9a-f]{32}}"


@routes.post(f"/operator/visits/{VISIT}/start")
@permitted(Permission.VISIT_START)
async def start(request: web.Request) -> web.StreamResponse:
    """Start a session."""
    return await _act(request, "started", actions.start(*_who(request), seen=await _seen(request)))


@routes.post(f"/operator/visits/{VISIT}/hold")
@permitted(Permission.VISIT_HOLD)
async def hold(request: web.Request) -> web.StreamResponse:
    """Hold a session, with its reason."""
    return await _act(
        request, "held", actions.hold(*_who(request), await _field(request, "reason"), await _seen(request), held=True)
    )


@routes.post(f"/operator/visits/{VISIT}/resume")
@permitted(Permission.VISIT_HOLD)
async def resume(request: web.Request) -> web.StreamResponse:
    """Let a held session go on."""
    return await _act(request, "resumed", actions.hold(*_who(request), "", await _seen(request), held=False))


@routes.post(f"/operator/visits/{VISIT}/end")
@permitted(Permission.VISIT_END)
async def end(request: web.Request) -> web.StreamResponse:
    """End a session, with its reason."""
    reason, seen = await _field(request, "reason"), await _seen(request)
    return await _act(request, "ended", actions.end(*_who(request), reason, seen))


@routes.post(f"/operator/visits/{VISIT}/no-show")
@permitted(Permission.VISIT_END)
async def no_show(request: web.Request) -> web.StreamResponse:
    """Write down that the family did not come, with how that is known."""
    reason, seen = await _field(request, "reason"), await _seen(request)
    return await _act(request, "no_show_called", actions.no_show(*_who(request), reason, seen))


@routes.post(f"/operator/visits/{VISIT}/note")
@permitted(Permission.INCIDENT_REPORT)
async def note(request: web.Request) -> web.StreamResponse:
    """Leave a note."""
    return await _act(request, "note_written", _note(request))


@routes.post(f"/operator/visits/{VISIT}/incident")
@permitted(Permission.INCIDENT_REPORT)
async def incident(request: web.Request) -> web.StreamResponse:
    """Report an incident."""
    return await _act(request, "incident_reported", _incident(request))


@routes.get(f"/operator/visits/{VISIT}/{{act:start|hold|resume|end|no-show|note|incident}}")
async def gone(request: web.Request) -> web.StreamResponse:
    """The address of a form that failed, asked for again (another language, a reload)."""
    raise web.HTTPSeeOther(f"/operator/visits/{request.match_info['id']}")


async def _note(request: web.Request) -> None:
    app, staff, visit_id = _who(request)
    visit = await actions.visit_in_scope(app, staff, visit_id)
    await write_note(app[DB], visit_id, await _field(request, "text"), actor(staff), app[CLOCK].now())
    await app[REDIS].publish(keys.jail_changed(visit.jail.id), "")


async def _incident(request: web.Request) -> None:
    app, staff, visit_id = _who(request)
    visit = await actions.visit_in_scope(app, staff, visit_id)
    try:
        kind = IncidentKind(await _field(request, "kind"))
        severity = Severity(await _field(request, "severity"))
    except ValueError:
        raise ChooseKind from None
    text = await _field(request, "text")
    await report_incident(app[DB], visit_id, kind, severity, text, actor(staff), app[CLOCK].now())
    await app[REDIS].publish(keys.jail_changed(visit.jail.id), "")


async def _act(request: web.Request, done: str, act: Awaitable[Act | None]) -> web.StreamResponse:
    """Do it, and say how it went."""
    try:
        theirs = await act
        told = Said(done) if theirs is None else await _by_colleague(request, "already", theirs)
    except (OperatorError, RoomError, SessionError) as error:
        told = await _refused(request, error)
    if wants_json(request):
        text = render_text(request, "operator/said.html", {"said": told, "zone": await _zone(request)}).strip()
        body = {"done" if told.good else "error": told.id, "message": text}
        return web.json_response(body, status=200 if told.good else 409)
    said.keep(request, told)
    raise web.HTTPSeeOther(await _back(request, told.id))


async def _refused(request: web.Request, error: MulakatError) -> Said:
    """The refusal as the page knows it. Where a colleague's act is what is in the way, that is said."""
    if isinstance(error, NotYet):
        return Said(error.id, at=error.due_at)
    theirs = error.act if isinstance(error, ColleagueActed) else await _unseen(request)
    if theirs is not None:
        return await _by_colleague(request, "colleague_acted", theirs)
    told = Said({"ended": "room_over", "unknown_room": "nothing_to_end"}.get(error.id, error.id))
    if not told.known:
        raise Unavailable from error
    return told


async def _unseen(request: web.Request) -> Act | None:
    """What a colleague did since the page was drawn."""
    app, staff, visit_id = _who(request)
    turn = Turn(actor(staff), AuditEvent.VISIT_READ, await _seen(request))
    try:
        async with app[DB].read() as uow:
            await in_the_way_of(uow, visit_id, turn)
    except ColleagueActed as found:
        return found.act
    return None


async def _by_colleague(request: web.Request, what: str, act: Act) -> Said:
    who = await names(request.app, [act.by])
    return Said(what, act.event.value, who.get(act.by, ""), act.at)


def _who(request: web.Request) -> tuple[web.Application, Staff, str]:
    return request.app, request[STAFF], request.match_info["id"]


async def _field(request: web.Request, name: str) -> str:
    value = (await request.post()).get(name, "")
    return value if isinstance(value, str) else ""


async def _seen(request: web.Request) -> int | None:
    """The newest act the form's page knew of; None where it does not say."""
    text = await _field(request, "seen")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


async def _zone(request: web.Request) -> str:
    async with request.app[DB].read() as uow:
        return (await uow.visits.get(request.match_info["id"])).jail.timezone


async def _back(request: web.Request, said_id: str) -> str:
    """Where the form came from: the visit's own page, or the day of its jail."""
    query = {"said": said_id}
    if await _field(request, "back") == "visit":
        return f"/operator/visits/{request.match_info['id']}?{urlencode(query)}"
    jail = await _field(request, "jail")
    return f"/operator?{urlencode(query | ({'jail': jail} if jail else {}))}"
