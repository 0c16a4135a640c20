"""broker.audit.export: a stretch is a piece of the chain, a selection is what was looked for."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from broker.audit import export as module
from broker.audit.chain import Entry
from broker.audit.export import export
from broker.audit.form import End, Format, read
from broker.audit.proof import prove
from broker.audit.search import Search
from broker.storage.database import Database
from tests.support.audit import AT, KEY, record, seal

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a long chain would be read."""
    monkeypatch.setattr(module, "PIECE", 3)


async def exported(db: Database, search: Search, as_: Format = Format.JSONL) -> list[object]:
    """What the file says."""
    return list(read(io.StringIO("".join([piece async for piece in export(db, search, as_)]), newline="")))


async def three_hours(db: Database) -> None:
    """Four entries in each of three hours, each sealed; in the second one somebody's act of the first is committed."""
    for hour in range(3):
        await record(db, 4, at=AT + hour * HOUR)
        if hour == 1:
            await record(db, 1, at=AT + HOUR - timedelta(seconds=1))
            await record(db, 1, at=AT + HOUR + timedelta(minutes=1))
        await seal(db)


async def test_the_whole_export_proves_itself(db: Database) -> None:
    """All entries, all seals, and the end."""
    await three_hours(db)
    items = await exported(db, Search())
    assert sum(isinstance(item, Entry) for item in items) == 14
    assert items[-1] == End(14)
    proof = prove(items, KEY, marked=True)  # type: ignore[arg-type]
    assert (proof.first, proof.last, proof.seals, proof.fault) == (1, 14, 3, None)


async def test_a_stretch_of_time_has_no_gap(db: Database) -> None:
    """What was committed between two acts of the stretch comes with them; it can be proven by itself."""
    await three_hours(db)
    items = await exported(db, Search(since=AT + HOUR, until=AT + 2 * HOUR))
    proof = prove(items, KEY, marked=True)  # type: ignore[arg-type]
    assert (proof.first, proof.last, proof.entries, proof.fault) == (5, 10, 6, None)


async def test_a_selection_holds_what_fits_alone(db: Database) -> None:
    """In both formats, the newest first."""
    await record(db, 4)
    await record(db, 4, by="staff:2")
    for as_ in Format:
        items = await exported(db, Search(by=["staff:2"]), as_)
        assert [item.seq for item in items if isinstance(item, Entry)] == [8, 7, 6, 5]
        marked = as_ is Format.JSONL
        assert prove(items, KEY, marked=marked, selection=True).fault is None  # type: ignore[arg-type]


async def test_nothing_fits_nothing_is_written(db: Database) -> None:
    """An empty file that is whole."""
    assert await exported(db, Search()) == [End(0)]
    assert await exported(db, Search(by=["staff:9"])) == [End(0)]
    assert await exported(db, Search(), Format.CSV) == []


async def test_what_is_written_during_an_export_is_not_in_it(db: Database) -> None:
    """A file that never ends helps nobody."""
    await record(db, 7)
    pieces = 0
    async for _ in export(db, Search(), Format.JSONL):
        pieces += 1
        await record(db, 4)
        assert pieces < 10
