"""How many pictures one participant or monitor is given: as many as its line takes, its sound first. Pure.

`now` is monotonic seconds. The room says whose pictures there are for it, the most important first; the last ones go
first. What its line takes of each is written down with the source (Path.estimates), monitors' too, and bounds what a
source is told by participants' alone (sharing.py).

    short       the line takes less than the pictures it is given need, by the receiver's word, and packets are lost or
                wait on it, this way or the other: that word alone is only as good as what it was sent. After three
                seconds fewer are given
    due         ten seconds later: the source is told what little the line may take, so that its first picture is small,
    trial       and half a second after that the picture is given. Another bad second ends it, for twice as long
"""

from __future__ import annotations

from collections.abc import Sequence

from ..routes import Path
from .line import LOST, Line
from .pauses import Pauses
from .sharing import ENOUGH, divide, fitting, needed, sent

FLOODED = 0.35
"""Share of sound lost with no picture beside it, from which on none is tried. Smaller ones are the line's own doing."""

NOISE, PRESSED = 2.0, 3.0
"""Seconds for which a bad report counts in a trial, and else: they come each second, if they are not lost."""


class Receiving:
    """Of one participant. `path` is its own. `wanted`: whose pictures there are for it, the most important first."""

    __slots__ = ("_allowed", "_bad", "_line", "_passed", "_pauses", "_sound_lost", "_told_ahead", "path", "wanted")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.wanted: Sequence[Path] = ()
        self._allowed: int | None = None
        self._line = Line()
        self._pauses = Pauses()
        self._bad = float("-inf")
        self._passed = True
        self._sound_lost = 0.0
        self._told_ahead = False

    @property
    def given(self) -> Sequence[Path]:
        """Those whose pictures it is given."""
        return self.wanted[: self._allowed]

    @property
    def withheld(self) -> Sequence[Path]:
        """Those whose pictures its line does not take."""
        return () if self._allowed is None else self.wanted[self._allowed :]

    @property
    def rate(self) -> float | None:
        """What its line takes of pictures in all, in bit/s; None while nothing is known."""
        return self._line.rate

    def estimated(self, bitrate: int, now: float) -> None:
        """It says what its line takes (REMB)."""
        self._line.estimated(bitrate, now)
        divide(self.path, self._line.rate, self.given)

    def reported(self, lost: float, jitter: float, now: float) -> None:
        """It reports on a picture: the share of packets lost, and their jitter in seconds.

        The first report of a trial reaches back into the time before the pause.
        """
        if not self._passed:
            self._passed = True
            self._line.passed_over(jitter)
        elif self._line.reported(max(0.0, lost - self._sound_lost), jitter, now) and (
            self.path.upstream or lost >= LOST
        ):
            self._bad = now  # a monitor's busy desk jitters by itself, and gets no smaller picture for it

    def waited(self, now: float) -> None:
        """It reports that packets wait on their way to it."""
        self._line.pressed(now)
        if self.path.upstream:  # a busy desk is late by itself, too
            self._bad = now

    def heard(self, lost: float) -> None:
        """It reports the share of packets of sound that it lost."""
        if self._pauses.paused and not self.given:
            self._sound_lost = lost

    def look(self, now: float) -> bool:
        """Let time pass, half a second or so. Whether the pictures it is given are others now."""
        given = self.given
        self._line.pass_time(sum(sent(source, self.path) for source in given), now, late=self.path.late)
        if any(source.late for source in given):  # what was measured then was the source's line
            self._line.suppose(max(self._need(given), self._line.rate or 0.0), now)
        divide(self.path, self._line.rate, given)
        if self._pauses.too_little(now, short=self._short(now, given)):
            return self._leave_off(now, given)
        return self._pauses.due(now) and self._take_up(now)

    def _short(self, now: float, given: Sequence[Path]) -> bool:
        if any(source.late for source in given):  # it is the source's own line that is narrow
            return False
        if not any(source.sent for source in given):  # it goes on saying what it said while something came
            return False
        if self._pauses.on_trial(now) and now - self._bad < NOISE:
            return True
        rate = self._line.rate
        pressed = self.path.late or now - self._bad < PRESSED
        return rate is not None and pressed and rate < ENOUGH * self._need(given)

    def _need(self, pictures: Sequence[Path]) -> float:
        return sum(needed(source, self.path) for source in pictures)

    def _leave_off(self, now: float, given: Sequence[Path]) -> bool:
        fits = fitting(self._line.rate or 0.0, [needed(source, self.path) for source in given])
        self._allowed = min(fits, len(given) - 1)
        self._pauses.pause(now)
        divide(self.path, None, given[self._allowed :])
        return True

    def _take_up(self, now: float) -> bool:
        tried = self.wanted[: len(self.given) + 1]
        if not tried:  # a hold, or staff have taken it
            return False
        if len(tried) == len(self.given):  # whoever was withheld has gone
            self._allowed = None
            self._pauses.resume(now, whole=True)
            return False
        if self._sound_lost >= FLOODED:
            self._pauses.put_off(now)
            return False
        self._line.suppose(self._need(tried), now)
        divide(self.path, self._line.rate, tried)
        if not self._told_ahead:
            self._told_ahead = True
            return False
        self._told_ahead = self._passed = False
        whole = len(tried) == len(self.wanted)
        self._allowed = None if whole else len(tried)
        self._pauses.resume(now, whole=whole)
        return True
