"""/account/visits/{visit}/change: other times for a visit, up to three, best first. The old time is kept until one of
them is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from aiohttp import web

from broker.deciding.errors import DecidingError, SlotNotOffered
from broker.deciding.families import change
from broker.errors import IllegalTransition, SlotTaken
from broker.registration.errors import NoSuchJail
from broker.registration.form import MOST_SLOTS
from broker.registration.places import Wish, find_place, offered
from broker.rules.errors import NoRule
from broker.slots.availability import Day
from broker.slots.errors import SlotFull
from broker.visit import Visit
from web import language
from web.account.visits import Known, known, shown, tell
from web.family.forms import field
from web.keys import CLOCK, DB, SETTINGS
from web.render import render
from web.timewords import iso

#: Days with something free that one page offers: a phone's list stays short.
DAYS_A_PAGE = 7
#: The fields, best first.
CHOICES = tuple(f"choice_{number}" for number in range(1, MOST_SLOTS + 1))


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen from: `later` is the first day of the next page, `earlier` whether there is one before."""

    days: tuple[Day, ...]
    later: date | None
    earlier: bool


async def page(request: web.Request) -> web.StreamResponse:
    """GET: the times that are free."""
    found = await _changeable(request)
    return await _form(request, found, [""] * MOST_SLOTS)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: ask for them."""
    found = await _changeable(request)
    _ = language.catalogue(request).gettext
    typed = [await field(request, name) for name in CHOICES]
    wanted = chosen(typed)
    if not wanted:
        return await _form(request, found, typed, _("Please choose at least one time."))
    app = request.app
    try:
        await change(app[DB], app[SETTINGS], found.visit.id, found.account.id, wanted, app[CLOCK].now())
    except (SlotFull, SlotNotOffered, SlotTaken):
        problem = _("Somebody else took this time just now. You still have your old one. Please choose another time.")
        return await _form(request, found, [""] * MOST_SLOTS, problem, status=409)
    except (DecidingError, IllegalTransition, NoRule):
        raise web.HTTPSeeOther(f"/account/visits/{found.visit.id}?said=too_late") from None
    await tell(request, found.visit)
    raise web.HTTPSeeOther(f"/account/visits/{found.visit.id}?said=changed")


def chosen(typed: Sequence[str]) -> tuple[datetime, ...]:
    """The times behind the fields, each once, in their order; what is no time is passed over."""
    moments = (_moment(text) for text in typed)
    return tuple(dict.fromkeys(moment for moment in moments if moment is not None))


async def offers(request: web.Request, visit: Visit, since: date | None) -> Offered:
    """What this visit could have instead, from a day on."""
    now = request.app[CLOCK].now()
    try:
        async with request.app[DB].read() as uow:
            place = await find_place(uow, (visit.jail.state_code, visit.jail.code), now)
            first, last = place.window(now)
            start = min(max(first, since or first), last)
            wish = Wish(visit.mode, visit.kind, len(visit.visitors), visit.id)
            all_days = await offered(uow, place, wish, now, first=start, last=last)
    except NoSuchJail:
        return Offered((), None, earlier=False)
    free = (day for day in all_days if day.free)
    these = tuple(islice(free, DAYS_A_PAGE))
    after = next(free, None)
    return Offered(these, after.date if after else None, earlier=start > first)


async def _changeable(request: web.Request) -> Known:
    found = await known(request)
    if not found.item.may_change or found.request is None:
        raise web.HTTPSeeOther(f"/account/visits/{found.visit.id}?said=too_late")
    return found


async def _form(
    request: web.Request, found: Known, typed: Sequence[str], problem: str = "", *, status: int = 422
) -> web.Response:
    since = _day(request.query.get("from", ""))
    choice = await offers(request, found.visit, since)
    now = request.app[CLOCK].now()
    return render(
        request,
        "account/change.html",
        status=status if problem else 200,
        **shown(found),
        choice=choice,
        fields=list(zip(CHOICES, typed, strict=True)),
        since=since,
        own_zone=_own_zone(found, now),
        iso=iso,
        problem=problem,
    )


def _own_zone(found: Known, now: datetime) -> str | None:
    """The family's zone where its clock shows something else than the jail's."""
    zone = found.request.timezone if found.request else found.account.timezone
    theirs, jails = (now.astimezone(ZoneInfo(name)).utcoffset() for name in (zone, found.visit.jail.timezone))
    return None if theirs == jails else zone


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-31") else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.utcoffset() is not None else None
    except (OverflowError, ValueError):
        return None
