"""Engines and transactions. SQLite and PostgreSQL differ here and in one migration, nowhere else.

SQLite: the driver must not begin transactions by itself (`isolation_level = None`), or reads run outside of any and
updates get lost; writers begin with BEGIN IMMEDIATE, readers with a plain BEGIN, which under WAL is a snapshot that
waits for nobody. Within this process writers queue at a lock: SQLite's own waiting is polling, and not fair.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from broker.storage.errors import DatabaseAway
from broker.storage.unit import UnitOfWork

WRITES = "mulakat_writes"
# Seconds. Waiting for one's turn may take as long as somebody stays in front of a page; a statement, not much longer.
_TURN_S = 15
_CONNECT_S = 5
_STATEMENT_S = 20
# Where PostgreSQL listens, unless the address says otherwise.
_PORT = 5432


class Database:
    """The durable store at a SQLAlchemy URL (`sqlite+aiosqlite:///…` or `postgresql+asyncpg://…`). Opens nothing until
    first used; `await close()` when done.
    """

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        self._readers = self.engine.execution_options(**{WRITES: False, "postgresql_readonly": True})
        self._writers = self.engine.execution_options(**{WRITES: True})
        self._queue = asyncio.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded store."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[UnitOfWork]:
        """A transaction that may write. It is rolled back on leaving unless `uow.commit()` was awaited.

        On SQLite one task at a time: begun within another one of the same task, it raises TimeoutError after a while.
        """
        async with AsyncExitStack() as stack:
            if self._queue is not None:
                async with asyncio.timeout(_TURN_S):
                    await stack.enter_async_context(self._queue)
            yield UnitOfWork(await stack.enter_async_context(_session(self._writers)))

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[UnitOfWork]:
        """A transaction that reads; the database refuses a write in it."""
        async with _session(self._readers) as session:
            yield UnitOfWork(session)

    async def reach(self) -> None:
        """Make a connection, before anything is asked of it. Raises DatabaseAway."""
        try:
            async with self.engine.connect():
                pass
        except (OSError, TimeoutError, SQLAlchemyError, asyncpg.PostgresError) as error:
            url = self.engine.url
            port = None if self.is_sqlite else url.port or _PORT
            raise DatabaseAway(url.host or "", port, type(error).__name__) from error

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _session(engine: AsyncEngine) -> AsyncSession:
    return AsyncSession(engine, expire_on_commit=False)


def create_engine(url: str) -> AsyncEngine:
    """An engine with the timeouts and, for SQLite, the transactions this project relies on. Its errors don't repeat
    what was to be written: they end up in logs, and rows are people.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=_TURN_S,
        pool_pre_ping=True,
        connect_args={
            "timeout": _CONNECT_S,
            "command_timeout": _STATEMENT_S + _CONNECT_S,
            "server_settings": {
                "application_name": "mulakat",
                "timezone": "UTC",
                "lock_timeout": f"{_TURN_S}s",
                "statement_timeout": f"{_STATEMENT_S}s",
                "idle_in_transaction_session_timeout": f"{4 * _STATEMENT_S}s",
            },
        },
    )


def _sqlite(url: str) -> AsyncEngine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, hide_parameters=True, pool_timeout=_TURN_S, connect_args={"timeout": _TURN_S})
    event.listen(engine.sync_engine, "connect", _prepare_connection)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare_connection(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor: Any = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
