"""A report as files: what is in them, and that nothing in them is ever run."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from xml.etree import ElementTree as ET

from broker.reports.asked import Dimension
from broker.reports.numbers import NUMBERS
from tests.support.tables import PERIOD, label, report
from web.reports.files import Sheet, as_csv, as_workbook, definitions
from web.reports.query import Query
from web.reports.table import Table, build

_XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHOWN = ("connected", "had", "inmates")


def sheet(*by: Dimension) -> Sheet:
    """A small report in words."""
    query = Query(PERIOD, by[0], by[1] if len(by) > 1 else None)
    table: Table = build(report(by), query, label, SHOWN)
    return Sheet(
        title="प्रतिवेदन",
        about=["January to March", "=1+1"],
        heads=[head.value for head in by],
        total="Total",
        seconds="seconds",
        table=table,
        names=[NUMBERS[each].name for each in SHOWN],
        says=definitions(table, str),
    )


def rows(content: bytes) -> list[list[str]]:
    """The cells of a CSV."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def cells(content: bytes, number: int = 1) -> tuple[dict[str, str | float], str]:
    """The cells of a workbook's sheet by their address, and the sheet as it is written."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(each.itertext()) for each in strings.iter(f"{_XML}si")]
        raw = book.read(f"xl/worksheets/sheet{number}.xml").decode()
    found: dict[str, str | float] = {}
    for cell in ET.fromstring(raw).iter(f"{_XML}c"):
        value = cell.findtext(f"{_XML}v")
        if value is not None:
            found[cell.attrib["r"]] = texts[int(value)] if cell.get("t") == "s" else float(value)
    return found, raw


def test_a_csv_has_the_innermost_lines_and_the_total() -> None:
    """A column of visits sums to its total; times are seconds, and say so."""
    found = rows(as_csv(sheet(Dimension.JAIL, Dimension.MONTH)))
    assert found[0] == ["jail", "month", "Connected", "Time had (seconds)", "People in prison served"]
    assert ["Yerwada", "month:202401", "1", "900", "1"] in found
    assert found[-1] == ["Total", "", "11", "991", "5"]
    assert sum(int(row[2]) for row in found[1:-1]) == 11
    assert len({len(row) for row in found}) == 1


def test_excel_takes_a_csv_for_what_it_is() -> None:
    """UTF-8 with the mark without which it shows no Hindi, and lines as RFC 4180 has them."""
    content = as_csv(sheet(Dimension.JAIL))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 5


def test_a_name_that_looks_like_a_formula_is_text_in_a_csv() -> None:
    """Whoever names a jail runs nothing on the department's machines."""
    assert "'=Taloja" in {row[0] for row in rows(as_csv(sheet(Dimension.JAIL)))}


def test_a_workbook_holds_the_table_with_numbers_as_numbers() -> None:
    """Durations in days, as spreadsheets count them; wholes and the total stand there as on the page."""
    found, _ = cells(as_workbook(sheet(Dimension.JAIL)))
    assert (found["A1"], found["A2"], found["A5"], found["B5"]) == ("प्रतिवेदन", "January to March", "jail", "Connected")
    assert [found[f"A{line}"] for line in (6, 7, 8, 9)] == ["=Taloja", "Arthur Road", "Yerwada", "Total"]
    assert (found["B8"], found["D9"]) == (3.0, 5.0)
    assert abs(float(found["C8"]) * 86_400 - 961) < 1e-6


def test_a_workbook_runs_nothing_and_goes_nowhere() -> None:
    """No cell is a formula or a link, whatever is written in it."""
    content = as_workbook(sheet(Dimension.JAIL, Dimension.MONTH))
    found, raw = cells(content)
    assert found["A3"] == "=1+1"
    assert not re.search("<f>|<hyperlink", raw)


def test_a_workbook_says_what_its_numbers_mean() -> None:
    """On its second sheet, each number that the first one shows."""
    found, _ = cells(as_workbook(sheet(Dimension.JAIL)), 2)
    assert [found[f"A{line}"] for line in (1, 2, 3)] == [NUMBERS[each].name for each in SHOWN]
    assert found["B1"] == NUMBERS["connected"].says
