"""A client of an empty, real Redis: once the private child, once the distribution's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis


@pytest.fixture
async def redis(live_url: str) -> AsyncIterator[Redis]:
    """Return a client that speaks str."""
    client = Redis.from_url(live_url, decode_responses=True, protocol=2)
    yield client
    await client.aclose()
