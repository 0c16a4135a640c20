"""Charts that say what the table says."""

from __future__ import annotations

import pytest

from broker.reports.asked import Dimension
from broker.reports.numbers import NUMBERS, SETS, NumberSet
from tests.support.tables import PERIOD, label, report
from web.reports import chart
from web.reports.query import Layout, Query
from web.reports.table import build

D = Dimension
SHOWN = SETS[NumberSet.SUMMARY]


def of(query: Query) -> chart.Chart:
    """The chart of a query's table."""
    return chart.of_lines(build(report(query.divided), query, label, SHOWN), query)


def test_a_bar_is_as_long_as_its_share_of_the_longest() -> None:
    """One for each line of the first division, the longest first, with the table's own value."""
    made = of(Query(PERIOD, D.JAIL, D.MONTH, number="connected"))
    assert [(bar.name, bar.value, bar.length) for bar in made.bars] == [
        ("=Taloja", 7, 1000),
        ("Yerwada", 3, 429),
        ("Arthur Road", 1, 143),
    ]


def test_the_chart_of_a_table_in_columns_is_of_its_totals() -> None:
    """Of the number that the columns show."""
    made = of(Query(PERIOD, D.JAIL, D.MONTH, Layout.COLUMNS, number="had"))
    assert (made.number, made.bars[0].name, made.bars[0].value) == ("had", "Yerwada", 961)


def test_a_chart_that_would_be_endless_ends_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left out is what is least."""
    monkeypatch.setattr(chart, "MOST", 2)
    made = of(Query(PERIOD, D.JAIL, number="connected"))
    assert ([bar.name for bar in made.bars], made.more) == (["=Taloja", "Yerwada"], 1)


def test_nothing_at_all_has_bars_of_no_length() -> None:
    """And no division by nought."""
    assert {bar.length for bar in of(Query(PERIOD, D.JAIL, number="refused")).bars} == {0}


def test_a_whole_is_charted_by_its_parts() -> None:
    """Those that are something, the longest first; sets without parts have no such chart."""
    names = {number.id: number.name for number in NUMBERS.values()}
    made = chart.of_parts("lost", report().total, names)
    assert [(bar.name, bar.value) for bar in made.bars] == [(names["lost_node_down"], 180)]
    assert (chart.part_of(NumberSet.MINUTES), chart.part_of(NumberSet.PEOPLE)) == ("lost", "")
