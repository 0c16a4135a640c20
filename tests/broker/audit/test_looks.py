"""broker.audit.looks: looks share commits, and nobody goes on before theirs is durable."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError

from broker.audit.chain import Entry
from broker.audit.events import AuditEvent
from broker.audit.looks import MOST, LookBook
from broker.audit.walking import Walker
from broker.storage.database import Database
from tests.support.audit import AT, KEY, attack, entries

LOOK = Entry(AT, "staff:1", AuditEvent.VISIT_READ, 1)


async def test_looks_at_one_time_share_commits_and_all_are_durable_when_they_return(db: Database) -> None:
    """Far fewer commits than looks; the chain is whole."""
    book, commits = LookBook(db), list[Connection]()

    def count(connection: Connection) -> None:
        commits.append(connection)

    event.listen(db.engine.sync_engine, "commit", count)

    async def look(number: int) -> None:
        await book.note(replace(LOOK, subject=f"inmate:{number}"))
        assert f"inmate:{number}" in {entry.subject for entry in await entries(db)}

    await asyncio.gather(*(look(number) for number in range(MOST + 20)))
    event.remove(db.engine.sync_engine, "commit", count)
    assert len(await entries(db)) == MOST + 20
    assert len(commits) <= 4
    assert await Walker(db, KEY).walk() is None
    await book.note(LOOK)
    await book.close()
    assert len(await entries(db)) == MOST + 21


async def test_one_look_that_cannot_be_written_keeps_no_other_from_being(db: Database) -> None:
    """It alone is refused."""
    book = LookBook(db)
    bad = replace(LOOK, by=None)  # type: ignore[arg-type]
    answers = await asyncio.gather(*(book.note(each) for each in (LOOK, bad, LOOK)), return_exceptions=True)
    assert [isinstance(answer, SQLAlchemyError) for answer in answers] == [False, True, False]
    assert len(await entries(db)) == 2


async def test_a_look_that_cannot_be_recorded_is_refused_and_the_next_one_tried(db: Database) -> None:
    """The chain's head is gone, and comes back."""
    book = LookBook(db)
    await attack(db, "DELETE FROM audit_head")
    with pytest.raises(LookupError):
        await book.note(LOOK)
    await attack(db, f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
    await book.note(LOOK)
    assert len(await entries(db)) == 1


async def test_whoever_goes_away_leaves_their_look_behind(db: Database) -> None:
    """A closed page takes nothing back, and disturbs nobody."""
    book = LookBook(db)
    gone = asyncio.create_task(book.note(LOOK))
    stays = asyncio.create_task(book.note(replace(LOOK, by="staff:2")))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    await book.close()
    assert [entry.by for entry in await entries(db)] == ["staff:1", "staff:2"]
