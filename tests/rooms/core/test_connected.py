"""Connected seconds."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from rooms.core.connected import ConnectedTime
from tests.support.clock import NOON


def after(seconds: float) -> timedelta:
    """Return so many seconds."""
    return timedelta(seconds=seconds)


def test_seconds_add_up_over_interruptions() -> None:
    """Two stretches count, the gap between them doesn't, and what runs on is in the totals."""
    spent = ConnectedTime()
    spent.start("mother", NOON)
    spent.stop("mother", NOON + after(10))
    spent.start("mother", NOON + after(60))
    assert spent.totals(NOON + after(65)) == {"mother": 15.0}


def test_seconds_are_carried_on_from_a_killed_node() -> None:
    """A new node starts from what was saved, also for those who do not come back."""
    spent = ConnectedTime({"mother": 100.5, "terminal": 90.0})
    spent.start("mother", NOON)
    assert spent.totals(NOON + after(2)) == {"mother": 102.5, "terminal": 90.0}


def test_a_loss_noticed_late_counts_to_when_it_happened() -> None:
    """Stopping at a moment in the past gives nothing for the time since; before the start it gives nothing at all."""
    spent = ConnectedTime()
    spent.start("mother", NOON)
    spent.start("brother", NOON + after(25))
    spent.stop("mother", NOON + after(20))
    spent.stop("brother", NOON + after(20))
    assert spent.totals(NOON + after(50)) == {"mother": 20.0, "brother": 0.0}


@given(st.lists(st.tuples(st.booleans(), st.floats(min_value=0, max_value=100)), max_size=30))
def test_nobody_is_connected_longer_than_time_has_passed(steps: list[tuple[bool, float]]) -> None:
    """However often somebody starts and stops, the sum stays within the time there was."""
    spent, now = ConnectedTime(), NOON
    for starts, seconds in steps:
        now += after(seconds)
        (spent.start if starts else spent.stop)("mother", now)
    assert 0.0 <= spent.totals(now).get("mother", 0.0) <= (now - NOON).total_seconds() + 0.001


def test_stopping_all_stops_the_clock_for_all() -> None:
    """After the end nobody's seconds grow."""
    spent = ConnectedTime()
    spent.start("mother", NOON)
    spent.start("terminal", NOON)
    spent.stop_all(NOON + after(9))
    assert spent.totals(NOON + after(500)) == {"mother": 9.0, "terminal": 9.0}
