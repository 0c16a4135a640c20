"""How long the turns of an event loop take."""

from __future__ import annotations

import asyncio
import time

import pytest

from signaling.node.loop import BOUNDS, REMEMBERED, LoopWatch


class Hands:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def turn(watch: LoopWatch, hands: Hands, took: float) -> None:
    """Let a turn take so long."""
    watch.begin()
    hands.now += took
    watch.end()


def test_the_longest_turn_is_remembered_for_a_while() -> None:
    """A stall is seen by whoever looks every 15 seconds, and after that it is over."""
    hands = Hands()
    watch = LoopWatch(hands)
    assert watch.longest == 0
    for took in (0.001, 0.3, 0.002):
        turn(watch, hands, took)
    assert watch.longest == pytest.approx(0.3)
    hands.now += REMEMBERED - 1
    turn(watch, hands, 0.02)
    assert watch.longest == pytest.approx(0.3)
    hands.now += 2
    assert watch.longest == pytest.approx(0.02)


def test_it_is_remembered_however_long_nothing_happens() -> None:
    """It is seconds that count and not turns: an idle loop forgets as a busy one does."""
    hands = Hands()
    watch = LoopWatch(hands)
    turn(watch, hands, 0.3)
    hands.now += REMEMBERED + 1
    assert watch.longest == 0


def test_turns_are_sorted_as_prometheus_sorts() -> None:
    """Each into all bounds that it does not exceed; the last is all of them."""
    hands = Hands()
    watch = LoopWatch(hands)
    for took in (0.0004, 0.03, 0.03, 7.0):
        turn(watch, hands, took)
    found = dict(watch.buckets())
    assert [name for name, _ in watch.buckets()] == [*map(str, BOUNDS), "+Inf"]
    assert (found["0.001"], found["0.025"], found["0.05"], found["5.0"], found["+Inf"]) == (1, 1, 3, 3, 4)
    assert watch.sum == pytest.approx(7.0604)


def test_a_loop_of_its_own_is_watched() -> None:
    """What blocks it is a long turn; what it waits for is none."""
    watch = LoopWatch()

    async def block() -> None:
        await asyncio.sleep(0.3)
        time.sleep(0.1)  # noqa: ASYNC251 - the point
        await asyncio.sleep(0)

    with asyncio.Runner(loop_factory=watch.new_loop) as runner:
        runner.run(block())
    assert 0.1 <= watch.longest < 0.3
