"""When a jail takes visits and what is in the way: sessions, blocks, and the picture of a stretch of days. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

from broker.people import Terminal
from broker.slots.errors import BadSession
from broker.visit import Slot
from broker.vocabulary import BlockReason, VisitKind, VisitMode

_NO_MINUTES: Mapping[VisitKind, int] = MappingProxyType({})
_LONGEST = 240


@dataclass(frozen=True, slots=True)
class Session:
    """Working hours of a weekday (0 is Monday): slots begin from `first_at` to `last_at`, both included, in the jail's
    time. `minutes`: the length by kind where it differs from the state's rule; `gap_minutes` between two slots;
    `capacity`: at most so many visits at one instant (None: as many as there are stations). Raises BadSession.
    """

    mode: VisitMode
    weekday: int
    first_at: time
    last_at: time
    gap_minutes: int = 0
    capacity: int | None = None
    minutes: Mapping[VisitKind, int] = field(default_factory=lambda: _NO_MINUTES)

    def __post_init__(self) -> None:
        for problem, wrong in (
            ("weekday", not 0 <= self.weekday <= 6),
            ("last_before_first", self.last_at < self.first_at),
            ("gap", not 0 <= self.gap_minutes <= _LONGEST),
            ("capacity", self.capacity is not None and self.capacity < 1),
            ("length", any(not 1 <= minutes <= _LONGEST for minutes in self.minutes.values())),
        ):
            if wrong:
                raise BadSession(problem)

    def covers(self, at: time) -> bool:
        """Whether a slot of it may begin at this time of the jail's day."""
        return self.first_at <= at <= self.last_at


@dataclass(frozen=True, slots=True)
class Block:
    """No visits in [starts_at, ends_at): on one terminal or counter, or (`terminal_id` None) in the whole jail.
    `lifted_at`: taken back.
    """

    id: int
    jail_id: int
    terminal_id: int | None
    starts_at: datetime
    ends_at: datetime
    reason: BlockReason
    note: str = field(repr=False)
    by: str
    created_at: datetime
    lifted_at: datetime | None = None

    def covers(self, terminal_id: int, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether it keeps that terminal from (a part of) [starts_at, ends_at)."""
        here = self.terminal_id is None or self.terminal_id == terminal_id
        return here and self.lifted_at is None and self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of a jail in one mode for [start, end): its stations (terminals or counters), working sessions,
    blocks, and the slots that live visits and unexpired holds have taken.
    """

    timezone: str
    mode: VisitMode
    start: datetime
    end: datetime
    stations: tuple[Terminal, ...]
    sessions: tuple[Session, ...]
    blocks: tuple[Block, ...] = ()
    taken: tuple[Slot, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The jail's clock."""
        return ZoneInfo(self.timezone)

    def session_at(self, starts_at: datetime) -> Session | None:
        """The working session in which a slot that starts then lies, None outside of hours."""
        local = starts_at.astimezone(self.zone)
        return next(
            (each for each in self.sessions if each.weekday == local.weekday() and each.covers(local.time())), None
        )

    def free_stations(
        self, starts_at: datetime, ends_at: datetime, capacity: int | None = None
    ) -> tuple[Terminal, ...]:
        """The stations that nothing blocks or holds in [starts_at, ends_at), no more than the capacity leaves."""
        ours = {station.id for station in self.stations}
        in_the_way = tuple(
            slot
            for slot in self.taken
            if slot.terminal_id in ours and slot.starts_at < ends_at and starts_at < slot.ends_at
        )
        busy = {slot.terminal_id for slot in in_the_way}
        free = tuple(
            station
            for station in self.stations
            if station.id not in busy and not any(b.covers(station.id, starts_at, ends_at) for b in self.blocks)
        )
        return free if capacity is None else free[: max(0, capacity - _most_at_once(in_the_way, starts_at))]


def check_sessions(sessions: Iterable[Session]) -> tuple[Session, ...]:
    """The sessions by mode, weekday and time. Raises BadSession ("overlap") when two of one day and mode would offer
    the same minute.
    """
    ordered = tuple(sorted(sessions, key=lambda each: (each.mode, each.weekday, each.first_at)))
    for one, next_ in pairwise(ordered):
        if (one.mode, one.weekday) == (next_.mode, next_.weekday) and next_.first_at <= one.last_at:
            raise BadSession("overlap")
    return ordered


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day of the jail's calendar, even where its clock skips midnight."""
    return datetime.combine(day, time(), tzinfo=zone)


def day_bounds(first: date, last: date, timezone: str) -> tuple[datetime, datetime]:
    """The instants [start, end) of the days `first` to `last`, both included, in a time zone."""
    zone = ZoneInfo(timezone)
    return midnight(first, zone), midnight(last + timedelta(days=1), zone)


def _most_at_once(slots: Iterable[Slot], from_: datetime) -> int:
    """The largest number of these slots that hold one instant at or after `from_`."""
    steps = sorted((at, step) for slot in slots for at, step in ((max(slot.starts_at, from_), 1), (slot.ends_at, -1)))
    most = now = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most
