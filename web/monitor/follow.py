"""Following rooms live, one to nine at once, each by a ticket of its own; and the next room that should be looked into.

A ticket is made only after the watch was written into the audit and among the looks.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from urllib.parse import urlencode

import structlog
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.errors import NotFound, TicketTooLate
from broker.monitoring.queue import due
from broker.staff import Staff
from broker.vocabulary import LookKind
from config import keys
from rooms.errors import NoNode, RoomError
from rooms.standing import RoomState
from web import language, sse
from web.console import diff
from web.entry import enter
from web.keys import CLOCK, DB, REDIS, REGISTRY
from web.monitor import jails, looking, view, wall
from web.monitor.acting import GOOD, SAID, say
from web.monitor.card import Card
from web.operator.actions import actor
from web.render import render
from web.serving.answers import OUTAGES, wants_json
from web.sse import Payload
from web.staff.guard import STAFF, permitted, require_scope, still_permitted
from web.staff.permissions import Permission

routes = web.RouteTableDef()
log = structlog.get_logger(__name__)

_CLAIMED_FOR = 30
_ROOM_ID = 32


@routes.get("/monitor/rooms/{id:[0-9a-f]{32}}")
@permitted(Permission.ROOM_WATCH)
async def one(request: web.Request) -> web.StreamResponse:
    """The page that follows one room. 404 if it is not placed, 403 if it is not in scope."""
    room = await _room_in_scope(request, request[STAFF])
    return await _page(request, [room.room_id], 1)


@routes.get("/monitor/follow")
@permitted(Permission.ROOM_WATCH)
async def several(request: web.Request) -> web.StreamResponse:
    """The page that follows the rooms named in `rooms` (ids, by commas or repeated), at most nine."""
    ids = named(request.query.getall("rooms", []))
    return await _page(request, ids, layout_of(request.query.get("layout", ""), len(ids)))


@routes.get("/monitor/follow/events")
@permitted(Permission.ROOM_WATCH)
async def events(request: web.Request) -> web.StreamResponse:
    """What is said of the followed rooms, part by part, whenever it has changed."""
    app, ids = request.app, named(request.query.getall("rooms", []))
    showing = looking.Showing(app, pictures=False, follows=True)

    async def take() -> Payload | None:
        staff = await still_permitted(request, Permission.ROOM_WATCH)
        if staff is None:
            return None
        cards, everything = await _load(app, staff, ids)
        now = app[CLOCK].now()
        await showing.show(staff, (card.room.room_id for card in cards if card.room.ending(now) is None))
        return view.follow_parts(request, staff, cards, everything, _origin(request), whole=False).payload()

    try:
        return await sse.stream(request, request[STAFF].jail_ids, take, diff)
    finally:
        await showing.close()


@routes.post("/monitor/rooms/{id:[0-9a-f]{32}}/entry")
@permitted(Permission.ROOM_WATCH)
async def entry(request: web.Request) -> web.StreamResponse:
    """A monitor's ticket, under a fresh id: 409 before the session is started, 410 once it has ended."""
    app, staff = request.app, request[STAFF]
    room = await _room_in_scope(request, staff)
    now = app[CLOCK].now()
    if room.ending(now) is not None:
        return _refused("ended", 410)
    if room.opened is None:
        return _refused("no_session", 409)
    participant = f"monitor-{secrets.token_hex(8)}"
    try:
        await _record(app, staff, room, participant)
        async with app[DB].read() as uow:
            visit = await uow.visits.get(room.room_id)
        entered = await enter(app, visit, participant, "monitor", language.of(request), "")
    except NoNode as error:
        return _refused(error.id, 503)
    except (RoomError, NotFound, TicketTooLate) as error:
        return _refused(error.id, 410)
    except OUTAGES:
        return _refused("unavailable", 503)
    log.info("monitor.entry", visit=visit.id, room=visit.id, staff=staff.id, participant=participant)
    return entered.answer(now)


@routes.post("/monitor/next")
@permitted(Permission.ROOM_WATCH)
async def next_look(request: web.Request) -> web.StreamResponse:
    """The followed rooms with the next one due among them; with `fill`, with as many as the layout has places for.

    `keep`: the room whose sound is on, which stays. 409 where no other room is live that nobody looks into.
    """
    app, staff = request.app, request[STAFF]
    fields = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    ids = named([fields.get("rooms", "")])
    layout = layout_of(fields.get("layout", ""), len(ids))
    cards = await wall.load(app, staff.jail_ids)
    live = {card.room.room_id for card in cards}
    places = max(1, layout - len(live.intersection(ids))) if fields.get("fill") else 1
    found = 0
    for candidate in due(card.candidate() for card in cards if card.room.room_id not in ids):
        if found < places and await _claim(app, staff, candidate.visit_id):
            ids = seated(ids, layout, candidate.visit_id, live, fields.get("keep", ""))
            found += 1
    if not found:
        return _nothing_due(request, ids, layout)
    if wants_json(request):
        return web.json_response({"rooms": ids, "layout": layout}, headers={"Cache-Control": "no-store"})
    raise web.HTTPSeeOther(f"/monitor/follow?{urlencode({'rooms': ','.join(ids), 'layout': layout})}")


def named(values: Sequence[str]) -> list[str]:
    """The room ids in a field that may hold several, each once, at most as many as can be followed."""
    ids = [each for value in values for each in value.split(",")]
    fit = [each for each in ids if len(each) == _ROOM_ID and set(each) <= set("0123456789abcdef")]
    return list(dict.fromkeys(fit))[: view.LAYOUTS[-1]]


def layout_of(asked: str, rooms: int) -> int:
    """The number of places asked for, or the least that has room for so many."""
    if asked.isdecimal() and int(asked) in view.LAYOUTS and int(asked) >= rooms:
        return int(asked)
    return next((each for each in view.LAYOUTS if each >= rooms), view.LAYOUTS[-1])


def seated(ids: Sequence[str], layout: int, new: str, live: Collection[str], keep: str) -> list[str]:
    """The followed rooms with a new one in the last place. Where all places are taken one goes: a room that has ended,
    else the one that was there for longest and is not `keep`.
    """
    seats = list(ids)
    if len(seats) >= layout:
        gone = next((each for each in seats if each not in live), None)
        gone = gone or next((each for each in seats if each != keep), seats[0])
        seats.remove(gone)
    return [*seats, new]


async def _page(request: web.Request, ids: list[str], layout: int) -> web.Response:
    app, staff = request.app, request[STAFF]
    cards, everything = await _load(app, staff, ids)
    origin = {"rooms": ",".join(ids), "layout": str(layout)}
    said = request.query.get("said", "")
    return render(
        request,
        "monitor/follow.html",
        staff=staff,
        now=app[CLOCK].now(),
        timezone=wall.timezone(await jails.in_scope(app, staff, app[CLOCK].now())),
        board_parts=view.follow_parts(request, staff, cards, everything, origin, whole=True),
        rooms=[card.room.room_id for card in cards],
        layout=layout,
        layouts=view.LAYOUTS,
        said=said if said in SAID else "",
        said_good=said in GOOD,
    )


async def _load(app: web.Application, staff: Staff, ids: list[str]) -> tuple[list[Card], wall.Wall]:
    """The rooms asked for that are in scope and were started, ended ones too; and all the live ones."""
    live = await wall.load(app, staff.jail_ids)
    cards = {card.room.room_id: card for card in live}
    over = await app[REGISTRY].rooms(each for each in ids if each not in cards)
    mine = [room for room in over.values() if room.spec.jail_id in staff.jail_ids and room.opened is not None]
    cards |= {card.room.room_id: card for card in await wall.cards_of(app, mine)}
    return [cards[each] for each in ids if each in cards], wall.paged(live, 1, ids)


async def _record(app: web.Application, staff: Staff, room: RoomState, participant: str) -> None:
    """Write the watch down before it can begin. Its end is written when the room tells it."""
    now = app[CLOCK].now()
    async with app[DB].begin() as uow:
        await uow.monitoring.begin_looks([room.room_id], staff.id, LookKind.FOLLOW, now, participant)
        uow.audit.record(
            AuditEvent.ROOM_WATCH,
            by=actor(staff),
            at=now,
            jail_id=room.spec.jail_id,
            visit_id=room.room_id,
            subject=participant,
        )
        await uow.commit()


async def _claim(app: web.Application, staff: Staff, room_id: str) -> bool:
    """Whether this monitor may be sent to the room: nobody else was within the last seconds."""
    key = keys.look_claim(room_id)
    if await app[REDIS].set(key, str(staff.id), nx=True, ex=_CLAIMED_FOR):
        return True
    return bool(await app[REDIS].get(key) == str(staff.id))


async def _room_in_scope(request: web.Request, staff: Staff) -> RoomState:
    """The room asked for. 404 if it is not placed; 403 if its jail is not in scope."""
    room = await request.app[REGISTRY].room(request.match_info["id"])
    if room is None:
        raise web.HTTPNotFound
    require_scope(staff, room.spec.jail_id)
    return room


def _origin(request: web.Request) -> dict[str, str]:
    ids = named(request.query.getall("rooms", []))
    return {"rooms": ",".join(ids), "layout": str(layout_of(request.query.get("layout", ""), len(ids)))}


def _nothing_due(request: web.Request, ids: list[str], layout: int) -> web.Response:
    if wants_json(request):
        body = {"error": "nothing_due", "message": say(request, "nothing_due")}
        return web.json_response(body, status=409, headers={"Cache-Control": "no-store"})
    query = {"said": "nothing_due"} | ({"rooms": ",".join(ids), "layout": str(layout)} if ids else {})
    raise web.HTTPSeeOther(f"/monitor{'/follow' if ids else ''}?{urlencode(query)}")


def _refused(error: str, status: int) -> web.Response:
    return web.json_response({"error": error}, status=status, headers={"Cache-Control": "no-store"})
