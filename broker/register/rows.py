"""A jail's register as CSV or JSON, read line by line: every line that is wrong is named, with its column and why.

Columns (CSV: the first line names them, in any order and case; JSON: an array of objects, or `{"inmates": [...]}`):
number, name, father_name, age, gender, category, and, where they are known, nationality (ISO 3166 alpha-2, "IN" if left
out), status ("held" if left out), no_objection. Docs: docs/api.md.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from broker.register.errors import BadFile
from broker.register.lines import BEYOND, COLUMNS, REQUIRED, Fault, Row, Why, key_of, read_line

#: The largest file and the most people at a time: twice the country's largest jail.
MAX_BYTES = 8 * 1024 * 1024
MAX_ROWS = 40_000


@dataclass(frozen=True, slots=True)
class Parsed:
    """The lines that can be taken, and what is wrong with the others."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def parse(content: bytes) -> Parsed:
    """Read a file, CSV or JSON by its first character. Raises BadFile."""
    if len(content) > MAX_BYTES:
        raise BadFile("too_large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("not_text") from None
    if not text.strip():
        raise BadFile("empty")
    return parse_json(text) if text.lstrip()[0] in "[{" else parse_csv(text)


def parse_csv(text: str) -> Parsed:
    """Read CSV (RFC 4180), separated by commas, semicolons or tabs. Raises BadFile."""
    if "\0" in text:
        raise BadFile("not_text")
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    records: list[tuple[int, Mapping[str, Any]]] = []
    names: list[str] | None = None
    try:
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            if names is None:
                names = _header(values)
                continue
            records.append((reader.line_num, _record(names, values)))
    except csv.Error:
        raise BadFile("not_text") from None
    return check(records)


def parse_json(text: str) -> Parsed:
    """Read JSON (RFC 8259). Raises BadFile."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise BadFile("not_json") from None
    return from_json(data)


def from_json(data: Any) -> Parsed:
    """Read what JSON held: an array of objects, or an object with the array `inmates`. Raises BadFile."""
    found = data.get("inmates") if isinstance(data, Mapping) else data
    if not isinstance(found, list):
        raise BadFile("not_json")
    return check([(number, each) for number, each in enumerate(found, 1)])


def check(records: Sequence[tuple[int, Any]]) -> Parsed:
    """Check records one by one: (line, values by column). A number that repeats is wrong where it stands again. Raises
    BadFile (nothing in it, or too many).
    """
    if not records:
        raise BadFile("empty")
    if len(records) > MAX_ROWS:
        raise BadFile("too_many")
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for line, values in records:
        row, wrong = read_line(line, values)
        faults += wrong
        if row is None:
            continue
        if key_of(row.number) in seen:
            faults.append(Fault(line, "number", Why.REPEATED, row.number))
            continue
        seen.add(key_of(row.number))
        rows.append(row)
    return Parsed(tuple(rows), tuple(faults))


def _header(values: Sequence[str]) -> list[str]:
    names = [value.strip().lower().replace(" ", "_").replace("'", "").replace("-", "_") for value in values]
    if not set(REQUIRED) <= set(names):
        raise BadFile("no_header", ", ".join(name for name in REQUIRED if name not in names))
    return names


def _record(names: Sequence[str], values: Sequence[str]) -> dict[str, Any]:
    """The values by column. Columns that we don't know are not read; what stands beyond the last one is a fault."""
    record: dict[str, Any] = {name: value for name, value in zip(names, values, strict=False) if name in COLUMNS}
    if any(value.strip() for value in values[len(names) :]):
        record[BEYOND] = values[len(names)]
    return record
