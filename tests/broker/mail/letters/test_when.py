"""When a visit is, on the jail's clock and on the family's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.mail.letters import when
from config.i18n import LANGUAGES
from tests.support.clock import NOON

QUARTER = timedelta(minutes=15)
ZONES = ["Africa/Lagos", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Europe/Kyiv", "Asia/Kathmandu"]


def test_jails_clock_is_first_and_the_familys_has_a_name() -> None:
    """Each with its date, its hours and its distance from UTC."""
    jail, family = when.readings(NOON, NOON + QUARTER, "Asia/Kolkata", "Europe/Kyiv", "en")
    assert jail == when.Reading("", "Monday, 2 March 2026", "17:30", "17:45", "UTC+05:30")
    assert family == when.Reading("Ukraine (Kyiv) Time", "Monday, 2 March 2026", "14:00", "14:15", "UTC+02:00")


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Calcutta", "Asia/Colombo", None])
def test_clock_that_shows_the_same_is_not_repeated(zone: str | None) -> None:
    """Another name for India's time, or another country with it."""
    assert len(when.readings(NOON, NOON + QUARTER, "Asia/Kolkata", zone, "en")) == 1


def test_slot_across_the_change_of_the_clocks_says_both_its_ends_right() -> None:
    """In New York the hour from 1 to 2 comes twice on 1 November 2026: 1:50 is followed by 1:05."""
    starts_at = datetime(2026, 11, 1, 5, 50, tzinfo=UTC)
    _, family = when.readings(starts_at, starts_at + QUARTER, "Asia/Kolkata", "America/New_York", "en")
    assert (family.starts, family.ends, family.offset) == ("01:50", "01:05", "UTC-04:00")


def test_offset_of_a_zone_west_of_greenwich_and_of_half_an_hour() -> None:
    """The sign is that of the whole."""
    assert when.offset(NOON, "America/St_Johns") == "UTC-03:30"
    assert when.offset(NOON, "UTC") == "UTC+00:00"


@given(
    st.integers(0, 6 * 366 * 24 * 4).map(lambda quarters: NOON.replace(year=2024) + quarters * QUARTER),
    st.sampled_from(ZONES),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_every_reading_is_the_same_instant(at: datetime, zone: str, language: str) -> None:
    """What a clock shows, with its offset taken off, is the visit's time, on any day of any year; digits are Latin."""
    readings = when.readings(at, at + QUARTER, "Asia/Kolkata", zone, language)
    for reading, name in zip(readings, ("Asia/Kolkata", zone), strict=True):
        sign = -1 if reading.offset[3] == "-" else 1
        away = sign * timedelta(hours=int(reading.offset[4:6]), minutes=int(reading.offset[7:9]))
        hours, minutes = (int(part) for part in reading.starts.split(":"))
        local = (at + away).replace(tzinfo=None)
        assert (hours, minutes) == (local.hour, local.minute)
        assert at.astimezone(ZoneInfo(name)).utcoffset() == away
        assert reading.starts.isascii()
        assert str(local.year) in reading.date
