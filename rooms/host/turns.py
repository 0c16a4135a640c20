"""Turns: what many rooms have to do in one instant is done by a few of them in each turn of the event loop.

At every quarter of an hour hundreds of rooms begin and end in the same second. Each has part of a millisecond's work
then, and all of it in one go would hold up the packets of every other room. What must not wait does not: the relay's
gate shuts by the clock, packet by packet, before any room's task has run.

Who waits says for what: all rooms are closed before people are told, and people are told before it is written down.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from enum import IntEnum

BUDGET = 0.002
"""Seconds of a turn of the loop that rooms may take. What follows from it, messages above all, takes as much again."""

MOST = 8
"""Rooms in one turn, however little those before them had to do: the next may all have more."""


class Rank(IntEnum):
    """What a turn is wanted for, the most urgent first."""

    CLOSE = 0
    """A room is over: its keys are forgotten, its transports say goodbye."""
    TELL = 1
    """Its people are told; or its slot begins."""
    REST = 2
    """Everything else: what has happened is written, people are listened to, notices are given."""


class Share:
    """How many rooms have their turn together, by how long those before them took. Pure."""

    def __init__(self) -> None:
        self.rooms = 1

    def took(self, rooms: int, seconds: float) -> None:
        """So many took so long. As many as fit have the next turn, but no more than twice as many: who knows them?"""
        fit = int(rooms * BUDGET / seconds) if seconds > 0 else 2 * rooms
        self.rooms = max(1, min(fit, 2 * rooms, MOST))


class _Queue:
    """Those who wait for the same."""

    def __init__(self) -> None:
        self.share = Share()
        self.waiting: deque[asyncio.Future[None]] = deque()

    def hand(self, most: int) -> int:
        """Let so many go on at the most; return how many do. Who has stopped waiting does not count."""
        handed = 0
        while self.waiting and handed < most:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                handed += 1
        return handed


class Turns:
    """A queue at which rooms wait for a turn of the loop; between two turns the loop has seen to everything else.

    clock: seconds, by which the rooms' work is measured.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._queues = [_Queue() for _ in Rank]
        self._handing = False
        self._since = 0.0

    async def mine(self, rank: Rank = Rank.REST) -> None:
        """Return when it is the caller's turn: the most urgent first, and of those first come, first served."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.queue(turn, rank)
        await turn

    def queue(self, turn: asyncio.Future[None], rank: Rank = Rank.REST) -> None:
        """Have this set when its turn has come; who has been waited for enough by then leaves the turn to the next."""
        self._queues[rank].waiting.append(turn)
        if not self._handing:
            self._handing = True
            asyncio.get_running_loop().call_soon(self._hand)

    def _hand(self) -> None:
        """Let the next ones go on in the loop's next turn: a share of the most urgent, and one of each other kind, so
        that nobody waits for ever. How long each kind takes is looked at behind it.
        """
        loop, urgent = asyncio.get_running_loop(), True
        loop.call_soon(self._look)
        for queue in self._queues:
            handed = queue.hand(queue.share.rooms if urgent else 1)
            if handed:
                urgent = False
                loop.call_soon(self._took, queue.share, handed)
        self._handing = not urgent
        if self._handing:
            loop.call_soon(self._hand)

    def _look(self) -> float:
        """Look at the clock; return how long ago that was done before."""
        before, self._since = self._since, self._clock()
        return self._since - before

    def _took(self, share: Share, handed: int) -> None:
        share.took(handed, self._look())
