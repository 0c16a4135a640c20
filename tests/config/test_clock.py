"""The machine's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import time_machine

from config.clock import Clock, SystemClock


def test_wall_clock_is_aware_and_in_utc() -> None:
    """A time in another zone's wall clock is said in UTC."""
    clock: Clock = SystemClock()
    with time_machine.travel(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False):
        assert clock.now() == datetime(2026, 3, 2, 12, tzinfo=UTC)
        assert clock.now().utcoffset() == timedelta(0)


def test_monotonic_clock_does_not_follow_the_wall_clock() -> None:
    """When the wall clock is set back by a day, timers do not notice."""
    clock = SystemClock()
    before = clock.monotonic()
    with time_machine.travel(datetime.now(UTC) - timedelta(days=1)):
        assert 0 <= clock.monotonic() - before < 60


def test_the_systems_monotonic_clock_can_be_told_from_others() -> None:
    """By being Python's own function: the compiled packet path then reads the same clock without Python."""
    assert SystemClock().monotonic is time.monotonic
