"""One-time codes on both kinds of Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from pydantic import SecretStr
from redis.asyncio import Redis

from broker.onetime import OneTimeCodes
from tests.support.settings import SECRET_KEY


@pytest_asyncio.fixture
async def redis(live_url: str) -> AsyncIterator[Redis]:
    """An empty Redis."""
    client = Redis.from_url(live_url, decode_responses=True)
    yield client
    await client.aclose()


@pytest_asyncio.fixture
async def codes(redis: Redis) -> OneTimeCodes:
    """The codes of this installation."""
    return OneTimeCodes(redis, SecretStr(SECRET_KEY))
