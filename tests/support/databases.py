"""A migrated database, once on SQLite and once on PostgreSQL, and others opened on the same one.

For the conftest of a folder whose tests are to run on both: import the fixtures there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from broker.storage.database import Database
from tests.support.visits import Place, furnish


@pytest_asyncio.fixture
async def open_database(migrated_url: str) -> AsyncIterator[Callable[[], Database]]:
    """Open the migrated database once more, as another process would; all are closed at the end."""
    opened: list[Database] = []

    def open_() -> Database:
        opened.append(Database(migrated_url))
        return opened[-1]

    yield open_
    for each in opened:
        await each.close()


@pytest_asyncio.fixture
async def db(open_database: Callable[[], Database]) -> Database:
    """The migrated database."""
    return open_database()


@pytest_asyncio.fixture
async def place(db: Database) -> Place:
    """A jail with two terminals and an inmate."""
    return await furnish(db)
