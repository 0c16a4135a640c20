"""Adding lines up to the numbers of a report. Pure.

A `Sum` is what the database adds up over the visits of one group that share a result and a reason; a `Tally` makes the
numbers out of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from broker.reports.line import NOT_APPROVED, Line, Result
from broker.vocabulary import LossCause

#: The causes in the order of a Sum's `lost`, the last one standing for none.
CAUSES = (*LossCause, "unexplained")


@dataclass(frozen=True, slots=True)
class Sum:
    """Visits of one result and reason ("" where nobody asked for reasons, or there is none). `abroad` counts only those
    connected. Seconds as in `broker.reports.line.Minutes`, `lost` in the order of CAUSES.
    """

    result: Result
    reason: str = ""
    visits: int = 0
    admitted: int = 0
    connected: int = 0
    abroad: int = 0
    offered: int = 0
    had: int = 0
    unmeasured: int = 0
    lost: tuple[int, ...] = (0,) * len(CAUSES)


@dataclass(frozen=True, slots=True)
class Served:
    """Different people in prison who had a connected visit, and those of them who are foreign."""

    inmates: int = 0
    foreign: int = 0


@dataclass(slots=True)
class Tally:
    """What was added so far, by the numbers' ids."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, each: Sum) -> None:
        """Add one sum."""
        self._more("requested", each.visits)
        self._more(each.result.value, each.visits)
        if each.result not in NOT_APPROVED:
            self._more("approved", each.visits)
        if each.reason and each.result in {Result.REFUSED, Result.CANCELLED}:
            self._more(f"{each.result}_{each.reason}", each.visits)
        self._more("admitted", each.admitted)
        self._more("connected", each.connected)
        self._more("from_abroad", each.abroad)
        if each.offered:
            self._time(each)

    def join(self, other: Tally) -> None:
        """Add all that another one has."""
        for number, amount in other.counts.items():
            self._more(number, amount)

    def _time(self, each: Sum) -> None:
        lost = sum(each.lost)
        self._more("offered", each.offered)
        self._more("had", each.had)
        self._more("unmeasured", each.unmeasured)
        self._more("lost", lost)
        self._more("unused", each.offered - each.had - each.unmeasured - lost)
        for cause, seconds in zip(CAUSES, each.lost, strict=True):
            self._more(f"lost_{cause}", seconds)

    def _more(self, number: str, amount: int) -> None:
        if amount:
            self.counts[number] = self.counts.get(number, 0) + amount

    def numbers(self, ids: Iterable[str], served: Served | None = None) -> dict[str, int]:
        """The numbers asked for; those of people come from `served`."""
        people = served or Served()
        known: Mapping[str, int] = {
            **self.counts,
            "inmates": people.inmates,
            "foreign_prisoners": people.foreign,
        }
        return {each: known.get(each, 0) for each in ids}


def sum_of(line: Line) -> Sum:
    """The sum of a single line."""
    minutes = line.minutes
    return Sum(
        line.result,
        line.reason,
        1,
        int(line.admitted),
        int(line.connected),
        int(line.connected and line.abroad),
        minutes.offered,
        minutes.had,
        minutes.unmeasured,
        (*(minutes.lost.get(cause, 0) for cause in LossCause), minutes.unexplained),
    )
