"""A migrated database, a Redis and a visit for the worker to work on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from broker.storage.database import Database
from broker.visit import Visit
from config import live
from config.settings import Settings
from tests.support.clock import ManualClock
from tests.support.visits import Place, booked


@pytest_asyncio.fixture
async def redis(make_settings: Callable[..., Settings], live_url: str) -> AsyncIterator[Redis]:
    """A client that may block as the worker's does, once for each Redis."""
    async with live.connect(make_settings(redis_url=live_url), block=1) as client:
        yield client


@pytest_asyncio.fixture
async def visit(db: Database, place: Place) -> Visit:
    """An approved visit at noon."""
    return await booked(db, place)


@pytest.fixture
def clock() -> ManualClock:
    """Noon, until told otherwise."""
    return ManualClock()
