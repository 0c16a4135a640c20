"""Periods by name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.reports.asked import Period
from broker.reports.periods import PUBLISHED, first_of, months, presets


@pytest.mark.parametrize(
    ("today", "name", "first", "last"),
    [
        ("2024-02-29", "this_month", "2024-02-01", "2024-02-29"),
        ("2024-01-31", "last_month", "2023-12-01", "2023-12-31"),
        ("2024-05-31", "this_quarter", "2024-04-01", "2024-06-30"),
        ("2024-02-10", "last_quarter", "2023-10-01", "2023-12-31"),
        ("2024-03-31", "this_year", "2023-04-01", "2024-03-31"),
        ("2024-04-01", "this_year", "2024-04-01", "2025-03-31"),
        ("2024-04-01", "last_year", "2023-04-01", "2024-03-31"),
    ],
)
def test_a_named_period_is_whole_months(today: str, name: str, first: str, last: str) -> None:
    """A financial year is April to March; leap days and turns of the year are in them."""
    wanted = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert presets(date.fromisoformat(today))[name] == wanted


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_present_periods_hold_today_and_the_last_ones_end_before_them(today: date) -> None:
    """On every day of a century."""
    named = presets(today)
    for unit in ("month", "quarter", "year"):
        this, last = named[f"this_{unit}"], named[f"last_{unit}"]
        assert this.first <= today <= this.last
        assert (this.first - last.last).days == 1


def test_a_period_touches_its_months_in_order() -> None:
    """Those of the published table are fourteen, the last one begun."""
    found = list(months(PUBLISHED))
    assert (found[0], found[11], found[12], found[-1], len(found)) == (202401, 202412, 202501, 202502, 14)
    assert first_of(202502) == date(2025, 2, 1)
