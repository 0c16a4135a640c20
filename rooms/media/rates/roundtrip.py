"""How long packets wait on their way to one receiver, by its answers to sender reports. Pure.

`now` is monotonic seconds.

A report block names the sender report that the receiver had last, and how long ago that was (LSR and DLSR, RFC 3550
section 6.4.1). The relay knows when it passed that on. What the way there and back takes more than it took at the least
is spent in queues: 0.4 s before a line that is too narrow, whatever the receiver believes of its bandwidth.
"""

from __future__ import annotations

from collections import deque

PASSED = 32
"""Sender reports that are remembered: each source's two streams report once in one to five seconds."""

KEPT = 120
"""Answers among which the least is looked for: a minute and more. A line to another network is longer, or shorter."""

SHORT_SECOND = 1 << 16
"""Units of DLSR in a second."""


class RoundTrip:
    """The way to one receiver and back."""

    __slots__ = ("_passed", "_trips")

    def __init__(self) -> None:
        self._passed: deque[tuple[bytes, float]] = deque(maxlen=PASSED)
        self._trips: deque[float] = deque(maxlen=KEPT)

    def passed_on(self, ntp: bytes, now: float) -> None:
        """A sender report with this NTP timestamp (8 bytes) goes to the receiver."""
        self._passed.append((ntp[2:6], now))

    def waited(self, timing: bytes, now: float) -> float | None:
        """Take a report block's jitter, LSR and DLSR (12 bytes). Return the seconds spent in queues, if it tells."""
        last, delay = timing[4:8], int.from_bytes(timing[8:12]) / SHORT_SECOND
        for stamp, when in reversed(self._passed):
            if stamp == last:
                self._trips.append(max(0.0, now - when - delay))
                return self._trips[-1] - min(self._trips)
        return None
