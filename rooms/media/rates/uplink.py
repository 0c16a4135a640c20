"""How one participant's own line does, by how late its sound comes. Pure; `now` is monotonic seconds.

Sound is taken 50 times a second and sent at once. So when its newest packet came, less when it was taken, less the
least that this ever was, is what it waited on the way. That tells of a queue before a narrow line within a second and
without the sender's help: 0.4 s where 64 kbit/s carried sound and picture, 0.01 to 0.1 at 150 kbit/s, 0.002 on a good
line. Losses by chance do not show in it. Of who sends no sound, the picture tells the same.
"""

from __future__ import annotations

from collections import deque

LATE = 0.15
"""Seconds that sound waits before a line that is too narrow for what it carries."""

LOOKS, MOST = 4, 3
"""Of so many looks, half a second apart, how many must find it late: a queue that is emptied now and then is none."""

KEPT = 120
"""Looks in which the least wait is looked for: two clocks drift by some milliseconds in a minute."""

SECOND, SHRUNK = 2, 0.05
"""Looks in a second, and by how many seconds less packets wait after it before a queue that shrinks."""

GAP = 1.0
"""Seconds without a packet after which nothing is known any more: not every source counts time while it is silent."""

UNREST, OVER = 0.01, 10
"""Seconds by which waits before a narrow line differ in so many looks: a queue swells and shrinks, or it is full and
packets are lost. What is later by always the same, with none lost, is a clock that was put. On a good line they differ
by 0.005."""


class Uplink:
    """The line of one participant to the relay."""

    __slots__ = ("_least", "_lost", "_of", "_taken", "_waits")

    def __init__(self) -> None:
        self._of = (0, 0, float("-inf"))
        self._taken = 0.0
        self._least = 0.0
        self._waits: deque[float] = deque(maxlen=KEPT)
        self._lost: deque[bool] = deque(maxlen=LOOKS)

    def look(self, ssrc: int, timestamp: int, rate: int, arrived: float, *, lost: bool = False) -> None:
        """Take the newest packet of a stream: SSRC, RTP timestamp, the clock rate of that (Hz), when it came (s).

        lost: whether any of that stream were lost since the last look.
        """
        self._lost.append(lost)
        before, stamp, last = self._of
        self._of = (ssrc, timestamp, arrived)
        if ssrc != before or arrived - last > GAP:
            self._waits.clear()
            self._taken = 0.0
        elif arrived == last:  # nothing has come since
            return
        else:
            self._taken += (((timestamp - stamp + 2**31) & 0xFFFFFFFF) - 2**31) / rate
        self._waits.append(arrived - self._taken)
        if len(self._waits) == 1 or not self.congested:  # what is late for a whole minute is late all the same
            self._least = min(self._waits)

    @property
    def wait(self) -> float:
        """Seconds that the newest packet waited."""
        return self._waits[-1] - self._least if self._waits else 0.0

    @property
    def shrinks(self) -> bool:
        """Whether packets wait less than a second ago."""
        return len(self._waits) > SECOND and self._waits[-1] < self._waits[-1 - SECOND] - SHRUNK

    @property
    def congested(self) -> bool:
        """Whether packets have come late most of the time, of late."""
        if len(self._waits) < LOOKS:
            return False
        bound = self._least + LATE
        last = list(self._waits)[-OVER:]
        late = [wait for wait in last if wait >= bound]
        full = sum(self._lost) >= MOST
        return sum(wait >= bound for wait in last[-LOOKS:]) >= MOST and (full or max(late) - min(late) >= UNREST)
