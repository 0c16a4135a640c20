"""The node's time."""

from __future__ import annotations

import time
from datetime import timedelta

from config.clock import SystemClock
from rooms.host.steady import SteadyClock
from tests.support.clock import NOON, ManualClock


class SettableClock(ManualClock):
    """A machine whose wall clock somebody sets."""

    def set_wall(self, seconds: float) -> None:
        """Move the wall clock alone."""
        self._now += timedelta(seconds=seconds)


def test_setting_the_machines_clock_moves_nothing() -> None:
    """An hour forwards or backwards on the wall is no time at all in a room."""
    machine = SettableClock()
    clock = SteadyClock(machine)
    machine.set_wall(3600)
    machine.advance(5)
    assert clock.now() == NOON + timedelta(seconds=5)
    machine.set_wall(-7200)
    assert clock.now() == NOON + timedelta(seconds=5)


def test_redis_time_corrects_a_clock_that_is_wrong() -> None:
    """A node whose wall was set wrongly at its start comes back to the time all others share."""
    machine = SettableClock(NOON + timedelta(seconds=90))
    clock = SteadyClock(machine)
    sent = clock.monotonic()
    assert clock.check(NOON.timestamp(), sent, sent + 0.002) < -89
    assert abs((clock.now() - NOON).total_seconds()) < 0.01


def test_small_differences_are_left_alone() -> None:
    """What a round trip can explain is no reason to jump."""
    machine = SettableClock()
    clock = SteadyClock(machine)
    sent = clock.monotonic()
    assert clock.check(NOON.timestamp() + 0.09, sent, sent + 0.1) == 0.0
    assert clock.check(NOON.timestamp() + 0.2, sent, sent + 0.24) == 0.0
    assert clock.now() == NOON


def test_a_slow_answer_proves_nothing() -> None:
    """After a blocked second nobody knows when Redis looked at its clock."""
    machine = SettableClock()
    clock = SteadyClock(machine)
    sent = clock.monotonic()
    assert clock.check(NOON.timestamp() + 30, sent, sent + 1.0) == 0.0
    assert clock.now() == NOON


def test_its_monotonic_clock_is_the_machines_own() -> None:
    """Not a function around it: the packet path asks it for every packet."""
    assert SteadyClock(SystemClock()).monotonic is time.monotonic
