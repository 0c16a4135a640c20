"""An office with requests, on SQLite and on PostgreSQL, and a Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest_asyncio
from redis.asyncio import Redis

from config import live
from config.settings import Settings
from tests.broker.deciding.conftest import db, office, settings

__all__ = ["db", "office", "redis", "settings"]


@pytest_asyncio.fixture
async def redis(make_settings: Callable[..., Settings], live_url: str) -> AsyncIterator[Redis]:
    """A client, once for each Redis."""
    async with live.connect(make_settings(redis_url=live_url)) as client:
        yield client
