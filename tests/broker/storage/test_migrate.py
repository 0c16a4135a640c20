"""One series of migrations for both databases."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from broker.lifecycle import VisitStatus
from broker.storage.database import Database, create_engine
from broker.storage.errors import TablesBehind, VisitsOverlap
from broker.storage.migrate import ADVISORY_LOCK, check, current, downgrade, head, migrate
from broker.storage.models import Base
from broker.visit import Slot
from broker.visrn import VisRN
from tests.support.clock import NOON
from tests.support.visits import STAFF, booked, furnish, request

ROOT = Path(__file__).parents[3]


async def test_migrated_tables_are_those_of_the_models(db: Database) -> None:
    """Autogenerate finds nothing to do, types included."""

    def differences(connection: Connection) -> list[object]:
        return list(
            compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
        )

    async with db.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_database_goes_down_to_nothing_and_up_again(database_url: str) -> None:
    """Downgrades leave no table behind that an upgrade would trip over."""
    assert await current(database_url) is None
    await migrate(database_url)
    assert await current(database_url) == head()
    await downgrade(database_url, "base")
    assert await current(database_url) is None
    await migrate(database_url)
    db = Database(database_url)
    assert (await furnish(db)).terminals
    await db.close()


async def test_a_database_that_was_not_migrated_is_refused_in_words(database_url: str) -> None:
    """Without tables, or with those of before; one that a newer version has migrated is taken."""
    db = Database(database_url)
    try:
        for revision, said in ((None, "has no tables yet"), ("0009", "has the tables of revision 0009")):
            if revision is not None:
                await migrate(database_url, revision)
            with pytest.raises(TablesBehind, match=f"{said}.*python -m broker migrate") as refused:
                await check(db.engine)
            assert (refused.value.found, refused.value.needed) == (revision, head())
        await migrate(database_url)
        await check(db.engine)
        async with db.begin() as uow:
            await uow.session.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
            await uow.commit()
        await check(db.engine)
    finally:
        await db.close()


async def test_migrating_again_keeps_what_is_there(database_url: str) -> None:
    """The second time there is nothing to do."""
    await migrate(database_url)
    db = Database(database_url)
    place = await furnish(db)
    await migrate(database_url)
    async with db.read() as uow:
        assert await uow.jails.get(place.jail.id) == place.jail
    await db.close()


async def test_four_processes_migrate_at_once_from_elsewhere_and_all_succeed(database_url: str, tmp_path: Path) -> None:
    """Real processes, in a working directory that isn't the project's."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "MULAKAT_DATABASE_URL": database_url}
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "broker", "migrate", cwd=tmp_path, env=environment, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(4)
    ]
    errors = [(await asyncio.wait_for(process.communicate(), 150))[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0, 0], "\n".join(errors)
    assert await current(database_url) == head()


async def test_migrations_of_one_postgresql_queue_at_a_lock(postgres_url: str) -> None:
    """Three wait at it while a fourth holds it, and then all of them find the same tables."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    engine = create_engine(postgres_url)
    async with engine.connect() as first, asyncio.timeout(30):
        await first.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
        others = asyncio.gather(*(migrate(postgres_url) for _ in range(3)))
        while await first.scalar(waiting) != 3:  # noqa: ASYNC110 - only PostgreSQL knows who waits
            await asyncio.sleep(0.02)
        assert not others.done()
        await first.execute(text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
        await first.commit()
        await others
    await engine.dispose()
    assert await current(postgres_url) == head()


@pytest.mark.parametrize("turn", range(8))
async def test_six_migrate_a_new_file_at_once_and_all_succeed(sqlite_url: str, turn: int) -> None:
    """Changing to the write-ahead log is refused at once to whoever comes second; several turns, for it is a race."""
    await asyncio.gather(*(migrate(sqlite_url) for _ in range(6)))
    assert await current(sqlite_url) == head(), turn


async def test_migration_waits_for_somebody_who_writes(sqlite_url: str, tmp_path: Path) -> None:
    """A file that another process holds for a moment is no failure."""
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    migrating = asyncio.create_task(migrate(sqlite_url))
    done, _ = await asyncio.wait({migrating}, timeout=0.3)
    assert not done
    other.execute("ROLLBACK")
    other.close()
    await migrating
    assert await current(sqlite_url) == head()


async def test_embedded_database_keeps_a_write_ahead_log(sqlite_url: str, tmp_path: Path) -> None:
    """Set by the migration, kept by the file: readers never wait for writers."""
    await migrate(sqlite_url)
    with sqlite3.connect(tmp_path / "test.db") as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    plain.close()


async def overlapping(url: str, *, demo: bool) -> list[VisRN]:
    """A database of before the rule, with three visits of one person at one time on three terminals: their numbers."""
    await migrate(url)
    db = Database(url)
    place = await furnish(db, terminals=3)
    await downgrade(url, "0009")
    numbers = []
    for number, terminal in enumerate(place.terminals):
        new = replace(request(place), demo=demo)
        async with db.begin() as uow:
            visit = await uow.visits.add(new, NOON + number * timedelta(seconds=1))
            await uow.visits.approve(new.id, Slot(terminal.id, new.starts_at, new.ends_at), STAFF, NOON)
            await uow.commit()
        numbers.append(visit.visrn)
    await db.close()
    return numbers


async def test_invented_visits_that_overlap_are_called_off_by_the_migration(database_url: str) -> None:
    """The first one stays; the history of the others says why."""
    numbers = await overlapping(database_url, demo=True)
    await migrate(database_url)
    assert await current(database_url) == head()
    db = Database(database_url)
    async with db.read() as uow:
        visits = [await uow.visits.by_visrn(number) for number in numbers]
        assert [visit.status for visit in visits if visit] == ["approved", "cancelled", "cancelled"]
        assert visits[1] is not None
        last = (await uow.visits.history(visits[1].id))[-1]
    assert (last.by, last.from_, last.to, last.reason) == ("system:demo", "approved", "cancelled", "overlap")
    await db.close()


async def test_real_visits_that_overlap_stop_the_migration_in_words_and_nothing_is_changed(database_url: str) -> None:
    """Which of them takes place is for people to say; the database stays at what the running version knows."""
    first, second, third = await overlapping(database_url, demo=False)
    with pytest.raises(VisitsOverlap, match=f"{second}, {third}") as refused:
        await migrate(database_url)
    assert str(first) not in str(refused.value)
    assert await current(database_url) == "0009"
    db = Database(database_url)
    async with db.begin() as uow:
        for number in (second, third):
            visit = await uow.visits.by_visrn(number)
            assert visit is not None
            assert visit.status == "approved"
            await uow.visits.move(visit.id, VisitStatus.CANCELLED, STAFF, "overlap", NOON)
        await uow.commit()
    await db.close()
    await migrate(database_url)
    assert await current(database_url) == head()


async def test_losses_of_a_cause_that_older_versions_do_not_know_are_added_to_one_they_do(database_url: str) -> None:
    """Going back: minutes lost as codes did not arrive are read as a side that was not there, and none is forgotten."""
    await migrate(database_url)
    db = Database(database_url)
    place = await furnish(db)
    seconds = {"both": {"nobody_came": 60, "no_codes": 30}, "one": {"no_codes": 40}}
    ids = {}
    for number, name in enumerate(seconds):
        visit = await booked(db, place, terminal=number)
        ids[name] = visit.id
    async with db.begin() as uow:
        for name, lost in seconds.items():
            for cause, many in lost.items():
                row = {"visit_id": ids[name], "measured": cause, "cause": cause, "seconds": many}
                await uow.session.execute(
                    text(
                        "INSERT INTO visit_losses (visit_id, measured, measured_side, cause, side, seconds, evidence)"
                        " VALUES (:visit_id, :measured, 'prison', :cause, 'prison', :seconds, '[]')"
                    ),
                    row,
                )
        await uow.commit()
    await downgrade(database_url, "0010")
    async with db.read() as uow:
        rows = await uow.session.execute(text("SELECT visit_id, measured, cause, seconds FROM visit_losses"))
        found = sorted(tuple(row) for row in rows)
    await db.close()
    assert found == sorted(
        (ids[name], "nobody_came", "nobody_came", many) for name, many in (("both", 90), ("one", 40))
    )


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_each_table_has_named_constraints(table: str) -> None:
    """A constraint without a name can't be changed later on SQLite."""
    assert all(constraint.name for constraint in Base.metadata.tables[table].constraints)
