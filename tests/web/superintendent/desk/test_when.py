"""Times as a superintendent reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from web.superintendent.desk.when import When, today

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
WHEN = When("en", NOW)


def test_a_slot_is_one_short_line_on_the_jails_clock() -> None:
    """Day, beginning, end."""
    starts_at = datetime(2026, 11, 23, 5, 45, tzinfo=UTC)
    assert WHEN.slot(starts_at, starts_at + timedelta(minutes=15), "Asia/Kolkata") == "Mon 23 Nov, 11:15–11:30"


def test_another_year_is_said() -> None:
    """A day of this year needs no year."""
    assert WHEN.on(date(2026, 12, 31)) == "Thu 31 Dec"
    assert WHEN.on(date(2027, 1, 1)) == "Fri 1 Jan 2027"


def test_time_of_another_day_is_told_with_its_day() -> None:
    """Today's is the clock's alone, on the jail's calendar."""
    assert WHEN.told(NOW - timedelta(hours=1), "Asia/Kolkata") == "11:00"
    assert WHEN.told(NOW - timedelta(hours=13), "Asia/Kolkata") == "Fri 20 Nov, 23:00"


def test_a_period_ends_with_its_last_day() -> None:
    """Periods are stored half open, and read closed."""
    assert WHEN.day_before(date(2026, 12, 1)) == "Mon 30 Nov"


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=12), "12 minutes"),
        (timedelta(hours=3), "3 hours"),
        (timedelta(hours=35), "35 hours"),
        (timedelta(days=4), "4 days"),
    ],
)
def test_how_far_away_is_said_as_finely_as_it_matters(ahead: timedelta, said: str) -> None:
    """Minutes in the last hour, hours in the last two days."""
    assert WHEN.away(NOW + ahead) == said


def test_past_and_near() -> None:
    """Due is past; within a day is near."""
    assert WHEN.past(NOW)
    assert WHEN.near(NOW + timedelta(hours=23))
    assert not WHEN.near(NOW + timedelta(hours=25))


def test_today_is_the_jails_day() -> None:
    """Late in the evening UTC it is tomorrow in India."""
    assert today(datetime(2026, 11, 21, 20, tzinfo=UTC), "Asia/Kolkata") == date(2026, 11, 22)


def test_the_words_are_those_of_the_pages_language() -> None:
    """Hindi has Hindi days."""
    assert "नव" in When("hi", NOW).day(NOW, "Asia/Kolkata")
