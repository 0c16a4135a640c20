"""How the work of many handshakes is spread, so that a full house at 11:15 costs the calls of 11:00 nothing.

A handshake is two or three steps of about half a millisecond of public-key work each, and two hundred participants
come within the same second. A record is worked on as it comes when none was for a moment; where many come, they are one
at a time, one each turn of the event loop, and between two of them the socket is read and media forwarded. Records of
one peer keep their order, peers take turns, and every queue is bounded, so that a peer that floods its own loses its
own. One timer sees to all that are in flight: whether something has to be said again, and whose time is over.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

RECORDS_EACH = 8
AT_ONCE = 64
"""Handshakes in flight: a slot's worth of families on bad lines. Those beyond wait, their first record kept."""

PAUSE = 0.001
"""Seconds since the last record after which one is worked on at once, without a turn of the loop of its own. So long a
busy socket is left alone between two reads (reading.py): of what is read together at most one record is, as ever."""

LOOK_EVERY = 0.1
"""Seconds between two looks at those in flight. OpenSSL says again what was lost, after one, two, four seconds."""


class Stepper(Protocol):
    """One handshake: what takes a record when its turn has come, and looks after itself meanwhile."""

    def step(self, record: bytes) -> None:
        """Work on it."""
        ...

    def look(self) -> None:
        """See to what time brings, for as long as the handshake is in flight. Must not raise."""
        ...


class Handshakes:
    """The queue of one node."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._in_flight: set[Stepper] = set()
        self._waiting: dict[Stepper, deque[bytes]] = {}
        self._parked: dict[Stepper, bytes] = {}
        self._scheduled = False
        self._next_at = float("-inf")
        self._looks = False
        self.put_off = 0

    @property
    def in_flight(self) -> int:
        """How many handshakes have begun and not finished."""
        return len(self._in_flight)

    def begin(self, who: Stepper, record: bytes) -> bool:
        """Take a place among the handshakes in flight; if there is none, the record comes again when there is."""
        if len(self._in_flight) >= self._at_once:
            self.put_off += 1
            self._parked[who] = record
            return False
        self._parked.pop(who, None)
        self._in_flight.add(who)
        if not self._looks:
            self._looks = True
            asyncio.get_running_loop().call_later(LOOK_EVERY, self._look)
        return True

    def finish(self, who: Stepper) -> None:
        """Give the place back, or stop waiting for one."""
        self._parked.pop(who, None)
        self._in_flight.discard(who)
        if self._parked and len(self._in_flight) < self._at_once:
            first = next(iter(self._parked))
            self.queue(first, self._parked.pop(first))

    def take(self, who: Stepper, record: bytes) -> None:
        """Work on a record that has just come, or queue it. Called as the socket is read, so never within a step."""
        if self._waiting or asyncio.get_running_loop().time() < self._next_at:
            self.queue(who, record)
        else:
            self._work(who, record)

    def queue(self, who: Stepper, record: bytes) -> None:
        """Have a record worked on in its turn; dropped when the peer has too many waiting."""
        records = self._waiting.setdefault(who, deque())
        if len(records) >= RECORDS_EACH:
            return
        records.append(record)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _look(self) -> None:
        self._looks = bool(self._in_flight)
        if self._looks:
            asyncio.get_running_loop().call_later(LOOK_EVERY, self._look)
        for who in tuple(self._in_flight):
            who.look()

    def _turn(self) -> None:
        who = next(iter(self._waiting))
        records = self._waiting.pop(who)
        record = records.popleft()
        if records:
            self._waiting[who] = records  # to the end of the row
        self._scheduled = bool(self._waiting)
        if self._scheduled:
            asyncio.get_running_loop().call_soon(self._turn)
        self._work(who, record)

    def _work(self, who: Stepper, record: bytes) -> None:
        try:
            who.step(record)
        finally:
            self._next_at = asyncio.get_running_loop().time() + PAUSE
