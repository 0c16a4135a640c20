"""What staff do around sessions is tested on both databases; limits on a real Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest_asyncio
from redis.asyncio import Redis

from config import live
from config.settings import Settings
from tests.support.databases import db, open_database, place

__all__ = ["db", "open_database", "place", "redis"]


@pytest_asyncio.fixture
async def redis(make_settings: Callable[..., Settings], redis_url: str) -> AsyncIterator[Redis]:
    """The project's own client."""
    async with live.connect(make_settings(redis_url=redis_url)) as client:
        yield client
