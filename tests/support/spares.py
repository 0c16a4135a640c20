"""Migrated PostgreSQL databases that tests have given back: emptied, they are as good as new for a tenth of the work.

One whose tables, constraints, triggers or functions are no longer those of the template, or which does not let itself
be emptied, is dropped instead.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import asyncpg

from tests.support.postgresql import SUPERUSER, Cluster, Console

_SHAPE = """
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT concat('relation', relname, relkind, relnatts) FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat(conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat(tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat(proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS parts (part)
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_SEQUENCES = "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"
_VERSION = "alembic_version"
_LOCK = "SET lock_timeout = '10s'"
#: Neither foreign keys nor the triggers of tables that only grow are asked.
_UNGUARDED = "SET session_replication_role = replica"


class Spares:
    """Hands out databases like the template, each to one test at a time."""

    def __init__(self, cluster: Cluster, console: Console, template: str) -> None:
        self._cluster = cluster
        self._console = console
        self._template = template
        self._numbers = itertools.count(1)
        self._idle: list[str] = []
        self._tables: list[str] = []
        self._first_rows: dict[str, Sequence[asyncpg.Record]] = {}
        self._shape = console.wait_for(self._study())

    def take(self) -> str:
        """Return the name of a migrated database that nothing was written to."""
        if self._idle:
            return self._idle.pop()
        name = f"copy_{next(self._numbers)}"
        self._cluster.sql(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return name

    def give_back(self, name: str) -> None:
        """Empty it for the next test, or drop it."""
        if self._console.wait_for(self._empty(name)):
            self._idle.append(name)
        else:
            self._cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")

    async def _connect(self, name: str) -> asyncpg.Connection:
        return await asyncpg.connect(host=str(self._cluster.folder), user=SUPERUSER, database=name)

    async def _study(self) -> str:
        connection = await self._connect(self._template)
        try:
            tables = [str(row["relname"]) for row in await connection.fetch(_TABLES)]
            self._tables = [table for table in tables if table != _VERSION]
            for table in await self._written(connection):
                self._first_rows[table] = await connection.fetch(f'SELECT * FROM "{table}"')
            return str(await connection.fetchval(_SHAPE))
        finally:
            await connection.close()  # or nobody could copy it

    async def _written(self, connection: asyncpg.Connection) -> list[str]:
        each = (f"(SELECT '{table}' AS name FROM \"{table}\" LIMIT 1)" for table in self._tables)
        return [str(row["name"]) for row in await connection.fetch(" UNION ALL ".join(each))]

    async def _empty(self, name: str) -> bool:
        """Whether it is again what the template is."""
        connection = await self._connect(name)
        try:
            await connection.execute(_OTHERS)
            if await connection.fetchval(_SHAPE) != self._shape:
                return False
            await connection.execute(f"{_LOCK}; {_UNGUARDED}")
            for table in await self._written(connection):
                await connection.execute(f'DELETE FROM "{table}"')
            await connection.execute(_SEQUENCES)
            for table, rows in self._first_rows.items():
                await connection.copy_records_to_table(table, records=[tuple(row.values()) for row in rows])
        except asyncpg.PostgresError:
            return False
        else:
            return True
        finally:
            await connection.close()
