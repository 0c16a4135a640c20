"""Bringing a database to the newest tables. Several processes may do it at once: one works, the others wait and then
find nothing to do.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from broker.storage.database import WRITES, create_engine
from broker.storage.errors import TablesBehind

# Any number will do, as long as nothing else in the database takes it for another purpose.
ADVISORY_LOCK = 7_145_520_221
_WAIT_S = 60.0
_PAUSE_S = 0.1


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without an ini file: it doesn't depend on the working directory."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def head() -> str:
    """The newest revision in the code."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    if revision is None:
        raise RuntimeError("the migrations are missing from the installation")
    return revision


async def migrate(url: str, revision: str = "head") -> None:
    """Upgrade the database at `url`."""
    await _apply(url, lambda connection: command.upgrade(config(connection), revision))


async def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to an older revision, or to "base": no tables, no data."""
    await _apply(url, lambda connection: command.downgrade(config(connection), revision))


async def current(url: str) -> str | None:
    """The database's revision, None when it has no tables yet."""
    engine = create_engine(url)
    try:
        return await _revision(engine)
    finally:
        await engine.dispose()


async def _revision(engine: AsyncEngine) -> str | None:
    async with engine.execution_options(**{WRITES: False}).connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def check(engine: AsyncEngine) -> None:
    """Raises TablesBehind for a database that was not migrated to what this code needs. One that is ahead is taken: a
    newer version has migrated it and is about to take over.
    """
    found, scripts = await _revision(engine), ScriptDirectory.from_config(config())
    needed = head()
    if found is None or (found != needed and found in {script.revision for script in scripts.walk_revisions()}):
        raise TablesBehind(found, needed)


async def _apply(url: str, work: Callable[[Connection], None]) -> None:
    engine = create_engine(url)
    try:
        async with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                await _prepare_sqlite(connection)
            async with connection.begin():
                if engine.dialect.name != "sqlite":
                    await _queue_up(connection)
                await connection.run_sync(work)
    finally:
        await engine.dispose()


async def _prepare_sqlite(connection: AsyncConnection) -> None:
    """Foreign keys off, for a table is rebuilt by dropping it, which would delete its children; and WAL on, which then
    stays in the file. Neither pragma works within a transaction. BEGIN IMMEDIATE is the lock that others wait at, for
    as long as it may take the one in front to make all tables and fill them.
    """
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.execute("PRAGMA foreign_keys = OFF")
    await driver.execute(f"PRAGMA busy_timeout = {int(_WAIT_S * 1000)}")
    deadline = time.monotonic() + _WAIT_S
    while True:
        try:
            await driver.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            # Two that change the mode at once are told so without any waiting, whatever busy_timeout says.
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(_PAUSE_S)


async def _queue_up(connection: AsyncConnection) -> None:
    await connection.execute(text("SET LOCAL statement_timeout = 0"))
    await connection.execute(text(f"SET LOCAL lock_timeout = {int(_WAIT_S * 1000)}"))
    await connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
