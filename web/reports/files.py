"""A report as CSV and as a workbook. What people typed can start nothing there: no cell is ever read as a formula.

CSV (RFC 4180) is UTF-8 with a byte order mark, without which Excel shows no Hindi or Bengali, and holds seconds. The
workbook (ECMA-376) holds durations as Excel counts them, in days, shown as minutes and seconds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from broker.reports.numbers import NUMBERS, Unit
from web.reports.table import Table

_BOM = "\ufeff"
# Spreadsheets take text for a formula by its first character (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DAY = 86_400
_WIDTH_NAMES, _WIDTH_VALUES, _WIDTH_SAYS = 30, 14, 110


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with the words around it. `about`: what the report is of, line by line; `name` gives a column's heading,
    `says` a number's definition by its id.
    """

    title: str
    about: Sequence[str]
    heads: Sequence[str]
    total: str
    seconds: str
    table: Table
    names: Sequence[str]
    says: Mapping[str, tuple[str, str]]


def as_csv(sheet: Sheet) -> bytes:
    """The innermost lines, so that a column can be summed, and the total."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")
    units = [column.unit for column in sheet.table.columns]
    heads = [
        f"{name} ({sheet.seconds})" if unit is Unit.SECONDS else name
        for name, unit in zip(sheet.names, units, strict=True)
    ]
    out.writerow([_plain(each) for each in (*sheet.heads, *heads)])
    for row in sheet.table.rows:
        if not row.whole:
            out.writerow([*(_plain(name) for name in row.names), *row.values])
    out.writerow([sheet.total, *([""] * (len(sheet.heads) - 1)), *sheet.table.total])
    return (_BOM + written.getvalue()).encode()


def as_workbook(sheet: Sheet) -> bytes:
    """Two sheets: the table as the page shows it, and what the numbers mean."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        _table(book, sheet)
        _definitions(book, sheet)
    return written.getvalue()


def _table(book: Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.title[:31])
    strong, wrapped = book.add_format({"bold": True}), book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    page.write_string(0, 0, sheet.title, strong)
    for line, text in enumerate(sheet.about, 1):
        page.write_string(line, 0, text)
    top = len(sheet.about) + 2
    for at, text in enumerate((*sheet.heads, *sheet.names)):
        page.write_string(top, at, text, wrapped)
    formats = _formats(book)
    lines = [(row.names, row.values, row.whole) for row in sheet.table.rows]
    for line, (names, values, whole) in enumerate([*lines, ((sheet.total,), sheet.table.total, True)], top + 1):
        for at, name in enumerate(names):
            page.write_string(line, at, name, strong if whole else None)
        _values(page, line, len(sheet.heads), sheet.table, values, formats[whole])
    page.set_column(0, len(sheet.heads) - 1, _WIDTH_NAMES)
    page.set_column(len(sheet.heads), len(sheet.heads) + len(sheet.names) - 1, _WIDTH_VALUES)
    page.freeze_panes(top + 1, len(sheet.heads))
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)


def _formats(book: Workbook) -> dict[bool, dict[Unit, Format]]:
    patterns = {Unit.SECONDS: "[mm]:ss", Unit.PEOPLE: "#,##0", Unit.VISITS: "#,##0"}
    return {
        strong: {unit: book.add_format({"num_format": each, "bold": strong}) for unit, each in patterns.items()}
        for strong in (False, True)
    }


def _values(  # noqa: PLR0917 - where, what, and how
    page: Worksheet, line: int, left: int, table: Table, values: Sequence[int], how: Mapping[Unit, Format]
) -> None:
    for at, (column, value) in enumerate(zip(table.columns, values, strict=True), left):
        number = value / _DAY if column.unit is Unit.SECONDS else value
        page.write_number(line, at, number, how[column.unit])


def _definitions(book: Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet()
    strong, wrapped = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    for line, (name, says) in enumerate(sheet.says.values()):
        page.write_string(line, 0, name, strong)
        page.write_string(line, 1, says, wrapped)
    page.set_column(0, 0, _WIDTH_NAMES)
    page.set_column(1, 1, _WIDTH_SAYS)


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def definitions(table: Table, translated: Callable[[str], str]) -> dict[str, tuple[str, str]]:
    """Name and definition of every number of a table, by its id."""
    ids = dict.fromkeys(column.number for column in table.columns)
    return {each: (NUMBERS[each].named(translated), translated(NUMBERS[each].says)) for each in ids}
