"""Where a visit is asked for: the jail, the rule in force there, and what it can offer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from broker.people import Jail
from broker.registration.errors import NoSuchJail
from broker.rules.errors import NoRule
from broker.rules.model import RuleVersion
from broker.slots.availability import Day, Offer, days
from broker.slots.calendar import day_bounds
from broker.storage.unit import UnitOfWork
from broker.vocabulary import VisitKind, VisitMode

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A jail and the rule by which it takes requests today."""

    jail: Jail
    version: RuleVersion

    def today(self, now: datetime) -> date:
        """The day of the jail's calendar."""
        return now.astimezone(ZoneInfo(self.jail.timezone)).date()

    def window(self, now: datetime) -> tuple[date, date]:
        """The first and the last day that may be asked for now."""
        today, rule = self.today(now), self.version.rule
        return today + rule.first_day * _DAY, today + rule.last_day * _DAY


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: how, of which kind, for how many visitors. `asker` is the draft or visit that asks, whose own
    hold is not in its way.
    """

    mode: VisitMode
    kind: VisitKind
    people: int = 1
    asker: str | None = None


async def find_place(uow: UnitOfWork, codes: tuple[int, int] | None, now: datetime) -> Place:
    """The place behind a state's code and a jail's. Raises NoSuchJail."""
    jail = await uow.jails.by_code(*codes) if codes else None
    if jail is None:
        raise NoSuchJail("no jail with this code")
    try:
        version = await uow.rules.in_force(jail.state_code, now.astimezone(ZoneInfo(jail.timezone)).date())
    except NoRule:
        raise NoSuchJail("its state has no rule") from None
    return Place(jail, version)


async def offered(
    uow: UnitOfWork, place: Place, wish: Wish, now: datetime, *, first: date, last: date
) -> tuple[Day, ...]:
    """What can be had from `first` to `last` (the jail's calendar, both included)."""
    start, end = day_bounds(first, last, place.jail.timezone)
    picture = await uow.calendars.picture(place.jail, wish.mode, start, end, now, except_hold=wish.asker)
    return days(picture, place.version.rule, wish.kind, wish.people, first=first, last=last, now=now)


async def free_of(
    uow: UnitOfWork, place: Place, wish: Wish, wanted: Iterable[datetime], now: datetime
) -> tuple[Offer, ...]:
    """The free slots among those that begin at the wanted times, in the order of the wishes."""
    zone = ZoneInfo(place.jail.timezone)
    wishes = tuple(wanted)
    free: dict[datetime, Offer] = {}
    for on in {each.astimezone(zone).date() for each in wishes}:
        (day,) = await offered(uow, place, wish, now, first=on, last=on)
        free |= {offer.starts_at: offer for offer in day.free}
    return tuple(free[each] for each in wishes if each in free)


async def modes_of(uow: UnitOfWork, place: Place) -> tuple[VisitMode, ...]:
    """What this jail offers: what the rule allows, and it has working hours for."""
    working = {session.mode for session in await uow.calendars.sessions(place.jail.id)}
    return tuple(mode for mode in VisitMode if mode in place.version.rule.modes and mode in working)
