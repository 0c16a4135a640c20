"""The calendar periods of allowances."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.quota.periods import Period, following, period
from broker.rules.model import Per

DAY = timedelta(days=1)
DATES = st.dates(date(2020, 1, 1), date(2040, 12, 31))
LONGEST = {Per.DAY: 1, Per.FORTNIGHT: 16, Per.MONTH: 31, Per.WEEK: 7}


@pytest.mark.parametrize(
    ("per", "on", "start", "end"),
    [
        (Per.DAY, "2026-12-31", "2026-12-31", "2027-01-01"),
        (Per.WEEK, "2026-11-22", "2026-11-16", "2026-11-23"),
        (Per.WEEK, "2027-01-01", "2026-12-28", "2027-01-04"),
        (Per.FORTNIGHT, "2026-11-15", "2026-11-01", "2026-11-16"),
        (Per.FORTNIGHT, "2026-12-16", "2026-12-16", "2027-01-01"),
        (Per.MONTH, "2028-02-29", "2028-02-01", "2028-03-01"),
        (Per.MONTH, "2026-12-31", "2026-12-01", "2027-01-01"),
    ],
)
def test_periods_are_those_of_the_calendar(per: Per, on: str, start: str, end: str) -> None:
    """Weeks begin on Monday, fortnights are halves of a month; the turn of the year is no exception."""
    assert period(per, date.fromisoformat(on)) == Period(date.fromisoformat(start), date.fromisoformat(end))


@given(st.sampled_from(Per), DATES)
def test_a_day_lies_in_exactly_its_period(per: Per, on: date) -> None:
    """Every day of a period finds the same period, and the days around it don't."""
    found = period(per, on)
    assert on in found
    assert (found.end - found.start).days <= LONGEST[per]
    assert period(per, found.start) == period(per, found.last) == found
    assert period(per, found.start - DAY).end == found.start
    assert period(per, found.end).start == found.end


@given(st.sampled_from(Per), DATES)
def test_periods_follow_each_other_without_a_gap(per: Per, on: date) -> None:
    """Nobody has a day that counts nowhere, or twice."""
    some = list(islice(following(per, on), 30))
    assert on in some[0]
    assert all(one.end == next_.start for one, next_ in pairwise(some))


def test_only_a_date_can_lie_in_a_period() -> None:
    """Anything else is not in it."""
    assert "2026-11-22" not in period(Per.WEEK, date(2026, 11, 22))
