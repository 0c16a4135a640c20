"""The audit as a file, to be read by people and programs, and proven without the database. Pure.

JSON lines: an entry is an object with the keys of the canonical text (`at`, `by`, `details`, `event`, `jail`,
`previous`, `seq`, `subject`, `visit`, `why`) and its `hash`; a seal, after the entry it seals, is `{"seal": {…}}`; the
last line is `{"end": {"entries": n}}`. CSV (RFC 4180): the same columns, without seals and end.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from broker.audit.chain import Entry, canonical
from broker.audit.seal import Seal

COLUMNS = ("seq", "at", "by", "event", "jail", "visit", "subject", "why", "details", "previous", "hash")
#: What a spreadsheet would take for a formula; such a text gets an apostrophe before it, and loses it when it is read.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


class Format(StrEnum):
    """What a file is written in."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class End:
    """The file is whole: so many entries."""

    entries: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that is none of ours."""


Item = Entry | Seal | End
Read = Entry | Seal | End | Unreadable


def beginning(as_: Format) -> str:
    """What a file begins with."""
    return _csv([COLUMNS]) if as_ is Format.CSV else ""


def lines(items: Iterable[Item], as_: Format) -> str:
    """A piece of a file."""
    if as_ is Format.CSV:
        return _csv(_row(item) for item in items if isinstance(item, Entry))
    return "".join(f"{_json(item)}\n" for item in items)


def read(file: Iterable[str]) -> Iterator[Read]:
    """What a file says, line by line; which format it is, its first sign tells."""
    rest = iter(file)
    first = next(rest, "")
    if first.startswith("{"):
        yield _read_json(first)
        for line in rest:
            yield _read_json(line)
        return
    reader = csv.reader(_from(first, rest))
    header = next(reader, [])
    if tuple(header) != COLUMNS:
        yield Unreadable()
        return
    try:
        for row in reader:
            yield _read_row(row)
    except csv.Error:
        yield Unreadable()


def _from(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _json(item: Item) -> str:
    if isinstance(item, Entry):
        return json.dumps(json.loads(canonical(item)) | {"hash": item.hash}, ensure_ascii=False, sort_keys=True)
    if isinstance(item, End):
        return json.dumps({"end": {"entries": item.entries}})
    said = {
        "number": item.number,
        "seq": item.seq,
        "hash": item.hash,
        "at": item.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": item.previous,
        "seal": item.seal,
    }
    return json.dumps({"seal": said})


def _read_json(line: str) -> Read:
    try:
        data = json.loads(line)
        if "seal" in data:
            seal = data["seal"]
            at = datetime.fromisoformat(seal["at"])
            return Seal(seal["number"], seal["seq"], seal["hash"], at, seal["previous"], seal["seal"])
        if "end" in data:
            return End(data["end"]["entries"])
        return _entry(data)
    except (ValueError, TypeError, KeyError, RecursionError):
        return Unreadable()


def _entry(data: dict[str, object]) -> Entry:
    said = {column: data[column] for column in COLUMNS}
    at = datetime.fromisoformat(str(said.pop("at")))
    return Entry(at, jail_id=said.pop("jail"), visit_id=said.pop("visit"), **said)  # type: ignore[arg-type]


def _row(entry: Entry) -> list[str]:
    said = json.loads(canonical(entry)) | {"hash": entry.hash}
    details = json.dumps(said["details"], ensure_ascii=False, sort_keys=True)
    texts = {name: "" if said[name] is None else str(said[name]) for name in COLUMNS} | {"details": details}
    return [f"'{text}" if text.startswith(_FORMULA) else text for text in texts.values()]


def _read_row(row: list[str]) -> Read:
    try:
        said: dict[str, object] = dict(zip(COLUMNS, (text.removeprefix("'") for text in row), strict=True))
        said["details"] = json.loads(str(said["details"]))
        said["seq"] = int(str(said["seq"]))
        said["jail"] = int(str(said["jail"])) if said["jail"] else None
        said["visit"] = said["visit"] or None
        return _entry(said)
    except (ValueError, TypeError, KeyError, RecursionError):
        return Unreadable()


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
