"""Blocking a day, or some hours, or one terminal; and cancelling what it touches: first shown, then done, each family
told. A touched visit that is left unticked comes to the queue instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from aiohttp import web

from broker.audit.events import AuditEvent
from broker.deciding.cancelling import cancel_many
from broker.errors import BrokerError
from broker.people import Jail, Terminal
from broker.reasons import TEXT_NEEDED, CancelReason
from broker.slots import editing
from broker.slots.calendar import day_bounds
from broker.slots.editing import NewBlock
from broker.storage.unit import UnitOfWork
from broker.visit import Visit, VisitMode
from broker.vocabulary import BlockReason
from web.keys import CLOCK, DB, SETTINGS
from web.render import render
from web.staff import looks
from web.staff.guard import STAFF, permitted
from web.staff.permissions import Permission
from web.superintendent.desk.forms import Typed, on_the_clock
from web.superintendent.desk.said import heard, say
from web.superintendent.desk.scope import Powers, actor, chosen, jails_of
from web.superintendent.desk.when import When, today

log = structlog.get_logger(__name__)
routes = web.RouteTableDef()

#: The longest stretch that is blocked in one act.
LONGEST = timedelta(days=92)

#: What a family reads as the reason of its cancellation.
TOLD: Mapping[BlockReason, CancelReason] = {
    BlockReason.EQUIPMENT: CancelReason.EQUIPMENT,
    BlockReason.HOLIDAY: CancelReason.LOCKDOWN,
    BlockReason.LOCKDOWN: CancelReason.LOCKDOWN,
    BlockReason.OTHER: CancelReason.OTHER,
    BlockReason.STAFF_SHORTAGE: CancelReason.CAPACITY,
    BlockReason.WEATHER: CancelReason.WEATHER,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be blocked: [starts_at, ends_at) in UTC, of one place or (None) of the whole jail."""

    jail: Jail
    starts_at: datetime
    ends_at: datetime
    place: Terminal | None
    reason: BlockReason
    text: str


@routes.get("/superintendent/lockdown")
@permitted(Permission.CALENDAR_EDIT)
async def page(request: web.Request) -> web.StreamResponse:
    """The form; and once a day is chosen, what blocking it would touch."""
    typed = Typed.of(dict(request.query))
    wanted = None
    if "day" in request.query:
        async with request.app[DB].read() as uow:
            wanted = await _read(uow, request, typed)
    return await _show(request, typed, wanted)


@routes.post("/superintendent/lockdown")
@permitted(Permission.REQUEST_DECIDE)
async def block(request: web.Request) -> web.StreamResponse:
    """Block, and cancel the ticked visits."""
    staff, app = request[STAFF], request.app
    now, by = app[CLOCK].now(), actor(staff)
    typed = await Typed.read(request)
    async with app[DB].read() as uow:
        wanted = await _read(uow, request, typed)
        touched = await _touched(uow, wanted, now) if wanted else []
    if wanted is None:
        return await _show(request, typed)
    numbers = {visit.id: str(visit.visrn) for visit in touched}
    ticked = [each for each in typed.values("visit") if each in numbers]
    if ticked and TOLD[wanted.reason] in TEXT_NEEDED and not wanted.text:
        typed.refuse("note", "words_needed")
        return await _show(request, typed, wanted)
    async with app[DB].begin() as uow:
        stored, _ = await editing.block(uow, _new(wanted), by, now)
        await uow.commit()
    results = await cancel_many(app[DB], app[SETTINGS], ticked, TOLD[wanted.reason], wanted.text, by, now)
    failed = {numbers[each]: result.id for each, result in results.items() if isinstance(result, BrokerError)}
    log.info("superintendent.blocked", block=stored.id, cancelled=len(results) - len(failed), staff=staff.id)
    say(request, "locked_down", count=len(results) - len(failed), failed=failed)
    raise web.HTTPSeeOther(f"/superintendent?jail={wanted.jail.id}")


def _new(wanted: Wanted) -> NewBlock:
    place = wanted.place.id if wanted.place else None
    return NewBlock(wanted.jail.id, wanted.starts_at, wanted.ends_at, place, wanted.reason, wanted.text)


async def _show(request: web.Request, typed: Typed, wanted: Wanted | None = None) -> web.StreamResponse:
    """The form, and beside it what would be touched."""
    staff, now = request[STAFF], request.app[CLOCK].now()
    async with request.app[DB].read() as uow:
        jails = await jails_of(uow, staff)
        jail = chosen(jails, typed.value("jail")) or jails[0]
        stations = [each for mode in VisitMode for each in await uow.jails.terminals(jail.id, mode)]
        touched = await _touched(uow, wanted, now) if wanted else []
    if touched:
        await looks.note(request, AuditEvent.VISIT_LIST, jail_id=jail.id)
    return render(
        request,
        "superintendent/lockdown.html",
        status=422 if typed.problems else 200,
        staff=staff,
        powers=Powers.of(staff),
        when=When.of(request, now),
        said=heard(request),
        typed=typed,
        jails=jails,
        jail=jail,
        stations=stations,
        reasons=tuple(BlockReason),
        today=today(now, jail.timezone),
        wanted=wanted,
        touched=touched,
        ticked=frozenset(typed.values("visit")) if request.method == "POST" else None,
    )


async def _read(uow: UnitOfWork, request: web.Request, typed: Typed) -> Wanted | None:
    """What the form says; None, with problems noted, where it says nothing that can be."""
    jails = await jails_of(uow, request[STAFF])
    jail = chosen(jails, typed.value("jail")) or jails[0]
    reason = typed.choice("reason", BlockReason, "no_cause")
    text = typed.text("note")
    first = typed.day("day", "no_day")
    last = typed.day_or_never("last_day", "no_day") or first
    times = _interval(typed, jail, first, last)
    stations = [each for mode in VisitMode for each in await uow.jails.terminals(jail.id, mode)]
    place = next((each for each in stations if str(each.id) == typed.value("place")), None)
    if place is None and typed.value("place"):
        # A terminal of another jail, or none any more: it must not be read as the whole jail.
        typed.refuse("place", "no_such_place")
    if times is not None and times[1] <= request.app[CLOCK].now():
        typed.refuse("day", "until_is_past")
    if typed.problems or reason is None or times is None:
        return None
    return Wanted(jail, times[0], times[1], place, reason, text)


def _interval(typed: Typed, jail: Jail, first: date | None, last: date | None) -> tuple[datetime, datetime] | None:
    """From the first day's time, or its beginning, to the last day's, or its end."""
    if first is None or last is None:
        return None
    starts_at, ends_at = day_bounds(first, last, jail.timezone)
    if typed.value("from_time"):
        at = typed.clock("from_time", "no_time")
        starts_at = on_the_clock(first, at, jail.timezone) if at else starts_at
    if typed.value("to_time"):
        at = typed.clock("to_time", "no_time")
        ends_at = on_the_clock(last, at, jail.timezone) if at else ends_at
    if ends_at <= starts_at or ends_at - starts_at > LONGEST:
        typed.refuse("last_day", "bad_block")
        return None
    return starts_at, ends_at


async def _touched(uow: UnitOfWork, wanted: Wanted, now: datetime) -> list[Visit]:
    """The visits to come that stand there: approved ones by their slot, undecided ones by what they hold."""
    visits = await uow.visits.touching(wanted.jail.id, max(now, wanted.starts_at), wanted.ends_at)
    if wanted.place is None:
        return [visit for visit in visits if visit.starts_at > now]
    found = []
    for visit in visits:
        slot = visit.slot or await uow.holds.of_visit(visit.id)
        if visit.starts_at > now and slot is not None and slot.terminal_id == wanted.place.id:
            found.append(visit)
    return found
