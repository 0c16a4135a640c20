"""Transactions: all or nothing, readers that can't write, writers that lose no update."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, StatementError

from broker.errors import NotFound
from broker.storage.database import Database
from broker.storage.errors import DatabaseAway
from broker.storage.models import VisitorRow
from broker.visit import new_id
from config.logging import redact
from tests.support.clock import NOON
from tests.support.deciding import UNDERTRIAL
from tests.support.ports import free_port
from tests.support.visits import Place, booked, request


async def test_work_without_a_commit_leaves_nothing(db: Database, place: Place) -> None:
    """Leaving the block rolls back; an exception does too."""
    new = request(place)
    async with db.begin() as uow:
        await uow.visits.add(new, NOON)
    async with db.read() as uow:
        with pytest.raises(NotFound):
            await uow.visits.get(new.id)


async def test_committed_work_is_seen_by_the_next_reader(
    open_database: Callable[[], Database], db: Database, place: Place
) -> None:
    """Also through other connections."""
    visit = await booked(db, place)
    async with open_database().read() as uow:
        assert await uow.visits.get(visit.id) == visit


async def test_reader_tries_to_write_and_the_database_refuses(db: Database, place: Place) -> None:
    """It is an error, not a silent rollback."""
    async with db.read() as uow:
        with pytest.raises(DBAPIError):
            await uow.terminals.add(place.jail.id, "T9")
    async with db.begin() as uow:
        await uow.terminals.add(place.jail.id, "T9")
        await uow.commit()


async def test_reader_does_not_wait_for_a_writer_and_sees_one_state(
    open_database: Callable[[], Database], place: Place
) -> None:
    """While somebody writes, reading goes on and shows what was committed before."""
    writing, reading = open_database(), open_database()
    async with writing.begin() as writer:
        await writer.terminals.add(place.jail.id, "T9")
        async with asyncio.timeout(2), reading.read() as reader:
            names = [terminal.name for terminal in await reader.jails.terminals(place.jail.id)]
    assert names == ["T1", "T2"]


async def test_hundred_read_and_raise_a_counter_at_once_and_no_update_is_lost(
    open_database: Callable[[], Database], db: Database, place: Place
) -> None:
    """Every caller gets a number of its own."""
    visitor = (await booked(db, place)).visitors[0].id
    databases = [open_database() for _ in range(4)]

    async def raise_(number: int) -> int:
        async with databases[number % 4].begin() as uow:
            counter = await uow.visits.next_otp_counter(visitor)
            await uow.commit()
        return counter

    assert sorted(await asyncio.gather(*(raise_(n) for n in range(100)))) == list(range(1, 101))


async def test_time_without_a_zone_is_refused(db: Database, place: Place) -> None:
    """By the column type, before anything is sent."""
    async with db.begin() as uow:
        with pytest.raises(StatementError, match="without a time zone"):
            await uow.visits.add(request(place), NOON.replace(tzinfo=None))


async def test_time_of_another_zone_comes_back_as_the_same_instant_in_utc(db: Database, place: Place) -> None:
    """To the microsecond."""
    india = timezone(timedelta(hours=5, minutes=30))
    there = datetime(2026, 3, 2, 11, 15, 0, 123_456, tzinfo=india)
    visit = await booked(db, place, starts_at=there)
    assert visit.starts_at == there
    assert visit.starts_at.utcoffset() == timedelta(0)


async def test_row_of_a_parent_that_is_not_there_is_refused(db: Database) -> None:
    """Foreign keys hold on SQLite as well."""
    async with db.begin() as uow:
        with pytest.raises(DBAPIError):
            await uow.terminals.add(4711, "T1")


async def test_two_writers_of_one_process_queue_and_both_finish(db: Database, place: Place) -> None:
    """Twenty at a time, more than there are connections to keep waiting."""

    async def add(number: int) -> None:
        async with db.begin() as uow:
            await uow.visits.add(request(place, starts_at=NOON + timedelta(hours=number)), NOON)
            await uow.commit()

    await asyncio.gather(*(add(number) for number in range(20)))
    async with db.read() as uow:
        assert len(list(await uow.session.scalars(select(VisitorRow.id)))) == 20


async def test_unknown_ids_are_not_found(db: Database) -> None:
    """Each look-up by key says what was missing."""
    async with db.begin() as uow:
        for look_up, what in (
            (uow.visits.get(new_id()), "visit"),
            (uow.visits.next_otp_counter(new_id()), "visitor"),
            (uow.jails.get(4711), "jail"),
            (uow.jails.terminal(4711), "terminal"),
            (uow.outbox.mark_sent(new_id(), NOON), "mail"),
        ):
            with pytest.raises(NotFound, match=what):
                await look_up


async def test_errors_do_not_repeat_what_was_to_be_written(db: Database, place: Place) -> None:
    """They end up in logs, and rows are people."""
    async with db.begin() as uow:
        with pytest.raises(DBAPIError) as raised:
            await uow.inmates.add(replace(UNDERTRIAL, jail_id=place.jail.id, father_name="Ganpat Shinde"))
    assert "Ganpat Shinde" not in str(raised.value)


async def test_a_database_that_is_away_is_told_by_its_place(tmp_path: Path) -> None:
    """Host and port, also as facts of their own; not the user, and not the password."""
    port = free_port()
    db = Database(f"postgresql+asyncpg://mulakat:hunter2@127.0.0.1:{port}/mulakat")
    with pytest.raises(DatabaseAway) as away:
        await db.reach()
    await db.close()
    assert (away.value.host, away.value.port, away.value.reason) == ("127.0.0.1", port, "ConnectionRefusedError")
    assert f"The database at 127.0.0.1:{port} takes no connection" in str(away.value)
    assert "hunter2" not in str(away.value)
    assert redact(None, "error", {"reason": str(away.value)}) == {"reason": str(away.value)}
    before = set(threading.enumerate())
    file = Database(f"sqlite+aiosqlite:///{tmp_path}")
    with pytest.raises(DatabaseAway, match=r"^The database takes no connection"):
        await file.reach()
    await file.close()
    # The driver's thread has a last word to say to this loop, which must not be closed by then.
    for thread in set(threading.enumerate()) - before:
        await asyncio.to_thread(thread.join, 5)


async def test_a_database_that_is_there_is_reached(db: Database) -> None:
    """Nothing is asked of it."""
    await db.reach()
