"""web.family.grid: answers that take equally long."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import ManualClock
from web.family.grid import STEP, Sleep, on_grid, wait_for_grid


@given(st.floats(min_value=0, max_value=60, allow_nan=False))
def test_an_answer_always_leaves_on_the_grid_after_its_work(spent: float) -> None:
    """Whatever the work took, work and wait together are a whole number of steps, and at least one."""
    wait = wait_for_grid(spent)
    steps = (spent + wait) / STEP
    assert wait >= 0
    assert steps == pytest.approx(round(steps), abs=1e-9)
    assert round(steps) >= 1
    assert wait <= STEP


@pytest.mark.parametrize(("short", "long"), [(0.0, 0.499), (0.004, 0.31)])
def test_quick_and_slow_work_are_answered_at_the_same_moment(short: float, long: float) -> None:
    """Within one step nobody can tell how long the work took."""
    assert short + wait_for_grid(short) == pytest.approx(long + wait_for_grid(long))


async def test_a_result_is_held_back_by_what_is_left_of_the_step() -> None:
    """The block's own time is taken off the wait."""
    clock = ManualClock()
    slept: list[float] = []
    async with on_grid(clock, _recorder(slept)):
        clock.advance(0.2)
    assert slept == [pytest.approx(STEP - 0.2)]


async def test_a_refusal_is_held_back_like_a_result() -> None:
    """An error leaves at the same moment as an answer would."""
    clock = ManualClock()
    slept: list[float] = []

    async def refuse() -> None:
        async with on_grid(clock, _recorder(slept)):
            clock.advance(0.1)
            raise LookupError

    with pytest.raises(LookupError):
        await refuse()
    assert slept == [pytest.approx(STEP - 0.1)]


async def test_a_client_that_has_gone_is_not_waited_for() -> None:
    """Cancelling ends the block at once."""
    slept: list[float] = []
    with pytest.raises(asyncio.CancelledError):
        async with on_grid(ManualClock(), _recorder(slept)):
            raise asyncio.CancelledError
    assert slept == []


def _recorder(slept: list[float]) -> Sleep:
    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return sleep
