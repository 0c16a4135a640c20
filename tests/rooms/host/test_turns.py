"""A few rooms in each turn of the loop."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from itertools import pairwise

import pytest

from rooms.host.turns import BUDGET, MOST, Rank, Share, Turns


class Work:
    """A clock that goes on only by what rooms do."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        """Return seconds."""
        return self.now


async def batches(rooms: int, each: float) -> list[int]:
    """Let so many rooms take turns that work so long (seconds); how many had theirs in the same turn of the loop."""
    work, turn = Work(), 0
    turns, found = Turns(work.clock), Counter[int]()

    async def room() -> None:
        await turns.mine()
        found[turn] += 1
        work.now += each

    def count() -> None:
        nonlocal turn
        turn += 1
        if found.total() < rooms:
            asyncio.get_running_loop().call_soon(count)

    waiting = [asyncio.create_task(room()) for _ in range(rooms)]
    asyncio.get_running_loop().call_soon(count)
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)
    return list(found.values())


async def test_rooms_that_take_long_have_turns_of_their_own() -> None:
    """What else the loop has to do is done between any two of them."""
    assert await batches(4, BUDGET) == [1, 1, 1, 1]


async def test_as_many_have_their_turn_together_as_fit() -> None:
    """Twice as many each time, and then no more than the budget allows."""
    assert await batches(20, BUDGET / 5.5) == [1, 2, 4, 5, 5, 3]


async def test_turns_come_in_order() -> None:
    """First come, first served."""
    turns, order = Turns(time.monotonic), list[int]()

    async def room(number: int) -> None:
        await turns.mine()
        order.append(number)

    await asyncio.gather(*(room(number) for number in range(10)))
    assert order == list(range(10))


@pytest.mark.parametrize(
    ("rooms", "seconds", "next_ones"),
    [(3, BUDGET / 2, 6), (4, BUDGET * 2, 2), (8, BUDGET * 100, 1), (3, 0, 6), (8, 0, MOST), (8, BUDGET / 9, MOST)],
)
def test_a_share_follows_from_how_long_the_last_ones_took(rooms: int, seconds: float, next_ones: int) -> None:
    """Never none, never more than twice as many, and never so many that all of them might have a slot that ends."""
    share = Share()
    share.took(rooms, seconds)
    assert share.rooms == next_ones


async def test_who_is_cancelled_while_waiting_holds_nobody_up() -> None:
    """Its turn is the next one's."""
    turns = Turns(time.monotonic)
    waiting = [asyncio.create_task(turns.mine()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    waiting[1].cancel()
    await asyncio.wait_for(waiting[2], 1)
    assert waiting[0].cancelled()


async def test_turns_begin_again_after_a_pause() -> None:
    """The queue may run dry, and be used again."""
    turns = Turns(time.monotonic)
    for _ in range(2):
        await asyncio.wait_for(turns.mine(), 1)
        await asyncio.sleep(0.01)


async def test_all_are_closed_before_people_are_told_and_told_before_it_is_written() -> None:
    """Rooms that close go ahead of those that queued before them for something else, of which one at a time goes along:
    nobody waits for ever.
    """
    turns, order = Turns(time.monotonic), list[Rank]()

    async def room(rank: Rank) -> None:
        await turns.mine(rank)
        order.append(rank)

    ranks = [Rank.REST] * 40 + [Rank.TELL] * 40 + [Rank.CLOSE] * 40
    async with asyncio.timeout(5):
        await asyncio.gather(*(room(rank) for rank in ranks))
    last = {rank: len(order) - 1 - order[::-1].index(rank) for rank in Rank}
    assert last[Rank.CLOSE] < last[Rank.TELL] < last[Rank.REST]
    hands = sum(one is Rank.CLOSE and after is not Rank.CLOSE for one, after in pairwise(order))
    assert [each for each in order[: last[Rank.CLOSE]] if each is not Rank.CLOSE] == [Rank.TELL, Rank.REST] * (
        hands - 1
    )


async def test_how_long_one_kind_takes_says_nothing_of_another() -> None:
    """Rooms that close quickly are many a turn, also while each that writes takes all there is."""
    work = Work()
    turns, found, turn = Turns(work.clock), Counter[tuple[Rank, int]](), 0

    async def room(rank: Rank, each: float) -> None:
        nonlocal turn
        await turns.mine(rank)
        turn += rank is Rank.REST  # one goes along with each portion of the others
        found[rank, turn] += 1
        work.now += each

    closing = [room(Rank.CLOSE, BUDGET / 100) for _ in range(31)]
    async with asyncio.timeout(5):
        await asyncio.gather(*(room(Rank.REST, BUDGET * 10) for _ in range(9)), *closing)
    assert [count for (rank, _), count in sorted(found.items()) if rank is Rank.CLOSE] == [1, 2, 4, 8, 8, 8]
