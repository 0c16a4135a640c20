"""When the node's socket is read: as soon as something is there, or, while much comes, each millisecond.

A wake-up of the event loop costs as much as several packets, and packets of many rooms come one by one. So a busy
socket is left alone for a millisecond, and what has come meanwhile is moved together. The event loop does not watch it
then: a turn of the timer costs no system call more than the wait itself. A node with few calls reads as ever.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Protocol

PAUSE = 0.001
"""Seconds between two turns, and the least that a loop over epoll sleeps: it rounds up to milliseconds (selectors.py).

So much later is a packet moved, at most, and judged: its room's gate is compared with the clock when it is moved. What
comes in a slot's last millisecond may so be refused, but nothing is let through that would have been refused before:
the wait is before the gate, and what LEAD in room.py has to cover, from the gate to the wire, is as long as ever.
In a millisecond five hundred rooms fill a twentieth of the socket's receive buffer.
"""

MANY, WITHIN = 40, 0.02
"""Wake-ups, and the seconds in which so many are too many: twice as many as there would be turns."""

TURNS, USEFUL = 20, 10
"""Of so many turns so many must have found something, or waking up for each packet is no dearer."""


class Rhythm:
    """How the socket is to be read, from how it went so far. Pure; `now` is monotonic seconds."""

    __slots__ = ("_since", "_turns", "_useful", "_woken")

    def __init__(self, now: float) -> None:
        self._since = now
        self._woken = self._turns = self._useful = 0

    def wakes_too_often(self, clock: Callable[[], float]) -> bool:
        """Count a wake-up. Whether they are so many that turns are better; the clock is read for one in 40 only."""
        self._woken += 1
        if self._woken < MANY:
            return False
        now = clock()
        often = now - self._since < WITHIN
        self._since, self._woken = now, 0
        return often

    def turns_in_vain(self, found: int, now: float) -> bool:
        """Count a turn, which found so many datagrams. Whether so many found nothing that waking up is better."""
        self._turns += 1
        self._useful += found > 0
        if self._turns < TURNS:
            return False
        in_vain = self._useful < USEFUL
        self._since, self._woken, self._turns, self._useful = now, 0, 0, 0
        return in_vain


class Loop(Protocol):
    """What is needed of an event loop, asyncio's names."""

    def time(self) -> float:
        """Return monotonic seconds."""
        ...

    def add_reader(self, fd: int, callback: Callable[[], None], /) -> None:
        """Call whenever there is something to read."""
        ...

    def remove_reader(self, fd: int, /) -> bool:
        """Don't."""
        ...

    def call_later(self, delay: float, callback: Callable[[], None], /) -> asyncio.TimerHandle:
        """Call once, after so many seconds."""
        ...


class Reading:
    """Has a socket drained, until close(). drain: moves what is there, `budget` at most; returns how many datagrams."""

    def __init__(self, loop: Loop, sock: socket.socket, drain: Callable[[], int], budget: int) -> None:
        self._loop = loop
        self._fd = sock.fileno()
        self._drain = drain
        self._budget = budget
        self._rhythm = Rhythm(loop.time())
        self._next: asyncio.TimerHandle | None = None
        loop.add_reader(self._fd, self._woken)

    @property
    def by_turns(self) -> bool:
        """Whether so much comes that it is read each millisecond."""
        return self._next is not None

    def close(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self._fd)
        if self._next is not None:
            self._next.cancel()

    def _woken(self) -> None:
        """There is something."""
        if self._rhythm.wakes_too_often(self._loop.time):
            self._loop.remove_reader(self._fd)
            self._next = self._loop.call_later(PAUSE, self._turn)
        self._drain()

    def _turn(self) -> None:
        """There probably is."""
        found, began = 0, self._loop.time()
        try:
            found = self._drain()
        finally:  # whatever was raised, the socket is read on
            self._go_on(found, began)

    def _go_on(self, found: int, began: float) -> None:
        now = self._loop.time()
        if self._rhythm.turns_in_vain(found, now):
            self._next = None
            self._loop.add_reader(self._fd, self._woken)
            return
        # Sleeping takes a whole millisecond at least. After a long turn so much has come again that the next one is
        # due at once, or the packets of a busy node would wait for two. So it is after one that left something.
        due = found >= self._budget or now - began >= PAUSE / 2
        self._next = self._loop.call_later(0 if due else PAUSE, self._turn)
