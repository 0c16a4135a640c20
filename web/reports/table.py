"""A report as one table: the same for the page, its files, and what is copied from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from broker.reports.asked import Dimension, Key
from broker.reports.numbers import NUMBERS, Unit
from broker.reports.periods import months
from broker.reports.report import Group, Report
from web.reports.query import ALSO, Order, Query

#: A line's name by its division and key.
Label = Callable[[Dimension, Key], str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of values. `number`: the id of what it counts; `label` names a column of a second division ("" where
    the number's own name does).
    """

    id: str
    number: str
    label: str = ""

    @property
    def unit(self) -> Unit:
        """What its values are."""
        return NUMBERS[self.number].unit


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its names, the first division's first, and its values. `whole`: the lines below are its parts."""

    names: tuple[str, ...]
    values: tuple[int, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`heads`: the divisions that have a column of names each. `total` is that of all lines."""

    heads: tuple[Dimension, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: tuple[int, ...]

    def column(self, wanted: str) -> Column | None:
        """The column of an id."""
        return next((column for column in self.columns if column.id == wanted), None)


def build(report: Report, query: Query, label: Label, shown: Sequence[str]) -> Table:
    """The table of a query, with a column for each number of `shown` unless it is about one number alone."""
    return _crossed(report, query, label) if query.crossed else _lines(report, query, label, shown)


def numbers_of(query: Query, shown: Sequence[str]) -> tuple[str, ...]:
    """The numbers that the table of a query needs, of those that are shown where it is not about one."""
    return (query.charted, *ALSO.get(query.charted, ())) if query.crossed else tuple(shown)


def _lines(report: Report, query: Query, label: Label, shown: Sequence[str]) -> Table:
    columns = tuple(Column(number, number) for number in shown)
    rows: list[Row] = []
    for group in _sorted(report.groups, query, lambda each: each.numbers.get(query.sort), query.by, label):
        name = label(query.by, group.key)
        rows.append(Row((name,), _values(group, columns), whole=bool(group.parts)))
        if query.then is not None:
            parts = _sorted(group.parts, query, lambda each: each.numbers.get(query.sort), query.then, label)
            rows += [Row((name, label(query.then, part.key)), _values(part, columns)) for part in parts]
    return Table(query.divided, columns, tuple(rows), tuple(report.total[each.number] for each in columns))


def _crossed(report: Report, query: Query, label: Label) -> Table:
    number, also = query.charted, ALSO.get(query.charted, ())
    keys = _keys(report, query, label)
    columns = (
        Column("total", number),
        *(Column(f"key-{key}", number, label(query.divided[1], key)) for key in keys),
        *(Column(each, each) for each in also),
    )

    def values(group: Group) -> tuple[int, ...]:
        parts = {part.key: part.numbers[number] for part in group.parts}
        inner = tuple(parts.get(key, 0) for key in keys)
        return (group.numbers[number], *inner, *(group.numbers[each] for each in also))

    def by_column(group: Group) -> int | None:
        found = next((at for at, column in enumerate(columns) if column.id == query.sort), None)
        return None if found is None else values(group)[found]

    groups = _sorted(report.groups, query, by_column, query.by, label)
    rows = tuple(Row((label(query.by, group.key),), values(group)) for group in groups)
    below = tuple(_below(report, number, key) for key in keys)
    total = (report.total[number], *below, *(report.total[each] for each in also))
    return Table((query.by,), columns, rows, total)


def _keys(report: Report, query: Query, label: Label) -> list[Key]:
    """The columns' keys in order: every month of the period, also one without visits; of all else what there is."""
    inner = query.divided[1]
    if inner is Dimension.MONTH:
        return list(months(report.asked.period))
    found = {part.key for group in report.groups for part in group.parts}
    return sorted(found, key=lambda key: label(inner, key))


def _below(report: Report, number: str, key: Key) -> int:
    """A column's sum; different people, who do not add up, never stand in such columns (`web.reports.query.ALONE`)."""
    return sum(part.numbers[number] for group in report.groups for part in group.parts if part.key == key)


def _sorted(
    groups: Sequence[Group], query: Query, value: Callable[[Group], int | None], by: Dimension, label: Label
) -> list[Group]:
    """By the column asked for; else months in their order, and all else by name."""
    if by is Dimension.MONTH:
        natural = sorted(groups, key=lambda each: int(each.key))
    else:
        natural = sorted(groups, key=lambda each: label(by, each.key).casefold())
    if not query.sort or any(value(each) is None for each in groups):
        return natural
    return sorted(natural, key=lambda each: value(each) or 0, reverse=query.order is Order.DESCENDING)


def _values(group: Group, columns: Sequence[Column]) -> tuple[int, ...]:
    return tuple(group.numbers[each.number] for each in columns)
