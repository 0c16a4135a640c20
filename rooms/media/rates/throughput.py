"""How much of a picture gets through its sender's own line. Pure; `now` is monotonic seconds.

While a queue stands before a line and what is too much is lost, what arrives is all that the line carries: that says
within two seconds whether it will ever carry a picture, where the queue alone says only that it is too narrow for now.
Packets are counted here, and how large they are the sender's own reports tell.
"""

from __future__ import annotations

from collections import deque

from ..wire.rtp import MAX_PACKET
from .sharing import LEAST

LOOKS = 3
"""Looks, half a second apart, over which is measured: at 64 kbit/s a packet comes each 0.1 to 0.2 s."""

LOSSES = 0.75
"""Of a line that is full no more than so much arrives. A queue that only drains loses nothing."""


class Throughput:
    """Of one participant's picture."""

    __slots__ = ("_of", "_seen", "_size")

    def __init__(self) -> None:
        self._of = 0
        self._size = float(MAX_PACKET)
        self._seen: deque[tuple[float, int, int]] = deque(maxlen=LOOKS + 1)

    def sized(self, octets: int, packets: int) -> None:
        """Take what the sender says: so many octets in so many packets, since it said so last."""
        if packets > 0:
            self._size = min(octets / packets, MAX_PACKET)

    def look(self, ssrc: int, received: int, highest: int, now: float, *, late: bool) -> None:
        """Take how many packets have come so far, and the newest one's number. late: whether packets come late."""
        if ssrc != self._of or not late:
            self._seen.clear()
        self._of = ssrc
        self._seen.append((now, received, highest))

    @property
    def too_little(self) -> bool:
        """Whether the line has been full for so many looks and carries less than the least picture meanwhile."""
        if len(self._seen) <= LOOKS:
            return False
        (since, before, first), (now, after, last) = self._seen[0], self._seen[-1]
        sent, came = (last - first) & 0xFFFF, after - before
        return came < LOSSES * sent and came * self._size * 8 < LEAST * (now - since)
