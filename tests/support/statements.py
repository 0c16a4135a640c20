"""What SQL is compiled to, kept for all tests of a process: each has its own engines, which would begin with nothing.

SQLAlchemy keeps it by dialect object, and each engine makes one. Those of one driver and one server's version are as
good as each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

_SIZE = 5_000
"""Statements: ten times what one engine keeps."""


def _hash(dialect: Any) -> int:
    return hash(type(dialect))


def _same(dialect: Any, other: Any) -> bool:
    return type(dialect) is type(other) and dialect.server_version_info == other.server_version_info


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """In this process, for every engine of the product's."""
    kept: LRUCache[Any, Any] = LRUCache(_SIZE)

    def create(url: str, **options: Any) -> AsyncEngine:
        engine = create_async_engine(url, **options)
        engine.sync_engine._compiled_cache = kept
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("broker.storage.database.create_async_engine", create)
        for dialect in (PGDialect_asyncpg, SQLiteDialect_aiosqlite):
            patch.setattr(dialect, "__hash__", _hash)
            patch.setattr(dialect, "__eq__", _same)
        yield
