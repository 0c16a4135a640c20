"""The desk at which visits are asked for, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest_asyncio

from broker.registration.service import Desk
from broker.storage.database import Database
from config import live
from config.settings import Settings
from tests.support.registering import Bookable, bookable, desk_of


@pytest_asyncio.fixture
async def both(migrated_url: str) -> AsyncIterator[Database]:
    """A migrated database: once SQLite, once PostgreSQL."""
    database = Database(migrated_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def desk(both: Database, make_settings: Callable[..., Settings], redis_url: str) -> AsyncIterator[Desk]:
    """Storage, settings, codes, letters."""
    settings = make_settings(redis_url=redis_url)
    redis = live.connect(settings)
    yield desk_of(both, settings, redis)
    await redis.aclose()


@pytest_asyncio.fixture
async def jail(both: Database) -> Bookable:
    """A jail with two terminals that takes visits from 10:00 to 12:15."""
    return await bookable(both)
