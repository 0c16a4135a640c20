"""/visits/new/times: up to three slots by preference, each in the jail's time and in the reader's own.

A tap on a time puts it at the end of the list; the list stands above, each with a button that takes it off. No script
is needed for it, and a page holds one day's slots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.dates import format_date

from broker.registration.companions import people
from broker.registration.draft import Step
from broker.registration.fields import instant
from broker.registration.form import MOST_SLOTS
from broker.registration.places import Place, Wish, offered
from broker.registration.whole import problems_of
from broker.slots.availability import Day
from broker.vocabulary import Relationship, VisitKind, VisitMode
from web import language
from web.family.forms import field
from web.keys import DB
from web.register import asking, words, zones
from web.register.asking import Asking
from web.register.pages import look, show
from web.timewords import clock_time

_DAY = timedelta(days=1)
#: Days on one page.
WEEK = 7


@dataclass(frozen=True, slots=True)
class Moment:
    """A slot's beginning on two clocks. `own` is "" where both show the same; `own_day` where the day is another."""

    value: str
    day: str
    time: str
    own: str
    own_day: str
    free: bool = True


async def page(request: web.Request) -> web.StreamResponse:
    """GET `?day=2026-11-25`: that day's slots, and the week around it."""
    found = await asking.needed(request)
    problems = await look(request, found, Step.TIMES) if "look" in request.query else {}
    return await _form(request, found, problems)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST: `add=<time>`, `remove=<time>`, `zone=<clock>`, or go on, or back."""
    found = await asking.needed(request)
    wanted = chosen(found)
    added, removed = await field(request, "add"), await field(request, "remove")
    on = await field(request, "day")
    here = f"{asking.path(Step.TIMES)}?day={on}" if _day(on) else asking.path(Step.TIMES)
    if added or removed:
        moment = _instant(added)
        kept = [each for each in wanted if each != _instant(removed)]
        if moment is not None and moment not in kept and len(kept) < MOST_SLOTS:
            kept.append(moment)
        await asking.keep(request, Step.TIMES, numbered(kept))
        raise web.HTTPSeeOther(here)
    go = await field(request, "go")
    if go == "zone":
        await asking.change(request, found, timezone=zones.known(await field(request, "own_zone")))
        raise web.HTTPSeeOther(here)
    if go == "back":
        raise asking.back(Step.TIMES)
    problems = problems_of(Step.TIMES, found.draft, found.today)
    if problems:
        return await _form(request, found, problems)
    raise asking.onward(found, Step.TIMES)


def chosen(found: Asking) -> list[datetime]:
    """The times on the list, best first; what can't be read is left out."""
    typed = found.draft.typed(Step.TIMES)
    moments = (_instant(typed.get(f"slot_{rank}", "")) for rank in range(1, MOST_SLOTS + 1))
    return [each for each in moments if each is not None]


def numbered(wanted: list[datetime]) -> dict[str, str]:
    """The page's fields for these times."""
    return {f"slot_{rank}": each.isoformat() for rank, each in enumerate(wanted, 1)}


def wish_of(found: Asking) -> Wish | None:
    """What is asked for; None while the page before is not filled in."""
    mode = found.draft.typed(Step.HOW).get("mode", "")
    if mode not in set(VisitMode):
        return None
    lawyer = found.draft.typed(Step.YOU).get("relationship") == Relationship.LAWYER
    count = 1 + sum(1 for _ in people(found.draft.typed(Step.COMPANIONS)))
    return Wish(VisitMode(mode), VisitKind.LEGAL if lawyer else VisitKind.FAMILY, count, asker=found.draft.id)


async def _form(request: web.Request, found: Asking, problems: Mapping[str, str]) -> web.Response:
    place, wish = found.place, wish_of(found)
    if place is None:
        raise web.HTTPSeeOther(asking.path(Step.JAIL))
    if wish is None:
        raise web.HTTPSeeOther(asking.path(Step.HOW))
    week = await _week(request, found, place, wish)
    open_day = _open_day(request, week)
    return await show(
        request,
        found,
        Step.TIMES,
        problems,
        wanted=[await _wanted(request, found, place, wish, at) for at in chosen(found)],
        full=len(chosen(found)) >= MOST_SLOTS,
        gone="gone" in request.query,
        week=[_shown(request, day) for day in week],
        open_day=open_day,
        offers=[moment(request, found, place, offer.starts_at) for offer in (open_day.free if open_day else ())],
        earlier=_other_week(week[0].date - WEEK * _DAY, place, found)
        if week[0].date > place.window(found.now)[0]
        else "",
        later=_other_week(week[-1].date + _DAY, place, found) if week[-1].date < place.window(found.now)[1] else "",
        **_clocks(request, found, place),
    )


async def _week(request: web.Request, found: Asking, place: Place, wish: Wish) -> tuple[Day, ...]:
    """The days around the asked one; without one, the first week in which something is free."""
    first, last = place.window(found.now)
    asked = _day(request.query.get("day", ""))
    begins = first
    if asked is not None and first <= asked <= last:
        begins = first + (asked - first).days // WEEK * WEEK * _DAY
    async with request.app[DB].read() as uow:
        week = await offered(uow, place, wish, found.now, first=begins, last=min(begins + (WEEK - 1) * _DAY, last))
        while asked is None and not any(day.free for day in week) and week[-1].date < last:
            begins = week[-1].date + _DAY
            week = await offered(uow, place, wish, found.now, first=begins, last=min(begins + (WEEK - 1) * _DAY, last))
    return week


def _open_day(request: web.Request, week: tuple[Day, ...]) -> Day | None:
    """The day that was tapped, else the first on which something is free."""
    asked = _day(request.query.get("day", ""))
    by_tap = next((day for day in week if day.date == asked), None)
    return by_tap or next((day for day in week if day.free), None)


def _shown(request: web.Request, day: Day) -> dict[str, Any]:
    code = language.of(request)
    return {
        "date": day.date.isoformat(),
        "weekday": format_date(day.date, "EEE", locale=code),
        "day": format_date(day.date, "d MMM", locale=code),
        "full_name": format_date(day.date, "EEEE, d MMMM", locale=code),
        "free": len(day.free),
        "reason": words.closed(request, day.reason) if day.reason else "",
    }


def _other_week(day: date, place: Place, found: Asking) -> str:
    return max(day, place.window(found.now)[0]).isoformat()


async def _wanted(request: web.Request, found: Asking, place: Place, wish: Wish, at: datetime) -> Moment:
    """A time on the list, and whether it can still be had."""
    on = at.astimezone(ZoneInfo(place.jail.timezone)).date()
    async with request.app[DB].read() as uow:
        (day,) = await offered(uow, place, wish, found.now, first=on, last=on)
    return moment(request, found, place, at, free=any(offer.starts_at == at for offer in day.free))


def moment(request: web.Request, found: Asking, place: Place, at: datetime, *, free: bool = True) -> Moment:
    """A slot's beginning as the page shows it."""
    code, jails = language.of(request), ZoneInfo(place.jail.timezone)
    own = found.zone
    elsewhere = own is not None and zones.differs(at, own, jails)
    own_date = at.astimezone(own).date() if own else None
    return Moment(
        value=at.isoformat(),
        day=format_date(at.astimezone(jails).date(), "EEEE, d MMMM", locale=code),
        time=clock_time(at, place.jail.timezone, code),
        own=clock_time(at, str(own), code) if elsewhere else "",
        own_day=format_date(own_date, "EEE, d MMM", locale=code)
        if elsewhere and own_date is not None and own_date != at.astimezone(jails).date()
        else "",
        free=free,
    )


def _clocks(request: web.Request, found: Asking, place: Place) -> dict[str, Any]:
    """The two clocks, and when one of them is changed before the last day that can be asked for."""
    own, jails = found.zone, ZoneInfo(place.jail.timezone)
    first, last = found.today, place.window(found.now)[1]
    changes = [
        {
            "place": zones.city(str(zone)),
            "day": format_date(change[0], "EEEE, d MMMM", locale=language.of(request)),
            "forward": change[1] > timedelta(0),
            "minutes": abs(change[1]) // timedelta(minutes=1),
        }
        for zone in dict.fromkeys((own or jails, jails))
        if (change := zones.change_between(first, last, zone))
    ]
    return {
        "own_zone": str(own) if own else "",
        "own_city": zones.city(str(own)) if own else "",
        "own_now": clock_time(found.now, str(own), language.of(request)) if own else "",
        "elsewhere": own is not None and any(zones.differs(found.now + n * _DAY, own, jails) for n in range(30)),
        # Some four hundred names: sent only to whoever asks for them.
        "zones": zones.offered(found.draft) if "clock" in request.query else (),
        "changes": changes,
        "jail_city": place.jail.city,
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        return instant(text)
    except ValueError:
        return None
