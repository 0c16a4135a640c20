"""broker.audit.store: gathered, linked with the commit, and never changed after it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from broker.audit.chain import GENESIS, fits
from broker.audit.events import AuditEvent
from broker.people import State
from broker.storage.database import Database
from broker.storage.models import StateRow

AT = datetime(2026, 3, 2, 5, 45, 0, 123456, tzinfo=UTC)


async def _record(db: Database, by: str, *, times: int = 1) -> None:
    async with db.begin() as uow:
        for _ in range(times):
            uow.audit.record(AuditEvent.VISIT_READ, by=by, at=AT, jail_id=1, visit_id="a" * 32, details={"n": 1.5})
        await uow.commit()


async def test_entries_come_back_as_one_unbroken_chain(db: Database) -> None:
    """What is read fits, entry by entry, from the first on."""
    await _record(db, "staff:1", times=2)
    await _record(db, "staff:2")
    async with db.read() as uow:
        entries = list(reversed(await uow.audit.newest(10)))
    before = GENESIS
    for seq, entry in enumerate(entries, 1):
        assert fits(entry, seq, before)
        before = entry.hash
    assert [entry.by for entry in entries] == ["staff:1", "staff:1", "staff:2"]


async def test_nothing_is_recorded_of_what_was_rolled_back(db: Database) -> None:
    """An act that did not happen leaves no entry, also when the same unit of work goes on to commit something else."""
    async with db.begin() as uow:
        uow.audit.record(AuditEvent.VISIT_END, by="staff:1", at=AT)
        await uow.rollback()
        uow.audit.record(AuditEvent.VISIT_HOLD, by="staff:1", at=AT)
        await uow.commit()
    async with db.begin() as uow:
        uow.audit.record(AuditEvent.VISIT_END, by="staff:1", at=AT)
    async with db.read() as uow:
        assert [entry.event for entry in await uow.audit.newest(10)] == [AuditEvent.VISIT_HOLD]


async def test_many_at_once_find_their_places_one_after_the_other(db: Database) -> None:
    """Concurrent commits make one chain without a gap or a fork."""
    await asyncio.gather(*(_record(db, f"staff:{number}", times=2) for number in range(20)))
    async with db.read() as uow:
        entries = list(reversed(await uow.audit.newest(100)))
    assert [entry.seq for entry in entries] == list(range(1, 41))
    assert all(fits(entry, entry.seq, before.hash) for before, entry in pairwise(entries))


@pytest.mark.parametrize("statement", ["UPDATE audit SET why = 'other'", "DELETE FROM audit"])
async def test_the_database_refuses_to_change_an_entry(db: Database, statement: str) -> None:
    """Append-only is held below the code too."""
    await _record(db, "staff:1")
    with pytest.raises(DBAPIError, match="the audit only grows"):
        async with db.engine.begin() as connection:
            await connection.execute(text(statement))


async def test_without_its_head_nothing_is_recorded_and_nothing_done(db: Database) -> None:
    """Fail closed: whoever takes the head away stops all work, and hides nothing."""
    await _record(db, "staff:1")
    async with db.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit_head"))
    with pytest.raises(LookupError, match="head is gone"):
        await _record(db, "staff:2")
    async with db.read() as uow:
        assert [entry.by for entry in await uow.audit.newest(10)] == ["staff:1"]


async def test_what_waits_to_be_written_is_written_before_the_head_is_locked(db: Database) -> None:
    """The head's lock comes last: a row that another one holds is waited for without it."""
    async with db.begin() as uow:
        await uow.jails.add_state(State(27, "Maharashtra"))
        await uow.commit()
    order: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        order.append(statement.split(maxsplit=1)[0] + (" head" if "audit_head" in statement else ""))

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    async with db.begin() as uow:
        row = await uow.session.get_one(StateRow, 27)
        row.name = "Another name"
        uow.audit.record(AuditEvent.VISIT_READ, by="staff:1", at=AT)
        order.clear()
        await uow.commit()
    event.remove(db.engine.sync_engine, "before_cursor_execute", note)
    assert order == ["UPDATE", "SELECT head", "INSERT", "UPDATE head"]
