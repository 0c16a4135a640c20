"""When what a line can't carry is left off, and when it is tried again. Pure; `now` is monotonic seconds.

Off fast, on slowly: each try that fails costs sound, so it is tried after ten seconds, then twenty, and so on, until
one has held.
"""

from __future__ import annotations

AFTER = 3.0
"""Seconds for which there must be too little."""

FIRST, LONGEST = 10.0, 80.0
"""Seconds until it is tried again: at first, and at most."""

TRIAL, IN_TRIAL = 6.0, 1.0
"""Seconds of a try, and those of too little that end it."""

HELD = 30.0
"""Seconds after which a try was right: should there be too little again, that is another time."""


class Pauses:
    """Of one line. `paused`: whether something is left off just now."""

    __slots__ = ("_short_since", "_tried", "_wait", "_waits_until", "paused")

    def __init__(self) -> None:
        self.paused = False
        self._short_since: float | None = None
        self._tried = float("-inf")
        self._wait = FIRST
        self._waits_until = float("inf")

    def on_trial(self, now: float) -> bool:
        """Whether what was left off has just been taken up again."""
        return now - self._tried < TRIAL

    def too_little(self, now: float, *, short: bool, after: float = AFTER) -> bool:
        """Take whether the line has too little just now. True once that has lasted: leave something off."""
        if not short:
            self._short_since = None
            return False
        if self._short_since is None:
            self._short_since = now
        return now - self._short_since >= (IN_TRIAL if self.on_trial(now) else after)

    def pause(self, now: float) -> None:
        """Something is left off from now on."""
        self._wait = min(LONGEST, 2 * self._wait) if now - self._tried < HELD else FIRST
        self._short_since = None
        self._waits_until = now + self._wait
        self.paused = True

    def due(self, now: float) -> bool:
        """Whether it is time to try what is left off."""
        return self.paused and now >= self._waits_until

    def put_off(self, now: float) -> None:
        """Not yet: the line is bad for what it carries already."""
        self._waits_until = now + FIRST

    def resume(self, now: float, *, whole: bool) -> None:
        """Some of what is left off is taken up from now on, or the `whole` of it."""
        self._tried = now
        self._short_since = None
        self._waits_until = now + self._wait
        self.paused = not whole
