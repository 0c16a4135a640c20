"""Who gets the small layer of a source's picture. Pure; `now` is monotonic seconds, rates are bit/s.

A source's main layer follows the weakest of those who get it (rates/sharing.py). Where one line is far weaker than
another it gets the small layer instead, and the others keep what their lines take. Where all are weak nobody gets it: a
picture that is made for one rate is better than two that share it.

What a line takes is only known up to half as much again as what comes over it. So from the small layer a receiver goes
back by trial: after some patience, and after each trial that failed after twice as much of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

WEAK = 250_000
"""Below this a line is weak, if another one takes STRONG: a picture of 640x480 is then mostly blocks."""

STRONG, STILL = 400_000, 300_000
"""What the strongest of the others must take for the small layer to be worth its cost, and to go on being worth it."""

SINKING = 120_000
"""What speaks for a weak line while it is new, or on trial, and estimates are not yet worth much."""

ENOUGH = 180_000
"""From here on a line may take more than the small layer and sound, which is all that its estimate could grow by."""

PROOF = 2.0
"""Seconds for which a line must have been weak."""

TRIAL = 6.0
FIRST_PATIENCE, LONGEST_PATIENCE = 10.0, 120.0

RELAPSE = 30.0
"""Seconds within which a line that is weak again shows that the trial was none too good an idea."""


Receiver = TypeVar("Receiver", bound=Hashable)


@dataclass(slots=True)
class _Line:
    """One receiver's.

    since: when it came or last went over. signs: since when its estimate speaks for going over. tried: whether it is on
    the main layer by trial.
    """

    since: float
    small: bool = False
    signs: float | None = None
    patience: float = FIRST_PATIENCE
    tried: bool = False


class Choice(Generic[Receiver]):
    """The receivers of one source."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: dict[Receiver, _Line] = {}

    def look(self, estimates: Mapping[Receiver, int], now: float, rival: int | None = None) -> frozenset[Receiver]:
        """Return who is to get the small layer. Called several times a second.

        estimates: what each receiver's line takes of the source. rival: what to compare them with, not each other.
        """
        self._lines = {each: self._lines.get(each) or _Line(now) for each in estimates}
        for receiver, estimate in estimates.items():
            others = [
                other for each, other in estimates.items() if each is not receiver and not self._lines[each].small
            ]
            best = max(others, default=0) if rival is None else rival
            self._judge(self._lines[receiver], estimate, best, now)
        return frozenset(receiver for receiver, line in self._lines.items() if line.small)

    def _judge(self, line: _Line, estimate: int, best: int, now: float) -> None:
        if line.small and best < STILL:
            self._go_over(line, now)
            return
        if line.small:
            speaks, enough = estimate >= ENOUGH, line.patience
        else:
            least = SINKING if now - line.since < TRIAL else WEAK
            speaks, enough = estimate < least and best >= STRONG, PROOF
        if not speaks:
            line.signs = None
        elif line.signs is None:
            line.signs = now
        elif now - line.signs >= enough:
            if not line.small:
                relapsed = line.tried and now - line.since < RELAPSE
                line.patience = min(LONGEST_PATIENCE, 2 * line.patience) if relapsed else FIRST_PATIENCE
            self._go_over(line, now, tried=line.small)

    @staticmethod
    def _go_over(line: _Line, now: float, *, tried: bool = False) -> None:
        line.small, line.since, line.signs, line.tried = not line.small, now, None, tried
