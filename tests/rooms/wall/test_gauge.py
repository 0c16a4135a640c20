"""From what was counted to what happened in an interval."""

from __future__ import annotations

from datetime import timedelta

from rooms.media import Reading
from rooms.media.counters import Loudness
from rooms.seats import Role
from rooms.wall.decoder import Picture
from rooms.wall.gauge import Gauge
from rooms.wall.meter import Meter
from tests.support.clock import NOON

ROLES = {"visitor-a": Role.VISITOR, "visitor-b": Role.VISITOR, "terminal-7": Role.TERMINAL}
LATER = NOON + timedelta(seconds=2)


def test_rates_are_of_the_time_between_two_looks() -> None:
    """By kind; the first look has nothing to compare with."""
    gauge = Gauge(ROLES)
    first = gauge.measure(NOON, {"visitor-a": Reading(connected=True, audio=1000, video=9000, frames=700)}, {}, {})
    assert first["visitor-a"] == Meter(NOON, connected=True)
    reading = Reading(connected=True, audio=1100, video=9240, frames=749, audio_at=NOON, video_at=LATER, muted=True)
    second = gauge.measure(LATER, {"visitor-a": reading}, {}, {})["visitor-a"]
    assert (second.audio_pps, second.video_pps, second.fps) == (50.0, 120.0, 24.5)
    assert (second.audio_at, second.video_at, second.muted, second.blanked) == (NOON, LATER, True, False)


def test_a_connection_that_was_replaced_counts_from_its_own_beginning() -> None:
    """Its counts are smaller than the old one's were; nothing is negative."""
    gauge = Gauge(ROLES)
    gauge.measure(NOON, {"visitor-a": Reading(connected=True, audio=1000, video=9000)}, {}, {})
    found = gauge.measure(LATER, {"visitor-a": Reading(connected=True, audio=20, video=60)}, {}, {})
    assert (found["visitor-a"].audio_pps, found["visitor-a"].video_pps) == (10.0, 30.0)


def test_what_went_on_is_told_by_the_receivers_role_and_kind() -> None:
    """Two visitors are one side; whoever has no seat is a monitor; what did not move is not told."""
    gauge = Gauge(ROLES)
    readings = {who: Reading(connected=True) for who in ROLES}
    ways = {
        ("terminal-7", "visitor-a", "video"): 100,
        ("terminal-7", "visitor-b", "video"): 100,
        ("terminal-7", "visitor-a", "audio"): 7,
        ("terminal-7", "monitor-1", "audio"): 0,
        ("visitor-a", "terminal-7", "audio"): 50,
    }
    assert {who: meter.forwarded for who, meter in gauge.measure(NOON, readings, ways, {}).items()} == {
        who: {} for who in ROLES
    }
    ways |= {("terminal-7", "visitor-a", "video"): 160, ("terminal-7", "visitor-b", "video"): 130}
    ways |= {("visitor-a", "terminal-7", "audio"): 150, ("visitor-a", "monitor-1", "video"): 3}
    found = gauge.measure(LATER, readings, ways, {})
    assert found["terminal-7"].forwarded == {"visitor:video": 90}
    assert found["visitor-a"].forwarded == {"terminal:audio": 100, "monitor:video": 3}


def test_what_a_wall_knows_is_in_the_meter_and_otherwise_nothing() -> None:
    """The picture of the one who has one, the loudness of the one whose packets say it."""
    readings = {
        "visitor-a": Reading(connected=True, loudness=Loudness(-31, speaking=True)),
        "terminal-7": Reading(connected=True),
    }
    pictures = {"visitor-a": Picture(NOON, b"jpeg", 101.26, 3.256)}
    found = Gauge(ROLES).measure(LATER, readings, {}, pictures)
    mine = found["visitor-a"]
    assert (mine.level, mine.speaking) == (-31, True)
    assert (mine.picture_at, mine.luminance, mine.change) == (NOON, 101.3, 3.26)
    other = found["terminal-7"]
    assert (other.level, other.speaking, other.picture_at, other.luminance, other.change) == (None,) * 5
