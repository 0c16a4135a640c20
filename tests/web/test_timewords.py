"""web.timewords: times as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from web import timewords

NOON = datetime(2026, 3, 3, 12, 5, 6, 789_999, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "hi", "bn"])
def test_a_time_is_the_jails_in_common_digits(language: str) -> None:
    """17:35 in Kolkata, whatever the page's language."""
    assert timewords.clock_time(NOON, "Asia/Kolkata", language) == "17:35"


def test_a_day_is_the_jails_day() -> None:
    """Late evening in UTC is the next day in Kolkata."""
    late = NOON.replace(hour=20)
    assert timewords.day(late, "Asia/Kolkata", "en") == "Wednesday, 4 March"
    assert timewords.day(late, "Asia/Kolkata", "hi") == "बुधवार, 4 मार्च"


def test_a_date_is_written_as_people_do_with_its_year() -> None:
    """A birth date: the month by its name, so that nobody takes it for the day."""
    born = date(1984, 3, 4)
    assert [timewords.on(born, language) for language in ("en", "hi", "bn")] == [
        "4 March 1984", "4 मार्च 1984", "4 মার্চ 1984",
    ]  # fmt: skip


def test_today_is_the_jails_today() -> None:
    """An hour apart across the jail's midnight is not the same day."""
    before = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)  # 23:30 in Kolkata
    assert timewords.is_today(before, before, "Asia/Kolkata")
    assert not timewords.is_today(before + timedelta(hours=1), before, "Asia/Kolkata")


def test_scripts_get_utc_with_milliseconds() -> None:
    """Cut, not rounded: nothing is promised for longer than it lasts."""
    assert timewords.iso(NOON) == "2026-03-03T12:05:06.789Z"


@pytest.mark.parametrize(
    ("printed", "dialled"), [("020-0000 1142", "02000001142"), ("+91 20 0000 1142", "+912000001142")]
)
def test_a_printed_number_becomes_one_that_can_be_dialled(printed: str, dialled: str) -> None:
    """Digits, and a leading plus."""
    assert timewords.tel(printed) == dialled
