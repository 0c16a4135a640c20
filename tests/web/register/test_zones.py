"""The reader's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from broker.registration.draft import Draft
from tests.support.registering import MONDAY
from web.register import zones


def draft(timezone: str = "", **contact: str) -> Draft:
    """Somebody with this number."""
    return Draft("d", None, MONDAY, steps={"contact": contact}, timezone=timezone)


def test_the_browser_is_believed_before_the_number() -> None:
    """Else the number's country; else the jail's clock; an unknown name is none."""
    lagos = {"mobile": "0802 123 4567", "nationality": "NG"}
    assert str(zones.of_reader(draft("America/New_York", **lagos))) == "America/New_York"
    assert str(zones.of_reader(draft(**lagos))) == "Africa/Lagos"
    assert str(zones.of_reader(draft("Mars/Base", **lagos))) == "Africa/Lagos"
    assert str(zones.of_reader(draft(mobile="12"), "Asia/Kolkata")) == "Asia/Kolkata"
    assert zones.of_reader(draft()) is None


def test_the_own_countrys_clocks_are_offered_first() -> None:
    """And everybody's after them, once."""
    offered = zones.offered(draft(nationality="NG"))
    assert offered[0] == "Africa/Lagos"
    assert "America/New_York" in offered
    assert len(set(offered)) == len(offered)


def test_a_change_of_the_clock_is_found_with_its_day() -> None:
    """New York goes back on 1 November 2026 and forward on 14 March 2027; India never does."""
    zone = ZoneInfo("America/New_York")
    back = zones.change_between(date(2026, 10, 25), date(2026, 11, 10), zone)
    forward = zones.change_between(date(2027, 3, 1), date(2027, 3, 20), zone)
    assert back == (date(2026, 11, 1), -timedelta(hours=1))
    assert forward == (date(2027, 3, 14), timedelta(hours=1))
    assert zones.change_between(date(2026, 11, 2), date(2026, 11, 20), zone) is None
    assert zones.change_between(date(2026, 1, 1), date(2026, 12, 31), ZoneInfo("Asia/Kolkata")) is None


def test_clocks_that_show_the_same_are_one() -> None:
    """Whatever they are called."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert not zones.differs(at, ZoneInfo("Asia/Kolkata"), ZoneInfo("Asia/Colombo"))
    assert zones.differs(at, ZoneInfo("Asia/Kolkata"), ZoneInfo("Africa/Lagos"))
    assert zones.city("America/Argentina/Buenos_Aires") == "Buenos Aires"
