"""The calendar periods of allowances. Pure; every date is one of the jail's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from broker.rules.model import Per

_DAY = timedelta(days=1)
_HALF = 16  # the day on which the second half of a month begins


@dataclass(frozen=True, slots=True)
class Period:
    """The half-open interval of days [start, end)."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - _DAY


def period(per: Per, on: date) -> Period:
    """The period that a day lies in. Periods of one kind touch and never overlap."""
    match per:
        case Per.DAY:
            return Period(on, on + _DAY)
        case Per.WEEK:
            start = on - on.weekday() * _DAY
            return Period(start, start + 7 * _DAY)
        case Per.FORTNIGHT if on.day < _HALF:
            return Period(on.replace(day=1), on.replace(day=_HALF))
        case Per.FORTNIGHT:
            return Period(on.replace(day=_HALF), _next_month(on))
        case Per.MONTH:
            return Period(on.replace(day=1), _next_month(on))


def following(per: Per, on: date) -> Iterator[Period]:
    """The period of that day, and those after it, without end."""
    here = period(per, on)
    while True:
        yield here
        here = period(per, here.end)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1)
