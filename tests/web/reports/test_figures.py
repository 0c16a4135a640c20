"""Numbers as they are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.reports.numbers import Unit
from web.reports.figures import clock, grouped, shown


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (45174, "45,174"),
        (316647, "3,16,647"),
        (10_000_000, "1,00,00,000"),
        (-1234567, "-12,34,567"),
    ],
)
def test_numbers_are_grouped_as_in_india(number: int, text: str) -> None:
    """Thousands, lakhs, crores."""
    assert grouped(number) == text


@given(st.integers(-(10**12), 10**12))
def test_grouping_loses_no_digit(number: int) -> None:
    """However long."""
    assert int(grouped(number).replace(",", "")) == number


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59, "0:59"), (900, "15:00"), (7_407_367, "1,23,456:07")])
def test_times_are_minutes_and_seconds(seconds: int, text: str) -> None:
    """Never hours: a slot is spoken of in minutes."""
    assert clock(seconds) == shown(seconds, Unit.SECONDS) == text
    assert clock(-61) == "-1:01"


def test_visits_and_people_are_plain_numbers() -> None:
    """By their unit."""
    assert shown(1000, Unit.VISITS) == shown(1000, Unit.PEOPLE) == "1,000"
