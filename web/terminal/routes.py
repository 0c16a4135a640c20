"""The prison's terminal: paired by a code, then an idle page that joins by itself when its session is started."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from aiohttp import web
from pydantic import ValidationError
from redis.exceptions import RedisError

from broker.errors import TicketTooLate
from broker.losses.heard import hear
from broker.visit import Jail, Terminal, Visit, VisitStatus
from config import keys
from config.secrets import digest
from rooms.errors import NoNode, RoomError
from web import csrf, language, sse
from web.entry import enter, terminal_participant
from web.keys import CLOCK, DB, REDIS, REGISTRY
from web.render import render
from web.serving.access import client_address
from web.serving.answers import OUTAGES
from web.sse import Payload, stamp
from web.staff.device import device
from web.staff.throttle import Limit, take
from web.terminal import commands, pairing
from web.terminal.health import Health, Report, kept

routes = web.RouteTableDef()
log = structlog.get_logger(__name__)

_HEALTH_KEPT = timedelta(days=7)
_NEXT_WITHIN = timedelta(hours=12)
# A code has 39 bits and lives ten minutes: twenty tries in that time are no way in.
_TRIES, _TRIES_WINDOW = 20, 10 * 60


def add_routes(app: web.Application) -> None:
    """Hang the terminal's pages on the application."""
    sse.setup(app)
    app.add_routes(routes)


@routes.get("/terminal")
async def page(request: web.Request) -> web.StreamResponse:
    """The idle page of a paired terminal, or the form that pairs this browser."""
    terminal = await pairing.paired_terminal(request)
    if terminal is None:
        return render(request, "terminal/pair.html", error="", code="")
    async with request.app[DB].read() as uow:
        jail = await uow.jails.get(terminal.jail_id)
    session, upcoming = await _sessions(request, jail, terminal)
    return render(
        request, "terminal/idle.html", terminal=terminal, jail=jail, upcoming=session or upcoming, helpline=None
    )


@routes.get("/terminal/pair")
async def pair_again(_request: web.Request) -> web.StreamResponse:
    """The address of a form that failed, asked for again (another language, a reload)."""
    raise web.HTTPSeeOther("/terminal")


@routes.post("/terminal/pair")
async def pair(request: web.Request) -> web.StreamResponse:
    """Exchange a pairing code for this browser's being the terminal."""
    typed = str((await request.post()).get("code", ""))
    try:
        tries = Limit(keys.address_tries("pair", digest(client_address(request))), _TRIES, _TRIES_WINDOW)
        wait = await take(request.app[REDIS], [tries])
    except RedisError:
        return render(request, "terminal/pair.html", status=503, error="unavailable", code=typed)
    if wait:
        return render(request, "terminal/pair.html", status=429, error="throttled", code=typed)
    code = pairing.parse_code(typed)
    redeemed = await pairing.redeem(request, code) if code is not None else None
    if redeemed is None:
        return render(request, "terminal/pair.html", status=403, error="wrong_code", code=typed)
    terminal, secret = redeemed
    answer = web.Response(status=303, headers={"Location": "/terminal"})
    pairing.set_cookie(request, answer, secret)
    log.info("terminal.paired", terminal=terminal.id)
    await request.app[REDIS].publish(keys.jail_changed(terminal.jail_id), "")
    return answer


@routes.get("/terminal/events")
async def events(request: web.Request) -> web.StreamResponse:
    """Which session to join, and when the next one begins; ends when the pairing does."""
    terminal = await pairing.paired_terminal(request)
    if terminal is None:
        raise _unpaired()
    async with request.app[DB].read() as uow:
        jail = await uow.jails.get(terminal.jail_id)

    async def look() -> Payload | None:
        current = await pairing.paired_terminal(request)
        if current is None or current.id != terminal.id:
            return None
        await _seen(request.app, terminal)
        session, upcoming = await _sessions(request, jail, terminal)
        return {
            "session": session and _session_json(session),
            "next": upcoming and {"starts_at": stamp(upcoming.starts_at)},
            "command": await _command_json(request.app, terminal),
        }

    return await sse.stream(request, [terminal.jail_id], look)


# Exempt: the page stays open for weeks, longer than any session with a token lives. Another site
# cannot send this request (its origin is checked) nor read the answer, and a ticket is all it makes.
@routes.post("/terminal/entry")
@csrf.exempt
async def entry(request: web.Request) -> web.StreamResponse:
    """A ticket for the session that was started on this terminal: 409 while there is none, 410 when it has ended."""
    terminal = await pairing.paired_terminal(request)
    if terminal is None:
        raise _unpaired()
    visit = await _open_visit(request.app, terminal)
    if visit is None:
        return _refused("no_session", 409)
    try:
        entered = await enter(
            request.app, visit, terminal_participant(visit), "terminal", language.of(request), visit.jail.name
        )
    except NoNode as error:
        return _refused(error.id, 503)
    except (RoomError, TicketTooLate) as error:
        return _refused(error.id, 410)
    except OUTAGES:
        return _refused("unavailable", 503)
    return entered.answer(request.app[CLOCK].now())


# Exempt as the entry is, and all it changes is what the console says of this terminal.
@routes.post("/terminal/health")
@csrf.exempt
async def health(request: web.Request) -> web.StreamResponse:
    """How the page's devices and its line are."""
    terminal = await pairing.paired_terminal(request)
    if terminal is None:
        raise _unpaired()
    try:
        report = Report.model_validate_json(await request.read())
    except ValidationError:
        return _refused("bad_report", 400)
    redis, now = request.app[REDIS], request.app[CLOCK].now()
    before = (await commands.healths(redis, [terminal.id])).get(terminal.id)
    told = kept(report, device(request.headers.get("User-Agent", "")), now)
    await hear(redis, terminal.id, now)
    await redis.set(keys.terminal_health(terminal.id), told.to_json(), ex=_HEALTH_KEPT)
    if _news(before, told, now):
        await redis.publish(keys.jail_changed(terminal.jail_id), "")
    return web.Response(status=204)


def _news(before: Health | None, told: Health, now: datetime) -> bool:
    """Whether the consoles should look at once; the round trip alone can wait for their next look."""
    if before is None or before.stale(now):
        return True
    return any(getattr(before, name) != getattr(told, name) for name in ("camera", "microphone", "in_call", "done"))


async def _command_json(app: web.Application, terminal: Terminal) -> Payload | None:
    """What staff ask of this page, while it is worth doing."""
    command = (await commands.asked(app[REDIS], [terminal.id])).get(terminal.id)
    told = (await commands.healths(app[REDIS], [terminal.id])).get(terminal.id)
    if command is None or not command.waits(told, app[CLOCK].now()):
        return None
    return {"id": command.id, "name": command.name.value}


async def _sessions(request: web.Request, jail: Jail, terminal: Terminal) -> tuple[Visit | None, Visit | None]:
    """The session to join now, and the next one that staff have not started yet."""
    app = request.app
    current = await _open_visit(app, terminal)
    now = app[CLOCK].now()
    async with app[DB].read() as uow:
        ahead = await uow.visits.day([jail.id], now, now + _NEXT_WITHIN)
    session = None
    if current is not None:
        room = await app[REGISTRY].room(current.id)
        if room is not None and room.opened is not None and room.ending(now) is None:
            session = current
    upcoming = (
        visit
        for visit in ahead
        if visit.status is VisitStatus.APPROVED and visit.terminal is not None and visit.terminal.id == terminal.id
    )
    return session, next(upcoming, None)


async def _open_visit(app: web.Application, terminal: Terminal) -> Visit | None:
    async with app[DB].read() as uow:
        return await uow.visits.open_on(terminal.id, app[CLOCK].now())


async def _seen(app: web.Application, terminal: Terminal) -> None:
    """The stream is written by us and outlives a page that is gone by minutes: it counts as a sign of life only where
    the page tells none of its own.
    """
    if terminal.id not in await commands.healths(app[REDIS], [terminal.id]):
        await hear(app[REDIS], terminal.id, app[CLOCK].now())


def _session_json(visit: Visit) -> Payload:
    return {
        "visit_id": visit.id,
        "visrn": str(visit.visrn),
        "starts_at": stamp(visit.starts_at),
        "ends_at": stamp(visit.ends_at),
    }


def _unpaired() -> web.HTTPException:
    return web.HTTPUnauthorized(text='{"error": "not_paired"}', content_type="application/json")


def _refused(error: str, status: int) -> web.Response:
    return web.json_response({"error": error}, status=status, headers={"Cache-Control": "no-store"})
