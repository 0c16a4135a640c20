"""Charts as lists of bars: words and figures are text, so that nobody needs the picture; the bar is the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from broker.reports.asked import Dimension
from broker.reports.numbers import IDENTITIES, NumberSet
from web.reports.query import Query
from web.reports.table import Table

#: Bars of one chart: three years of months, or the largest of many jails.
MOST = 36
#: A bar's full length, in units of its own drawing.
FULL = 1000

# What the parts of a set of numbers are, for a chart of the totals.
_PARTS: Mapping[NumberSet, str] = {
    NumberSet.SUMMARY: "lost",
    NumberSet.MINUTES: "lost",
    NumberSet.REFUSALS: "refused",
    NumberSet.CANCELLATIONS: "cancelled",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A name, a value, and the bar's length out of FULL."""

    name: str
    value: int
    length: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one number; `more`: how many lines of the table have none."""

    number: str
    bars: tuple[Bar, ...]
    more: int = 0


def of_lines(table: Table, query: Query) -> Chart:
    """A bar for each line of the first division, of the number that was chosen: months as they follow each other, all
    else the longest first, so that what is left out is what is least.
    """
    column = table.column("total" if query.crossed else query.charted)
    at = table.columns.index(column) if column else 0
    values = [(row.names[0], row.values[at]) for row in table.rows if len(row.names) == 1]
    if query.by is not Dimension.MONTH:
        values.sort(key=lambda each: -each[1])
    return Chart(query.charted, _bars(values[:MOST]), max(0, len(values) - MOST))


def part_of(show: NumberSet) -> str:
    """The number whose parts are charted beside this set; "" where there is none."""
    return _PARTS.get(show, "")


def of_parts(whole: str, total: Mapping[str, int], name: Mapping[str, str]) -> Chart:
    """A bar for each part of a number's total, the longest first; parts that are nothing have none."""
    parts = [(name[each], total[each]) for each in IDENTITIES[whole] if total[each]]
    return Chart(whole, _bars(sorted(parts, key=lambda part: -part[1])))


def _bars(values: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    longest = max((value for _, value in values), default=0)
    return tuple(Bar(name, value, round(FULL * value / longest) if longest else 0) for name, value in values)
