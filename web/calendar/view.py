"""A jail's calendar as a page shows it: the week's hours, what is blocked, and what families can have soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names

from broker.people import Jail, Terminal
from broker.rules.errors import NoRule
from broker.slots.availability import Unavailable, days
from broker.slots.calendar import Block, Session, day_bounds
from broker.storage.unit import UnitOfWork
from broker.vocabulary import VisitKind, VisitMode

AHEAD = timedelta(days=13)
_BLOCKS_AHEAD = timedelta(days=400)
# In person is what most jails began with; by video is what this is about, so it stands first.
MODES = (VisitMode.VIDEO, VisitMode.IN_PERSON)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a day offers in one mode: `free` of `slots` beginnings can be had, or why none."""

    free: int
    slots: int
    reason: Unavailable | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day to come, with a cell for each of MODES; no cells where the state has no rule then."""

    date: date
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything the page shows. `weekdays` are names, Monday first; `ruled`: the state has a rule in force today."""

    jail: Jail
    weekdays: tuple[str, ...]
    sessions: tuple[Session, ...]
    stations: tuple[Terminal, ...]
    blocks: tuple[Block, ...]
    ahead: tuple[Ahead, ...]
    ruled: bool

    def hours(self, mode: VisitMode, weekday: int) -> tuple[Session, ...]:
        """The sessions of one day of the week."""
        return tuple(each for each in self.sessions if (each.mode, each.weekday) == (mode, weekday))

    def stations_of(self, mode: VisitMode) -> tuple[Terminal, ...]:
        """The terminals, or the counters."""
        return tuple(each for each in self.stations if each.mode is mode)

    def station_name(self, terminal_id: int | None) -> str:
        """The name of a terminal or counter; "" for the whole jail."""
        return next((each.name for each in self.stations if each.id == terminal_id), "")


async def load(uow: UnitOfWork, jail: Jail, now: datetime, language: str) -> Calendar:
    """The calendar of a jail now."""
    names = get_day_names("wide", locale=language)
    ahead, ruled = await _ahead(uow, jail, now, language)
    return Calendar(
        jail=jail,
        weekdays=tuple(str(names[number]) for number in range(7)),
        sessions=await uow.calendars.sessions(jail.id),
        stations=await stations(uow, jail.id),
        blocks=await uow.calendars.blocks(jail.id, now, now + _BLOCKS_AHEAD),
        ahead=ahead,
        ruled=ruled,
    )


def zone(jail: Jail) -> ZoneInfo:
    """The jail's clock."""
    return ZoneInfo(jail.timezone)


def today(jail: Jail, now: datetime) -> date:
    """The day that it is in the jail."""
    return now.astimezone(zone(jail)).date()


async def stations(uow: UnitOfWork, jail_id: int) -> tuple[Terminal, ...]:
    """A jail's terminals and counters."""
    return tuple([station for mode in MODES for station in await uow.jails.terminals(jail_id, mode)])


async def _ahead(uow: UnitOfWork, jail: Jail, now: datetime, language: str) -> tuple[tuple[Ahead, ...], bool]:
    first = today(jail, now)
    last = first + AHEAD
    try:
        version = await uow.rules.in_force(jail.state_code, first)
    except NoRule:
        return (), False
    start, end = day_bounds(first, last, jail.timezone)
    columns = []
    for mode in MODES:
        picture = await uow.calendars.picture(jail, mode, start, end, now)
        columns.append(days(picture, version.rule, VisitKind.FAMILY, 1, first=first, last=last, now=now))
    return tuple(
        Ahead(
            each[0].date,
            format_date(each[0].date, "EEE d MMM", locale=language),
            tuple(Cell(len(day.free), len(day.offers), day.reason) for day in each),
        )
        for each in zip(*columns, strict=True)
    ), True
