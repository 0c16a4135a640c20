"""What a family wrote beside the jail's own record: rows of words with the differences marked, and the wished slots
with what became of each. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from broker.deciding.matching import Candidate, Detail
from broker.slots.availability import Day, Offer, Unavailable
from broker.visit import Prisoner, Request, Slot, Visit

#: In which order details are read.
ORDER = (Detail.NAME, Detail.FATHER_NAME, Detail.AGE, Detail.GENDER, Detail.NUMBER)


@dataclass(frozen=True, slots=True)
class Cell:
    """What the register says, and whether the family said something else."""

    text: str = field(repr=False)
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One detail: as the family gave it ("" for not at all), and for each candidate."""

    detail: Detail
    said: str = field(repr=False)
    cells: tuple[Cell, ...]


def rows(prisoner: Prisoner, candidates: Sequence[Candidate]) -> tuple[Row, ...]:
    """The comparison, a row a detail."""
    return tuple(
        Row(
            detail,
            _text(detail, prisoner),
            tuple(Cell(_text(detail, each.inmate), detail in each.differences) for each in candidates),
        )
        for detail in ORDER
    )


def _text(detail: Detail, person: object) -> str:
    value = getattr(person, detail.value)
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Wish:
    """A slot [starts_at, ends_at) that the family would take. `free`: on how many stations it can be had; at 0,
    `reason` says why not. `held`: one of them waits for this request.
    """

    starts_at: datetime
    ends_at: datetime
    free: int
    held: bool
    reason: Unavailable | None = None


def wishes(visit: Visit, request: Request | None, hold: Slot | None, days: Iterable[Day]) -> tuple[Wish, ...]:
    """The family's slots, best first, with what can be had of each now (`days`: what is free for this visit)."""
    by_date = {day.date: day for day in days}
    zone = ZoneInfo(visit.jail.timezone)
    wished = request.preferences if request is not None else (visit.starts_at,)
    return tuple(
        _wish(at, hold, by_date.get(at.astimezone(zone).date()), visit.ends_at - visit.starts_at) for at in wished
    )


def _wish(at: datetime, hold: Slot | None, day: Day | None, lasts: timedelta) -> Wish:
    held = hold is not None and hold.starts_at == at
    offer = None if day is None else next((each for each in day.offers if each.starts_at == at), None)
    if offer is not None:
        return Wish(at, offer.ends_at, offer.free, held and offer.free > 0, offer.reason)
    return Wish(at, at + lasts, 0, held=False, reason=(day.reason if day else None) or Unavailable.CLOSED)


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day of the jail's calendar with the slots that can be had on it."""

    date: date
    offers: tuple[Offer, ...]


def free_days(days: Iterable[Day]) -> tuple[FreeDay, ...]:
    """What can be had, day by day; days without anything are left out."""
    return tuple(FreeDay(day.date, day.free) for day in days if day.free)


def nearest(days: Iterable[FreeDay], wished: Sequence[datetime], count: int = 3) -> tuple[Offer, ...]:
    """The free slots nearest to the first wish that were not wished for, in order of time: what a refusal may offer."""
    around = wished[0]
    offers = [offer for day in days for offer in day.offers if offer.starts_at not in wished]
    closest = sorted(offers, key=lambda offer: (abs(offer.starts_at - around), offer.starts_at))[:count]
    return tuple(sorted(closest, key=lambda offer: offer.starts_at))
