"""How many rooms a server carries: a search that is told, and does not measure itself; pure."""

from __future__ import annotations

from enum import StrEnum

from .report import Run

BUSY = 0.75
"""Of the core, at most."""
P99_MS = 5.0
"""Added latency, below."""
TRIES = 2
"""A number is not carried when so many runs say so: one may fall on a moment in which the machine did other things."""
GROWTH = 3
"""While nothing has failed yet, the next number is at most so many times the last."""


class Verdict(StrEnum):
    """What a run says of its number of rooms. UNTOLD: nothing, for the generator sent or looked too late."""

    CARRIED = "carried"
    TOO_MUCH = "too much"
    UNTOLD = "generator too slow"


def verdict(run: Run) -> Verdict:
    """Judge a run: a server that carries its rooms is not too busy, not too slow, and loses nothing."""
    if not run.valid:
        return Verdict.UNTOLD
    well = run.core <= BUSY and run.p99_ms < P99_MS and run.lost == 0
    return Verdict.CARRIED if well else Verdict.TOO_MUCH


def hint(run: Run) -> int:
    """Guess from one run how many rooms would keep the core as busy as it may be."""
    return max(1, int(run.rooms * BUSY / max(run.core, 0.01)))


class Search:
    """The largest number that is carried, within `tolerance` of itself.

    best: the run of the largest number that was carried so far, or None. next: the number to try, None when it is
    found. It grows by what the last run lets guess until a number fails, and halves the distance from then on.
    at_least: whether the server may carry more than `best`, as it was the generator that was too slow for more.
    """

    def __init__(self, first: int, tolerance: float) -> None:
        self.best: Run | None = None
        self.next: int | None = max(1, first)
        self.at_least = False
        self._tolerance = tolerance
        self._failed: int | None = None
        self._verdicts: list[Verdict] = []

    def tell(self, run: Run) -> None:
        """Take the run of `next` rooms."""
        self._verdicts.append(verdict(run))
        if self._verdicts[-1] is Verdict.CARRIED:
            self.best = run
        elif len(self._verdicts) < TRIES:
            return
        else:
            self._failed, self.at_least = run.rooms, Verdict.UNTOLD in self._verdicts
        self._verdicts.clear()
        self.next = self._between() if self._failed is not None else self._beyond(run)

    def _beyond(self, run: Run) -> int:
        least = run.rooms + max(1, int(run.rooms * self._tolerance))
        return min(max(hint(run), least), run.rooms * GROWTH)

    def _between(self) -> int | None:
        low, high = self.best.rooms if self.best is not None else 0, self._failed or 0
        return (low + high) // 2 if high - low > max(1, low * self._tolerance) else None
