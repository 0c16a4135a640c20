"""Working sessions as readers see them."""

from __future__ import annotations

from datetime import time

import pytest

from broker.slots.calendar import Session
from broker.vocabulary import VisitMode
from web.leaflet.hours import by_days, days


def session(weekday: int, first: str, last: str, mode: VisitMode = VisitMode.VIDEO) -> Session:
    """A session from one time to another."""
    return Session(mode, weekday, time.fromisoformat(first), time.fromisoformat(last))


def test_days_with_the_same_hours_become_one_line() -> None:
    """Monday to Friday, and Saturday, which is shorter."""
    week = [session(day, "10:00", "16:45") for day in range(5)] + [session(5, "10:00", "12:45")]
    assert by_days(week, VisitMode.VIDEO) == [((0, 4), (("10:00", "16:45"),)), ((5, 5), (("10:00", "12:45"),))]


def test_a_day_off_divides_the_week() -> None:
    """Two runs, although their hours are the same."""
    week = [session(day, "10:00", "16:45") for day in (0, 1, 3, 4)]
    assert [run for run, _ in by_days(week, VisitMode.VIDEO)] == [(0, 1), (3, 4)]


def test_mornings_and_afternoons_stand_in_one_line() -> None:
    """Two sessions of a day, in the order of the clock, in whatever order they were stored."""
    day = [session(0, "14:00", "16:45"), session(0, "09:00", "11:45"), session(0, "09:00", "11:45")]
    assert by_days(day, VisitMode.VIDEO) == [((0, 0), (("09:00", "11:45"), ("14:00", "16:45")))]


def test_each_mode_has_its_own_hours() -> None:
    """And none where there are none."""
    mixed = [session(0, "09:00", "11:45"), session(1, "09:00", "11:45", VisitMode.IN_PERSON)]
    assert by_days(mixed, VisitMode.IN_PERSON) == [((1, 1), (("09:00", "11:45"),))]
    assert by_days([], VisitMode.VIDEO) == []


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", ("Monday", "Sunday")), ("hi", ("सोमवार", "रविवार")), ("bn", ("সোমবার", "রবিবার"))],
)
def test_weekdays_have_their_names(language: str, names: tuple[str, str]) -> None:
    """0 is Monday, as in Python's calendar."""
    assert days(0, 6, language) == names
