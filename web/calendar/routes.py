"""/superintendent/calendar: a jail's working hours, its terminals and counters, and what is blocked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from broker.errors import NotFound
from broker.people import Jail
from broker.slots import editing
from broker.slots.editing import NewBlock
from broker.vocabulary import BlockReason, VisitKind, VisitMode
from web import language
from web.calendar import view, words
from web.calendar.forms import Typed, key_of, parse_block, parse_hours, typed_hours
from web.keys import CLOCK, DB
from web.operator.view import choose_jail
from web.render import render
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission

PATH = "/superintendent/calendar"
_NEW_HOURS = Typed({"mode": VisitMode.VIDEO.value, "gap": "0"}, frozenset("01234"))
_KEPT = 400
_MOST_STATIONS = 60
_PREFIXES = {VisitMode.IN_PERSON: "C", VisitMode.VIDEO: "T"}

routes = web.RouteTableDef()


def add_routes(app: web.Application) -> None:
    """Hang the calendar on the application."""
    app.add_routes(routes)


@routes.get(PATH)
@permitted(Permission.CALENDAR_EDIT)
async def page(request: web.Request) -> web.StreamResponse:
    """The calendar; `?change=` fills the form with hours that stand."""
    jail, _ = await choose_jail(request, request[STAFF])
    async with request.app[DB].read() as uow:
        sessions = await uow.calendars.sessions(jail.id)
    changing = next((each for each in sessions if key_of(each) == request.query.get("change")), None)
    return await _show(request, hours=_NEW_HOURS if changing is None else typed_hours(changing))


@routes.post(f"{PATH}/hours")
@permitted(Permission.CALENDAR_EDIT)
async def save_hours(request: web.Request) -> web.StreamResponse:
    """Add hours, or put them in the place of some that stood."""
    jail, _ = await choose_jail(request, request[STAFF])
    typed = await _typed(request)
    async with request.app[DB].begin() as uow:
        wanted = parse_hours(typed, await uow.calendars.sessions(jail.id))
        if not isinstance(wanted, Typed):
            await editing.set_hours(uow, jail.id, wanted, *_by(request))
            await uow.commit()
    if isinstance(wanted, Typed):
        return await _show(request, hours=wanted, status=422)
    raise _back(jail, "saved")


@routes.post(f"{PATH}/hours/remove")
@permitted(Permission.CALENDAR_EDIT)
async def remove_hours(request: web.Request) -> web.StreamResponse:
    """Take some hours out of the week."""
    jail, _ = await choose_jail(request, request[STAFF])
    key = (await _typed(request))["key"]
    async with request.app[DB].begin() as uow:
        kept = [each for each in await uow.calendars.sessions(jail.id) if key_of(each) != key]
        await editing.set_hours(uow, jail.id, kept, *_by(request))
        await uow.commit()
    raise _back(jail, "removed")


@routes.post(f"{PATH}/blocks")
@permitted(Permission.CALENDAR_EDIT)
async def block(request: web.Request) -> web.StreamResponse:
    """Block a time. Every visit that it touches comes to the queue, in the same transaction."""
    jail, _ = await choose_jail(request, request[STAFF])
    now = request.app[CLOCK].now()
    typed = await _typed(request)
    touched: Sequence[str] = ()
    async with request.app[DB].begin() as uow:
        new = parse_block(typed, await view.stations(uow, jail.id), view.zone(jail), now)
        if not isinstance(new, Typed):
            wanted = NewBlock(jail.id, new.starts_at, new.ends_at, new.terminal_id, new.reason, new.note)
            _, touched = await editing.block(uow, wanted, *_by(request))
            await uow.commit()
    if isinstance(new, Typed):
        return await _show(request, block=new, status=422)
    raise _back(jail, "blocked", touched=len(touched))


@routes.post(f"{PATH}/blocks/{{id:[0-9]{{1,9}}}}/lift")
@permitted(Permission.CALENDAR_EDIT)
async def lift(request: web.Request) -> web.StreamResponse:
    """Take a block back."""
    jail, _ = await choose_jail(request, request[STAFF])
    async with request.app[DB].begin() as uow:
        try:
            found = await uow.calendars.get_block(int(request.match_info["id"]))
        except NotFound:
            raise web.HTTPNotFound from None
        if found.jail_id != jail.id:
            raise web.HTTPNotFound
        await editing.lift_block(uow, found.id, *_by(request))
        await uow.commit()
    raise _back(jail, "lifted")


@routes.post(f"{PATH}/stations")
@permitted(Permission.CALENDAR_EDIT)
async def add_station(request: web.Request) -> web.StreamResponse:
    """Add a terminal or a counter, named by the next number."""
    jail, _ = await choose_jail(request, request[STAFF])
    asked = (await _typed(request))["mode"]
    mode = next((each for each in VisitMode if each.value == asked), None)
    async with request.app[DB].begin() as uow:
        known = await view.stations(uow, jail.id)
        if mode is None or len(known) >= _MOST_STATIONS:
            raise web.HTTPBadRequest
        names = {each.name for each in known}
        free = (f"{_PREFIXES[mode]}{number}" for number in range(1, 2 + len(known)))
        await editing.add_station(uow, jail.id, next(name for name in free if name not in names), mode, *_by(request))
        await uow.commit()
    raise _back(jail, "station")


async def _show(
    request: web.Request, *, hours: Typed = _NEW_HOURS, block: Typed | None = None, status: int = 200
) -> web.Response:
    staff, now = request[STAFF], request.app[CLOCK].now()
    jail, jails = await choose_jail(request, staff)
    async with request.app[DB].read() as uow:
        calendar = await view.load(uow, jail, now, language.of(request))
    said, touched = request.query.get("said", ""), request.query.get("touched", "")
    return render(
        request,
        "calendar/calendar.html",
        status=status,
        staff=staff,
        jails=jails,
        calendar=calendar,
        hours=hours,
        block=block or Typed({"from_day": view.today(jail, now).isoformat()}),
        key_of=key_of,
        modes=view.MODES,
        kinds=tuple(VisitKind),
        block_reasons=tuple(BlockReason),
        labels=words.FIELDS,
        problems=words.PROBLEMS,
        reasons=words.REASONS,
        unavailable=words.UNAVAILABLE,
        said=words.SAID.get(said, "") if status == 200 else "",
        touched=int(touched) if touched.isascii() and touched.isdigit() and len(touched) < 6 else 0,
    )


async def _typed(request: web.Request) -> Typed:
    form = await request.post()
    values = {name: value[:_KEPT] for name, value in form.items() if isinstance(value, str) and name != "weekday"}
    days = frozenset(day for day in form.getall("weekday", []) if isinstance(day, str))
    return Typed(values, days)


def _by(request: web.Request) -> tuple[str, datetime]:
    return f"staff:{request[STAFF].id}", request.app[CLOCK].now()


def _back(jail: Jail, said: str, **more: int) -> web.HTTPSeeOther:
    query = {"jail": jail.id, "said": said} | {name: number for name, number in more.items() if number}
    return web.HTTPSeeOther(f"{PATH}?{urlencode(query)}")
