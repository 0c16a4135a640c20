"""A run's rooms: filled, or not; and what is lost in them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import cast

import pytest

from bench.caller import Caller
from bench.load.run import Load, fill, missing
from bench.load.seats import FANOUT, PAIR, Seat
from bench.load.talker import Link, Talker


def room(seats: tuple[Seat, ...], received: dict[str, int]) -> list[Talker]:
    """Make up a room in which everybody who sends has sent 100 packets."""
    return [
        cast(
            "Talker",
            SimpleNamespace(
                link=SimpleNamespace(seat=seat), sent=100 if seat.sends else 0, received=received[seat.who]
            ),
        )
        for seat in seats
    ]


def test_a_pair_misses_what_one_sent_and_the_other_has_not() -> None:
    """Each direction by itself."""
    assert missing(room(PAIR, {"visitor": 100, "terminal": 100})) == 0
    assert missing(room(PAIR, {"visitor": 98, "terminal": 99})) == 3


def test_a_monitor_should_have_everything_and_is_owed_to_nobody() -> None:
    """Three hundred packets for each who sends, four hundred for the monitor."""
    whole = {"visitor1": 300, "visitor2": 300, "visitor3": 300, "terminal": 300, "monitor": 400}
    assert missing(room(FANOUT, whole)) == 0
    assert missing(room(FANOUT, {**whole, "monitor": 390})) == 10


class Crowded:
    """A server with room for one."""

    pid = os.getpid()
    host = "127.0.0.1"

    def __init__(self) -> None:
        self.callers: list[Caller] = []

    async def join(self, room: str, seats: Sequence[Seat], call: Callable[[], Caller]) -> list[Link]:
        """Take whoever comes first, and refuse the second; the third waits for ever."""
        self.callers.append(call())
        if room == "2":
            raise ConnectionError("full")
        if room == "3":
            await asyncio.Event().wait()
        return []

    async def settled(self) -> None:
        """Nobody waits for this."""


async def test_a_server_that_is_full_leaves_nothing_open() -> None:
    """The refusal is raised, the others' attempts end, and every socket is closed."""
    server = Crowded()
    with pytest.raises(ConnectionError, match="full"):
        await asyncio.wait_for(fill(server, Load(3), range(3)), 5)
    await asyncio.sleep(0)
    assert [caller.sock.fileno() for caller in server.callers] == [-1, -1, -1]
    assert asyncio.all_tasks() == {asyncio.current_task()}
