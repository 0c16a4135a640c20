"""The invented world in a database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from broker import demo
from broker.storage.database import Database


@pytest_asyncio.fixture
async def empty(migrated_url: str) -> AsyncIterator[Database]:
    """A migrated database with nothing in it."""
    db = Database(migrated_url)
    yield db
    await db.close()


@pytest_asyncio.fixture
async def world(empty: Database) -> Database:
    """The same, seeded."""
    await demo.seed(empty)
    return empty
