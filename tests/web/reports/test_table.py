"""A report as one table: lines, lines within lines, or one number with its second division in columns."""

from __future__ import annotations

from broker.reports.asked import Dimension
from broker.reports.numbers import NUMBERS, SETS, NumberSet, Unit
from tests.support.tables import PERIOD, label, report
from web.reports.query import Layout, Order, Query
from web.reports.table import Table, build, numbers_of

D = Dimension
PEOPLE = SETS[NumberSet.PEOPLE]


def table(query: Query) -> Table:
    """Of the numbers of people."""
    return build(report(query.divided), query, label, PEOPLE)


def test_lines_stand_by_name_with_a_column_for_each_number() -> None:
    """And the total below is the report's own, not a sum of different people."""
    made = table(Query(PERIOD, D.JAIL))
    assert [row.names for row in made.rows] == [("=Taloja",), ("Arthur Road",), ("Yerwada",)]
    assert [column.id for column in made.columns] == list(PEOPLE)
    assert made.rows[2].values == (3, 0, 2, 1)
    assert made.total == (11, 0, 5, 3)
    assert not any(row.whole for row in made.rows)


def test_inner_lines_follow_the_line_they_are_part_of() -> None:
    """Which says that it is their whole; months stand in their order."""
    made = table(Query(PERIOD, D.JAIL, D.MONTH))
    names = [row.names for row in made.rows]
    assert names[-3:] == [("Yerwada",), ("Yerwada", "month:202401"), ("Yerwada", "month:202403")]
    assert [row.whole for row in made.rows[-3:]] == [True, False, False]
    assert made.heads == (D.JAIL, D.MONTH)


def test_a_column_sorts_the_lines_and_the_lines_within_them() -> None:
    """The largest first, or the smallest."""
    for order, first, months in (
        (Order.DESCENDING, "=Taloja", ["month:202403", "month:202401"]),
        (Order.ASCENDING, "Arthur Road", ["month:202401", "month:202403"]),
    ):
        made = table(Query(PERIOD, D.JAIL, D.MONTH, sort="connected", order=order))
        assert made.rows[0].names == (first,)
        assert [row.names[1] for row in made.rows if row.names[0] == "Yerwada" and len(row.names) == 2] == months


def test_a_column_that_there_is_not_sorts_nothing() -> None:
    """An address from elsewhere does no harm."""
    assert table(Query(PERIOD, D.JAIL, sort="nothing")) == table(Query(PERIOD, D.JAIL))


def test_one_number_has_its_second_division_in_columns() -> None:
    """Every month of the period, also without a visit; the lines and the columns add up to the same total."""
    query = Query(PERIOD, D.JAIL, D.MONTH, Layout.COLUMNS, number="connected", sort="total")
    made = table(query)
    assert [column.id for column in made.columns] == [
        "total",
        "key-202401",
        "key-202402",
        "key-202403",
        "foreign_prisoners",
    ]
    assert [(row.names[0], row.values) for row in made.rows] == [
        ("=Taloja", (7, 7, 0, 0, 1)),
        ("Yerwada", (3, 1, 0, 2, 1)),
        ("Arthur Road", (1, 0, 0, 1, 1)),
    ]
    assert made.total == (11, 8, 0, 3, 3)
    assert sum(made.total[1:4]) == made.total[0] == sum(row.values[0] for row in made.rows)


def test_columns_sort_too_and_of_other_divisions_there_are_those_that_occur() -> None:
    """By the column of one month; categories by name."""
    query = Query(PERIOD, D.JAIL, D.MONTH, Layout.COLUMNS, number="had", sort="key-202403")
    made = table(query)
    assert made.rows[0].names == ("Yerwada",)
    assert made.columns[0].unit is Unit.SECONDS
    by_month = build(report(), Query(PERIOD, D.JAIL, D.CATEGORY, Layout.COLUMNS), label, ())
    assert [column.id for column in by_month.columns][1:3] == ["key-202401", "key-202403"]


def test_a_table_asks_only_for_the_numbers_that_it_shows() -> None:
    """One number and what goes with it, or the whole set."""
    assert numbers_of(Query(PERIOD, D.JAIL), PEOPLE) == PEOPLE
    crossed = Query(PERIOD, D.JAIL, D.MONTH, Layout.COLUMNS, number="connected")
    assert numbers_of(crossed, tuple(NUMBERS)) == ("connected", "foreign_prisoners")


def test_a_column_is_found_by_its_id() -> None:
    """Or is none."""
    made = table(Query(PERIOD, D.JAIL))
    found = made.column("inmates")
    assert found is not None
    assert found.number == "inmates"
    assert made.column("x") is None
