"""Turns: what many rooms have to do in one instant is done by a few of them in each turn of the event loop.

At every quarter of an hour hundreds of rooms begin and end in the same second. Each has part of a millisecond's work
then, and all of it in one go would hold up the packets of every other room. What must not wait does not: the relay's
gate shuts by the clock, packet by packet, before any room's task has run.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

BUDGET = 0.002
"""Seconds of a turn of the loop that rooms may take. What follows from it, messages above all, takes as much again."""

MOST = 8
"""Rooms in one turn, however little those before them had to do: the next may all have a slot that ends."""


class Share:
    """How many rooms have their turn together, by how long those before them took. Pure."""

    def __init__(self) -> None:
        self.rooms = 1

    def took(self, rooms: int, seconds: float) -> None:
        """So many took so long. As many as fit have the next turn, but no more than twice as many: who knows them?"""
        fit = int(rooms * BUDGET / seconds) if seconds > 0 else 2 * rooms
        self.rooms = max(1, min(fit, 2 * rooms, MOST))


class Turns:
    """A queue at which rooms wait for a turn of the loop; between two turns the loop has seen to everything else.

    clock: seconds, by which the rooms' work is measured.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._share = Share()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._handing = False
        self._began = 0.0

    async def mine(self) -> None:
        """Return when it is the caller's turn, first come, first served."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.queue(turn)
        await turn

    def queue(self, turn: asyncio.Future[None]) -> None:
        """Have this set when its turn has come; who has been waited for enough by then leaves the turn to the next."""
        self._waiting.append(turn)
        if not self._handing:
            self._handing = True
            asyncio.get_running_loop().call_soon(self._hand)

    def _hand(self) -> None:
        """Let the next ones go on in the loop's next turn, between two looks at the clock."""
        loop, handed = asyncio.get_running_loop(), 0
        loop.call_soon(self._begin)
        while self._waiting and handed < self._share.rooms:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                handed += 1
        self._handing = handed > 0
        if handed:
            loop.call_soon(self._end, handed)

    def _begin(self) -> None:
        self._began = self._clock()

    def _end(self, handed: int) -> None:
        self._share.took(handed, self._clock() - self._began)
        self._hand()
