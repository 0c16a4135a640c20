"""Sessions, blocks and the picture of some days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from broker.slots.calendar import Block, check_sessions, day_bounds, midnight
from broker.slots.errors import BadSession
from broker.visit import Slot
from broker.vocabulary import BlockReason, VisitKind, VisitMode
from tests.support.rules import a_picture, at, working

MONDAY = date(2026, 11, 23)
NINE = at("2026-11-23T09:00+05:30")
QUARTER = timedelta(minutes=15)


def block(terminal_id: int | None, starts_at: datetime, ends_at: datetime, **changes: Any) -> Block:
    """A block of jail 4."""
    return Block(1, 4, terminal_id, starts_at, ends_at, BlockReason.HOLIDAY, "", "staff:7", NINE, **changes)


@pytest.mark.parametrize(
    ("problem", "changes"),
    [
        ("weekday", {"weekday": 7}),
        ("last_before_first", {"first": "10:00"}),
        ("gap", {"gap_minutes": -1}),
        ("capacity", {"capacity": 0}),
        ("length", {"minutes": {VisitKind.FAMILY: 0}}),
    ],
)
def test_hours_that_cannot_be_are_refused(problem: str, changes: dict[str, Any]) -> None:
    """The refusal names what is wrong."""
    fields: dict[str, Any] = {"weekday": 0, "first": "09:00", "last": "09:30"} | changes
    with pytest.raises(BadSession) as refused:
        working(fields.pop("weekday"), fields.pop("first"), fields.pop("last"), **fields)
    assert refused.value.problem == problem


def test_a_day_has_each_minute_once() -> None:
    """Two sessions of one day and mode that overlap are refused; other days and modes are their own."""
    morning, noon = working(0, "09:00", "11:00"), working(0, "11:15", "12:00")
    other = working(0, "09:00", "11:00", mode=VisitMode.IN_PERSON)
    assert check_sessions([noon, other, morning]) == (other, morning, noon)
    with pytest.raises(BadSession, match="overlap"):
        check_sessions([morning, working(0, "11:00", "12:00")])


def test_the_session_of_an_instant_is_found_on_the_jail_s_clock() -> None:
    """Both ends belong to it; the day is the jail's, not UTC's."""
    early = working(1, "00:30", "02:00")
    picture = a_picture(MONDAY, MONDAY, sessions=(early,))
    assert picture.session_at(at("2026-11-24T00:30+05:30")) is early
    assert picture.session_at(at("2026-11-24T02:00+05:30")) is early
    assert picture.session_at(at("2026-11-24T02:01+05:30")) is None
    assert picture.session_at(at("2026-11-23T01:00+05:30")) is None


def test_what_is_taken_or_blocked_is_not_free() -> None:
    """Intervals that only touch are in nobody's way."""
    before, during = Slot(1, NINE - QUARTER, NINE), Slot(2, NINE, NINE + QUARTER)
    picture = a_picture(MONDAY, MONDAY, stations=3, taken=(before, during), blocks=(block(3, NINE, NINE + QUARTER),))
    assert [each.id for each in picture.free_stations(NINE, NINE + QUARTER)] == [1]
    assert [each.id for each in picture.free_stations(NINE + QUARTER, NINE + 2 * QUARTER)] == [1, 2, 3]


def test_a_block_of_the_whole_jail_stops_every_station_until_it_is_lifted() -> None:
    """Lifted, it is nothing."""
    whole = block(None, NINE, NINE + QUARTER)
    assert not a_picture(MONDAY, MONDAY, blocks=(whole,)).free_stations(NINE, NINE + QUARTER)
    lifted = block(None, NINE, NINE + QUARTER, lifted_at=NINE)
    assert len(a_picture(MONDAY, MONDAY, blocks=(lifted,)).free_stations(NINE, NINE + QUARTER)) == 2


def test_capacity_counts_what_happens_at_one_instant() -> None:
    """Two visits after each other take one place of a longer slot, not two; another mode's stations don't count."""
    after_each_other = (Slot(1, NINE, NINE + QUARTER), Slot(1, NINE + QUARTER, NINE + 2 * QUARTER))
    elsewhere = Slot(99, NINE, NINE + 2 * QUARTER)
    picture = a_picture(MONDAY, MONDAY, stations=3, taken=(*after_each_other, elsewhere))
    assert len(picture.free_stations(NINE, NINE + 2 * QUARTER)) == 2
    assert len(picture.free_stations(NINE, NINE + 2 * QUARTER, 2)) == 1
    assert not picture.free_stations(NINE, NINE + 2 * QUARTER, 1)


def test_a_day_is_as_long_as_its_clock_says() -> None:
    """Where the clock jumps, a day has 23 or 25 hours; where midnight is skipped, it begins with its first instant."""
    spring = day_bounds(date(2026, 3, 8), date(2026, 3, 8), "America/New_York")
    autumn = day_bounds(date(2026, 11, 1), date(2026, 11, 1), "America/New_York")
    hours = [(end.astimezone(UTC) - start.astimezone(UTC)) / timedelta(hours=1) for start, end in (spring, autumn)]
    assert hours == [23, 25]
    santiago = ZoneInfo("America/Santiago")
    first = midnight(date(2026, 9, 6), santiago).astimezone(UTC)
    assert first.astimezone(santiago).time() == time(1)
    assert (first - timedelta(minutes=1)).astimezone(santiago).date() == date(2026, 9, 5)
