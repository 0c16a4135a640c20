"""A bell: what a room's task waits for, which is news, or else the time, which comes to hundreds of rooms at once."""

from __future__ import annotations

import asyncio

from rooms.host.turns import Rank, Turns


class Bell:
    """One task waits, anybody rings. News is heard at once; what has time, as when the clock strikes, in its turn.

    Cheaper than asyncio.wait_for on a queue or an event, which makes a task each time, and throws away each that the
    time has overtaken: with five hundred rooms that alone held the packets up for 50 ms.
    """

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._rung = self._due = False
        self._waiter: asyncio.Future[None] | None = None

    def ring(self) -> None:
        """Say that there is news."""
        self._rung = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def queue(self) -> None:
        """Say that there is something to do, and that it has time until it is the task's turn."""
        self._due = True
        if self._waiter is not None:
            self._turns.queue(self._waiter)

    async def wait(self, seconds: float, rank: Rank = Rank.REST) -> None:
        """Return when there is news, or something is due, after this time at the latest, and it is one's turn.

        rank: what it will be time for then. Other tasks come in between.
        """
        if self._rung:
            await asyncio.sleep(0)
        else:
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(0 if self._due else seconds, self._turns.queue, self._waiter, rank)
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
        self._rung = self._due = False
