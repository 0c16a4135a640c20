"""Periods that people ask for by name. Pure; a month is counted from 1, a financial year begins on 1 April."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from broker.reports.asked import Period
from broker.reports.line import month_of

#: The period of the table that Maharashtra published in February 2025.
PUBLISHED = Period(date(2024, 1, 1), date(2025, 2, 9))

_APRIL = 4


def presets(today: date) -> Mapping[str, Period]:
    """Name to period, in the order in which they are offered. What is not over yet ends where it will."""
    month, quarter = today.replace(day=1), today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    year = today.replace(year=today.year - (today.month < _APRIL), month=_APRIL, day=1)
    return {
        "this_month": _months(month, 1),
        "last_month": _months(_later(month, -1), 1),
        "this_quarter": _months(quarter, 3),
        "last_quarter": _months(_later(quarter, -3), 3),
        "this_year": _months(year, 12),
        "last_year": _months(_later(year, -12), 12),
    }


def months(period: Period) -> Iterator[int]:
    """The months a period touches, as 202402."""
    first = period.first.replace(day=1)
    while first <= period.last:
        yield month_of(first)
        first = _later(first, 1)


def first_of(month: int) -> date:
    """The first day of a month (202402)."""
    return date(month // 100, month % 100, 1)


def _months(first: date, number: int) -> Period:
    return Period(first, _later(first, number) - timedelta(days=1))


def _later(first: date, number: int) -> date:
    """The first of the month so many months later."""
    whole = first.year * 12 + first.month - 1 + number
    return date(whole // 12, whole % 12 + 1, 1)
