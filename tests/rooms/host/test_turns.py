"""One room in each turn of the loop."""

from __future__ import annotations

import asyncio

from rooms.host.turns import Turns


async def test_everybody_gets_a_turn_in_order_and_the_loop_turns_in_between() -> None:
    """What else the loop has to do is done between any two rooms."""
    turns, order = Turns(), list[str]()

    async def room(name: str) -> None:
        await turns.mine()
        order.append(name)

    def other() -> None:
        order.append("-")
        if sum(each != "-" for each in order) < 3:
            asyncio.get_running_loop().call_soon(other)

    rooms = [asyncio.create_task(room(name)) for name in "abc"]
    asyncio.get_running_loop().call_soon(other)
    await asyncio.gather(*rooms)
    assert [each for each in order if each != "-"] == ["a", "b", "c"]
    assert "-" in order[order.index("a") : order.index("b")]
    assert "-" in order[order.index("b") : order.index("c")]


async def test_who_is_cancelled_while_waiting_holds_nobody_up() -> None:
    """Its turn is the next one's."""
    turns = Turns()
    waiting = [asyncio.create_task(turns.mine()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    waiting[1].cancel()
    await asyncio.wait_for(waiting[2], 1)
    assert waiting[0].cancelled()


async def test_turns_begin_again_after_a_pause() -> None:
    """The queue may run dry, and be used again."""
    turns = Turns()
    for _ in range(2):
        await asyncio.wait_for(turns.mine(), 1)
        await asyncio.sleep(0.01)
