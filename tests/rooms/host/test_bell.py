"""What a room's task waits for."""

from __future__ import annotations

import asyncio
import time
from itertools import count

import pytest

from rooms.host.bell import Bell
from rooms.host.turns import Rank, Turns


async def test_news_is_heard_at_once_and_the_time_is_waited_for() -> None:
    """Whoever rings wakes the one who waits; nobody rings, and it is as late as was said."""
    bell = Bell(Turns(time.monotonic))
    asyncio.get_running_loop().call_later(0.05, bell.ring)
    began = time.monotonic()
    await bell.wait(5)
    assert time.monotonic() - began < 1
    began = time.monotonic()
    await bell.wait(0.05)
    assert time.monotonic() - began >= 0.05


async def test_a_ring_that_nobody_waited_for_is_heard_by_the_next_who_does() -> None:
    """News that came while the task was busy is not waited for; and it is heard once."""
    bell = Bell(Turns(time.monotonic))
    bell.ring()
    bell.ring()
    await asyncio.wait_for(bell.wait(5), 1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bell.wait(5), 0.05)


async def test_when_the_clock_strikes_for_many_they_take_turns_of_the_loop() -> None:
    """Of three who take long and whose time comes in the same instant no two go on in the same turn; who has news does
    not queue.
    """
    turns, order = Turns(count().__next__), list[str]()

    async def room(name: str, bell: Bell) -> None:
        await bell.wait(0.01)
        order.append(name)

    def other() -> None:
        order.append("-")
        if sum(each != "-" for each in order) < 4:
            asyncio.get_running_loop().call_soon(other)

    bells = {name: Bell(turns) for name in "abcd"}
    rooms = [asyncio.create_task(room(name, bell)) for name, bell in bells.items()]
    await asyncio.sleep(0)
    time.sleep(0.02)  # noqa: ASYNC251 - the time of all four has come before the loop turns again
    bells["d"].ring()
    other()
    await asyncio.gather(*rooms)
    assert [each for each in order if each != "-"] == ["d", "a", "b", "c"]
    for one, next_one in (("a", "b"), ("b", "c")):
        assert "-" in order[order.index(one) : order.index(next_one)]


async def test_what_has_time_is_done_after_those_who_queued_before() -> None:
    """Who is told that something is due goes on in turn, whether it waited by then or began to wait later."""
    turns, order = Turns(count().__next__), list[str]()

    async def room(name: str, bell: Bell) -> None:
        await bell.wait(5)
        order.append(name)

    early, late, first = Bell(turns), Bell(turns), asyncio.get_running_loop().create_future()
    waiting = [asyncio.create_task(room("early", early))]
    await asyncio.sleep(0)
    first.add_done_callback(lambda _: order.append("first"))
    turns.queue(first)
    early.queue()
    early.queue()
    late.queue()
    waiting.append(asyncio.create_task(room("late", late)))
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)
    assert order == ["first", "early", "late"]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(early.wait(5), 0.05)


async def test_who_gives_up_waiting_leaves_no_turn_behind() -> None:
    """A task that was cancelled is not waited for, and the bell can be waited for again."""
    bell = Bell(Turns(time.monotonic))
    waiting = asyncio.create_task(bell.wait(0.02))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.sleep(0.05)
    assert waiting.cancelled()
    await asyncio.wait_for(bell.wait(0.01), 1)


async def test_who_waits_for_a_slots_end_goes_ahead() -> None:
    """What a task waits for decides when it is its turn, not who came first."""
    turns, order = Turns(count().__next__), list[str]()

    async def room(name: str, rank: Rank) -> None:
        await Bell(turns).wait(0.01, rank)
        order.append(name)

    rooms = [asyncio.create_task(room(name, Rank.REST)) for name in "abc"]
    rooms.append(asyncio.create_task(room("ends", Rank.CLOSE)))
    await asyncio.sleep(0)
    time.sleep(0.02)  # noqa: ASYNC251 - the time of all four has come before the loop turns again
    async with asyncio.timeout(5):
        await asyncio.gather(*rooms)
    assert order.index("ends") < order.index("b")
