"""How long each turn of the event loop takes: for as long, nobody else's packet is moved and no timer runs.

Measured where the loop itself waits, in its selector, so that no turn is missed and none costs more than a microsecond.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from itertools import accumulate
from selectors import SelectorKey

#: Upper bounds of what turns are sorted into, in seconds.
BOUNDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
#: For how many seconds the longest turn is remembered.
REMEMBERED = 15


class LoopWatch:
    """What the turns so far came to. Of a loop that is not made by `new_loop` it knows nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0
        #: (second, the longest turn that ended in it), oldest first.
        self._longest: deque[tuple[int, float]] = deque(maxlen=REMEMBERED + 1)
        self._began: float | None = None

    def new_loop(self) -> asyncio.SelectorEventLoop:
        """Make an event loop that is watched; a loop factory for asyncio.Runner."""
        return asyncio.SelectorEventLoop(_WatchedSelector(self))

    def begin(self) -> None:
        """A turn begins: the loop has waited."""
        self._began = self._clock()

    def end(self) -> None:
        """It ends: the loop is about to wait."""
        if self._began is None:
            return
        now = self._clock()
        took = now - self._began
        self._counts[bisect_left(BOUNDS, took)] += 1
        self._sum += took
        second = int(now)
        if not self._longest or self._longest[-1][0] != second:
            self._longest.append((second, took))
        elif took > self._longest[-1][1]:
            self._longest[-1] = (second, took)

    @property
    def longest(self) -> float:
        """The longest turn that ended within the last REMEMBERED seconds."""
        since = int(self._clock()) - REMEMBERED
        return max((took for second, took in self._longest if second >= since), default=0.0)

    def buckets(self) -> list[tuple[str, float]]:
        """How many turns took at most so long, for each of the bounds and without one, as Prometheus counts."""
        names = [*(str(bound) for bound in BOUNDS), "+Inf"]
        return list(zip(names, map(float, accumulate(self._counts)), strict=True))

    @property
    def sum(self) -> float:
        """Seconds in all turns together."""
        return self._sum


class _WatchedSelector(selectors.DefaultSelector):
    def __init__(self, watch: LoopWatch) -> None:
        super().__init__()
        self._watch = watch

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        self._watch.end()
        events = super().select(timeout)
        self._watch.begin()
        return events
