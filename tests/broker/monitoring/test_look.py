"""broker.monitoring.look: how long looks lasted, and who looks now."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.monitoring.look import SILENT, Look, Seen, seen, together
from broker.vocabulary import LookKind
from tests.support.clock import NOON

SECOND = timedelta(seconds=1)


def look(start: int, length: int, *, staff: int = 1, visit: str = "a" * 32, over: bool = False) -> Look:
    """A follow, in seconds after noon."""
    began = NOON + start * SECOND
    return Look(1, visit, staff, LookKind.FOLLOW, "monitor-1", began, began + length * SECOND, over)


def test_a_look_goes_on_until_it_is_over_or_silent() -> None:
    """A page that died without a word is not looking for ever."""
    assert look(0, 60).goes_on(NOON + 61 * SECOND)
    assert not look(0, 60).goes_on(NOON + 60 * SECOND + SILENT)
    assert not look(0, 60, over=True).goes_on(NOON + 61 * SECOND)
    assert look(5, 60).length == 60 * SECOND


def test_a_room_was_seen_when_the_last_of_its_looks_ended() -> None:
    """By whomever; and those who look now are named."""
    other = "b" * 32
    now = NOON + 100 * SECOND
    found = seen([look(0, 90, staff=2), look(10, 20, staff=1), look(0, 5, visit=other, over=True)], now)
    assert found == {"a" * 32: Seen(NOON + 90 * SECOND, frozenset({2})), other: Seen(NOON + 5 * SECOND)}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=6))
def test_two_who_look_at_once_count_once(spans: list[tuple[int, int]]) -> None:
    """The time a room was looked into is the union of its looks."""
    seconds = {at for start, length in spans for at in range(start, start + length)}
    assert together(look(start, length) for start, length in spans) == len(seconds) * SECOND
