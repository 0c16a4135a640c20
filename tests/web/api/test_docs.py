"""docs/api.md names every request, column, error and fault, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web

from broker.reasons import CancelReason, RefusalReason
from broker.register.lines import COLUMNS, OPTIONAL, REQUIRED, Why
from broker.register.plan import Gone
from broker.reports.asked import Dimension
from broker.reports.numbers import NUMBERS, Unit
from broker.vocabulary import InmateStatus

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "api.md").read_text()
SOURCES = "".join((ROOT / "web" / "api" / name).read_text() for name in ("auth.py", "inmates.py", "reports.py"))


def _table(heading: str) -> list[list[str]]:
    """The rows of the first table after a line, cell by cell, without their backticks."""
    after = DOCUMENT.split(heading, 1)[1]
    lines = re.search(r"\n\|.+?\n\| -.*?\n((?:\|.*\n)+)", after)
    assert lines
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[1].splitlines()]


async def test_every_request_is_documented_and_no_other(wired: web.Application) -> None:
    """The headings are the routes."""
    known = {
        (route.method, re.sub(r":[^}]*", "", route.resource.canonical))
        for route in wired.router.routes()
        if route.resource and route.resource.canonical.startswith("/api/v1/") and route.method != "HEAD"
    }
    assert set(re.findall(r"^### `(\w+) (\S+)`$", DOCUMENT, re.MULTILINE)) == known


def test_every_column_is_documented_in_its_order() -> None:
    """And which of them are needed."""
    rows = {row[0]: row[1] for row in _table("## Columns")}
    assert list(rows) == list(COLUMNS)
    assert {name for name, needed in rows.items() if needed == "yes"} == set(REQUIRED)
    assert {name for name, needed in rows.items() if needed == "no"} == set(OPTIONAL)


def test_every_error_is_documented_with_its_status() -> None:
    """Those of the code, and those that every page may answer."""
    raised = {(error, status) for status, error in re.findall(r'refuse\((\d+), "(\w+)"', SOURCES)}
    everywhere = {("method_not_allowed", "405"), ("unavailable", "503")}
    assert {(row[1], row[0]) for row in _table("## Errors")} == raised | everywhere


def test_every_fault_is_documented() -> None:
    """Those of a line, and the one of an address."""
    assert [row[0] for row in _table("What `why` of a fault can be")] == sorted([*Why, "other_number"])


def test_every_number_of_a_report_is_documented_in_its_order() -> None:
    """By the name it has in an answer; reasons by what they begin with."""
    named = [f"{each.id}_seconds" if each.unit is Unit.SECONDS else each.id for each in NUMBERS.values()]
    plain = [each for each in named if not each.startswith(("refused_", "cancelled_"))]
    assert [row[0] for row in _table("## Numbers")] == [*plain, "refused_…", "cancelled_…"]
    for word in (*Dimension, *RefusalReason, *CancelReason):
        assert f"`{word}`" in DOCUMENT


def test_words_that_may_be_sent_are_documented() -> None:
    """What becomes of people who are missing, and where somebody can be."""
    for word in (*Gone, *InmateStatus):
        assert f"`{word}`" in DOCUMENT
