"""When a source is asked for a keyframe. Pure: every method takes `now`, monotonic seconds.

Two reasons, kept apart on purpose:

* a participant needs one (it lost the picture, or has just begun to receive): asked at once, but of one source at most
  every MERGE seconds; what comes sooner is asked together when that time is over. While the wishes go on, that time
  doubles up to LONGEST: on a narrow line a keyframe takes a second to come, and each further one makes it later;
* a fixed schedule, every PERIOD seconds from the moment a source connected, whether or not anybody watches. A monitor
  gets its picture from this alone, so that neither its arrival nor any request of its can be noticed by a source.
"""

from __future__ import annotations

PERIOD = 8.0
MERGE = 0.3
LONGEST = 1.2
QUIET = 2.0
"""Seconds without a wish after a keyframe was asked for: it has helped, and the next one is asked for at once."""


class KeyframeRequests:
    """The requests to one source, from the moment it is connected."""

    __slots__ = ("_asked", "_merge", "_next", "_pending")

    def __init__(self, now: float) -> None:
        self._next = now + PERIOD
        self._asked = float("-inf")
        self._pending = False
        self._merge = MERGE

    def wanted(self, now: float) -> bool:
        """A participant wants a keyframe. True: ask the source now; otherwise due() will say so soon."""
        since = now - self._asked
        if since >= QUIET:
            self._merge = MERGE
        if since >= self._merge:
            if since < QUIET:
                self._merge = min(LONGEST, 2 * self._merge)
            self._asked = now
            self._pending = False
            return True
        self._pending = True
        return False

    def due(self, now: float) -> bool:
        """True: ask the source now, by the schedule or for what was merged. Called at least every MERGE seconds."""
        scheduled = now >= self._next
        if scheduled:
            self._next += PERIOD * (1 + (now - self._next) // PERIOD)
            self._asked = now
            self._pending = False
        return scheduled or (self._pending and self.wanted(now))
