"""A wire that is worse than it could be: what becomes of an IP packet on its way, one direction of it. Pure.

It does what Linux' netem does (loss at random, delay, a rate with a queue before it) and what firewalls do (UDP goes
nowhere), and depends on no module of the kernel's.
"""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass

QUEUE = 0.4
"""Seconds of data that wait before a slow line; what comes beyond is dropped. Mobile networks keep more, DSL less."""

_UDP = 17
_IPV6_FRAGMENT = 44


@dataclass(frozen=True, slots=True)
class Line:
    """How a line is, each way. loss: share of packets. delay: seconds. rate: bits a second, None for no limit.

    down: nothing passes. udp: whether UDP does.
    """

    loss: float = 0.0
    delay: float = 0.0
    rate: float | None = None
    down: bool = False
    udp: bool = True


def protocol(packet: bytes) -> int:
    """Return the number of the protocol inside an IP packet (of IPv6's extension headers, a fragment's is read)."""
    if packet[0] >> 4 == 4:
        return packet[9]
    return packet[40] if packet[6] == _IPV6_FRAGMENT else packet[6]


class Lane:
    """One direction. `now` is monotonic seconds; the seed makes its losses the same each time."""

    def __init__(self, seed: int, line: Line | None = None) -> None:
        self.line = line or Line()
        self.passed = 0
        self.dropped = 0
        self._random = random.Random(seed)
        self._free_at = 0.0
        self._waiting: deque[tuple[float, bytes]] = deque()

    def take(self, packet: bytes, now: float) -> None:
        """Take a packet at one end."""
        line = self.line
        if line.down or (not line.udp and protocol(packet) == _UDP) or self._random.random() < line.loss:
            self.dropped += 1
            return
        gone = now
        if line.rate is not None:
            begins = max(now, self._free_at)
            if begins - now > QUEUE:
                self.dropped += 1
                return
            gone = self._free_at = begins + len(packet) * 8 / line.rate
        due = gone + line.delay
        # A line that became faster lets nothing overtake what waits already.
        last = self._waiting[-1][0] if self._waiting else due
        self._waiting.append((max(due, last), packet))

    def due(self, now: float) -> list[bytes]:
        """Give out what has arrived at the other end."""
        arrived = []
        while self._waiting and self._waiting[0][0] <= now:
            arrived.append(self._waiting.popleft()[1])
        self.passed += len(arrived)
        return arrived

    @property
    def next_due(self) -> float | None:
        """When something arrives next; None when nothing is on its way."""
        return self._waiting[0][0] if self._waiting else None
