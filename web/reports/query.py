"""What the address of a report asks for, read from its query; a word that is none of ours means the usual one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from broker.reports.asked import Dimension, Period
from broker.reports.numbers import NUMBERS, SETS, NumberSet, Unit
from broker.reports.periods import presets
from broker.vocabulary import InmateCategory, VisitKind, VisitMode

W = TypeVar("W", bound=StrEnum)

#: Numbers that may stand alone in a table with a second division in its columns, because they add up both ways.
ALONE = tuple(
    number.id
    for number in NUMBERS.values()
    if number.unit is not Unit.PEOPLE and not number.id.startswith(("refused_", "cancelled_"))
)
#: What the table of one number shows besides: the published table names the foreign prisoners of each jail.
ALSO: Mapping[str, tuple[str, ...]] = {"connected": ("foreign_prisoners",)}


class Layout(StrEnum):
    """How a second division is shown: as lines within lines, or as columns of one number."""

    COLUMNS = "columns"
    LINES = "lines"


class Order(StrEnum):
    """Of the lines, by a column."""

    ASCENDING = "ascending"
    DESCENDING = "descending"


@dataclass(frozen=True, slots=True)
class Query:
    """A report's address. `then` None: one division. `number`: of the table in columns and of the chart. `sort`: the id
    of a column, "" for the lines' own order. `problem`: "date" or "period", and the period is then the usual one.
    """

    period: Period
    by: Dimension
    then: Dimension | None = None
    layout: Layout = Layout.LINES
    show: NumberSet = NumberSet.SUMMARY
    number: str = ""
    state: str = ""
    jail: str = ""
    category: InmateCategory | None = None
    kind: VisitKind | None = None
    mode: VisitMode | None = None
    sort: str = ""
    order: Order = Order.DESCENDING
    problem: str = ""

    @property
    def crossed(self) -> bool:
        """Whether the second division stands in the columns."""
        return self.then is not None and self.layout is Layout.COLUMNS

    @property
    def divided(self) -> tuple[Dimension, ...]:
        """The divisions, the first one first."""
        return (self.by,) if self.then is None else (self.by, self.then)

    @property
    def charted(self) -> str:
        """The number that the chart shows, and the table in columns: one of those in the table."""
        known = ALONE if self.crossed else SETS[self.show]
        usual = {NumberSet.SUMMARY: "connected", NumberSet.MINUTES: "had"}
        return self.number if self.number in known else usual.get(self.show, SETS[self.show][0])

    def fields(self) -> dict[str, str]:
        """The fields of its address, without those that are the usual ones."""
        words = {
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "by": self.by.value,
            "then": self.then or "",
            "layout": "" if self.layout is Layout.LINES else self.layout,
            "show": "" if self.show is NumberSet.SUMMARY else self.show,
            "number": self.number,
            "state": self.state,
            "jail": self.jail,
            "category": self.category or "",
            "kind": self.kind or "",
            "mode": self.mode or "",
            "sort": self.sort,
            "order": self.order.value if self.sort and self.order is Order.ASCENDING else "",
        }
        return {name: str(word) for name, word in words.items() if word}

    def url(self, path: str = "/reports") -> str:
        """The address of this report, or of one of its files."""
        return f"{path}?{urlencode(self.fields())}"

    def sorted_by(self, column: str) -> Query:
        """The same report after a press on a column's heading: largest first, then smallest first, then as it was."""
        if self.sort != column:
            return replace(self, sort=column, order=Order.DESCENDING)
        if self.order is Order.DESCENDING:
            return replace(self, order=Order.ASCENDING)
        return replace(self, sort="", order=Order.DESCENDING)


def read(query: Mapping[str, str], today: date, usual: Dimension) -> Query:
    """The query of an address; `usual` is what a report is divided by unless it says."""
    period, problem = _period(query, today)
    by = _word(query, "by", Dimension) or usual
    then = _word(query, "then", Dimension)
    number = query.get("number", "")
    return Query(
        period,
        by,
        None if then is by else then,
        _word(query, "layout", Layout) or Layout.LINES,
        _word(query, "show", NumberSet) or NumberSet.SUMMARY,
        number if number in NUMBERS else "",
        query.get("state", ""),
        query.get("jail", ""),
        _word(query, "category", InmateCategory),
        _word(query, "kind", VisitKind),
        _word(query, "mode", VisitMode),
        query.get("sort", "")[:40],
        _word(query, "order", Order) or Order.DESCENDING,
        problem,
    )


def _period(query: Mapping[str, str], today: date) -> tuple[Period, str]:
    usual = presets(today)["this_month"]
    first, last = query.get("from", ""), query.get("to", "")
    try:
        start = date.fromisoformat(first) if first else usual.first
        end = date.fromisoformat(last) if last else usual.last
    except ValueError:
        return usual, "date"
    try:
        return Period(start, end), ""
    except ValueError:
        return usual, "period"


def _word(query: Mapping[str, str], name: str, words: Iterable[W]) -> W | None:
    return next((word for word in words if word.value == query.get(name)), None)
