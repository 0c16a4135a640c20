"""An office with requests, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from broker.storage.database import Database
from config.settings import Settings
from tests.support.deciding import Office, open_office


@pytest_asyncio.fixture
async def db(migrated_url: str) -> AsyncIterator[Database]:
    """The migrated database, once of each kind."""
    database = Database(migrated_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def office(db: Database) -> Office:
    """A jail that decides."""
    return await open_office(db)


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Settings; nothing of them is connected to."""
    return make_settings()
