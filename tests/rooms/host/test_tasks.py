"""Ending tasks."""

from __future__ import annotations

import asyncio

from rooms.host.tasks import end


async def test_a_task_that_swallows_its_cancellation_is_ended_all_the_same() -> None:
    """As asyncio.wait_for may do it: the first two cancellations are lost."""
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if swallowed == 2:
                    raise
                swallowed += 1

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await end([task])
    assert task.cancelled()


async def test_ending_nothing_is_done_at_once() -> None:
    """No tasks, no waiting."""
    await end([])
