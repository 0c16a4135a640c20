"""The jails of a monitor's scope, those with something to watch first: a state has dozens, and few are live at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aiohttp import web

from broker.deciding.flags import local_day
from broker.slots.calendar import day_bounds
from broker.staff import Staff
from broker.storage.unit import UnitOfWork
from broker.visit import Jail
from web.keys import DB


@dataclass(frozen=True, slots=True)
class Jails:
    """A scope in three groups, each by name: with visits by video on the day, with a terminal but no visit, without a
    terminal.
    """

    with_visits: tuple[Jail, ...] = ()
    with_terminals: tuple[Jail, ...] = ()
    others: tuple[Jail, ...] = ()

    def __iter__(self) -> Iterator[Jail]:
        """All of them, in the order in which they are offered."""
        return iter((*self.with_visits, *self.with_terminals, *self.others))

    def __len__(self) -> int:
        """How many there are."""
        return len(self.with_visits) + len(self.with_terminals) + len(self.others)

    def watchable(self, chosen: str) -> Jails:
        """Those in which a room can be live, and the one that is chosen (its id), whatever it has."""
        return Jails(
            self.with_visits, self.with_terminals, tuple(each for each in self.others if str(each.id) == chosen)
        )


def grouped(jails: Iterable[Jail], visited: Collection[int], equipped: Collection[int]) -> Jails:
    """These jails in their groups; `visited` and `equipped` are the ids of those with visits and with terminals."""
    by_name = sorted(jails, key=lambda jail: jail.name.casefold())
    return Jails(
        tuple(jail for jail in by_name if jail.id in visited),
        tuple(jail for jail in by_name if jail.id in equipped and jail.id not in visited),
        tuple(jail for jail in by_name if jail.id not in equipped and jail.id not in visited),
    )


async def in_scope(app: web.Application, staff: Staff, now: datetime, on: date | None = None) -> Jails:
    """The jails a monitor may look into, as they stand on a day: `on`, or at each jail what is today there."""
    async with app[DB].read() as uow:
        jails = list((await uow.jails.several(staff.jail_ids)).values())
        equipped = await uow.jails.with_terminals(staff.jail_ids)
        return grouped(jails, await _visited(uow, jails, now, on), equipped)


async def _visited(uow: UnitOfWork, jails: Sequence[Jail], now: datetime, on: date | None) -> frozenset[int]:
    """One question for each time zone: their days begin at different instants."""
    found: set[int] = set()
    for zone in {jail.timezone for jail in jails}:
        there = [jail for jail in jails if jail.timezone == zone]
        day = on or local_day(there[0], now)
        found |= await uow.visits.jails_with_visits({jail.id for jail in there}, *day_bounds(day, day, zone))
    return frozenset(found)
