"""A report's address, read and written."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest

from broker.reports.asked import Dimension, Period
from broker.reports.numbers import NUMBERS, SETS, NumberSet, Unit
from broker.reports.periods import PUBLISHED
from broker.vocabulary import InmateCategory, VisitMode
from web.reports.query import ALONE, Layout, Order, Query, read

TODAY = date(2026, 3, 2)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def again(query: Query) -> Query:
    """What is read from the address that was written."""
    return read(dict(parse_qsl(urlsplit(query.url()).query)), TODAY, Dimension.MONTH)


def test_an_empty_address_is_this_month_by_the_usual_division() -> None:
    """At a glance."""
    assert read({}, TODAY, Dimension.JAIL) == Query(MARCH, Dimension.JAIL)


def test_an_address_says_everything_about_its_report() -> None:
    """What was written is read again, whatever was chosen."""
    query = Query(
        PUBLISHED,
        Dimension.JAIL,
        Dimension.MONTH,
        Layout.COLUMNS,
        NumberSet.MINUTES,
        "connected",
        "27",
        "12",
        InmateCategory.CONVICT,
        None,
        VisitMode.VIDEO,
        "total",
        Order.ASCENDING,
    )
    assert again(query) == query
    assert again(Query(MARCH, Dimension.STATE)) == Query(MARCH, Dimension.STATE)


@pytest.mark.parametrize("word", ["", "jails", "JAIL", "' OR 1=1"])
def test_words_that_are_none_of_ours_mean_the_usual_ones(word: str) -> None:
    """Nobody is shown an error for an address from another version."""
    names = ("by", "then", "layout", "show", "number", "category", "kind", "mode", "order")
    assert read(dict.fromkeys(names, word), TODAY, Dimension.JAIL) == Query(MARCH, Dimension.JAIL)


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        ("2026-02-30", "2026-03-01", "date"),
        ("1 March", "", "date"),
        ("2026-03-02", "2026-03-01", "period"),
        ("1900-01-01", "2026-03-01", "period"),
    ],
)
def test_a_period_that_is_none_is_named_and_the_usual_one_shown(first: str, last: str, problem: str) -> None:
    """Rather than a table of something nobody asked for without a word."""
    query = read({"from": first, "to": last}, TODAY, Dimension.JAIL)
    assert (query.period, query.problem) == (MARCH, problem)


def test_a_report_is_not_divided_twice_by_the_same() -> None:
    """The second division is then none, and nothing stands in columns."""
    query = read({"by": "jail", "then": "jail", "layout": "columns"}, TODAY, Dimension.MONTH)
    assert (query.divided, query.crossed) == ((Dimension.JAIL,), False)


def test_a_press_on_a_heading_sorts_one_way_then_the_other_then_not() -> None:
    """Another heading begins anew."""
    once = Query(MARCH, Dimension.JAIL).sorted_by("had")
    twice = once.sorted_by("had")
    assert (once.sort, once.order, twice.order) == ("had", Order.DESCENDING, Order.ASCENDING)
    assert twice.sorted_by("had") == Query(MARCH, Dimension.JAIL)
    assert twice.sorted_by("lost").order is Order.DESCENDING


def test_the_chart_shows_a_number_of_the_table() -> None:
    """One from elsewhere gives way to the usual one of the set; in columns stands only what adds up both ways."""
    for show, ids in SETS.items():
        assert Query(MARCH, Dimension.JAIL, show=show, number="undecided").charted in ids
    assert Query(MARCH, Dimension.JAIL, number="inmates").charted == "inmates"
    crossed = Query(MARCH, Dimension.JAIL, Dimension.MONTH, Layout.COLUMNS, number="inmates")
    assert crossed.charted == "connected"
    assert not [each for each in ALONE if NUMBERS[each].unit is Unit.PEOPLE]
