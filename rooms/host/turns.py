"""Turns: what many rooms have to do in one instant is done by one room in each turn of the event loop.

At every quarter of an hour hundreds of rooms begin and end in the same second. Each has a millisecond's work then, and
all of it in one go would hold up the packets of every other room. What must not wait does not: the relay's gate shuts
by the clock, packet by packet, before any room's task has run.
"""

from __future__ import annotations

import asyncio
from collections import deque


class Turns:
    """A queue at which rooms wait for a turn of the loop; between two of them the loop has seen to everything else."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._handing = False

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
        """Let the next one go on, and come back in the loop's next turn."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                asyncio.get_running_loop().call_soon(self._hand)
                return
        self._handing = False
