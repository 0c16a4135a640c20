"""web.inmates.upload: a file between its dry run and the confirmation, read by nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest_asyncio
from redis.asyncio import Redis

from broker.register.plan import Gone
from config import keys, live
from config.secrets import digest
from config.settings import Settings
from web.inmates import upload
from web.inmates.upload import Upload

KEPT = Upload(3, 7, Gone.MOVED, b"number,name\nUT/1,Sanjay\n")
KEY = "a key for tests"


@pytest_asyncio.fixture
async def redis(make_settings: Callable[..., Settings], redis_url: str) -> Redis:
    """An empty Redis."""
    return live.connect(make_settings(redis_url=redis_url))


async def test_whoever_sent_the_file_finds_it_again_and_nobody_else(redis: Redis) -> None:
    """Not under another token, another key, or by another member of staff."""
    async with redis:
        token = await upload.keep(redis, KEY, KEPT)
        assert await upload.find(redis, KEY, token, 7) == KEPT
        assert await upload.find(redis, KEY, token, 8) is None
        assert await upload.find(redis, KEY, token[::-1], 7) is None
        assert await upload.find(redis, "another key", token, 7) is None
        await upload.forget(redis, token)
        assert await upload.find(redis, KEY, token, 7) is None


async def test_a_copy_of_redis_names_nobody_and_the_file_goes_by_itself(redis: Redis) -> None:
    """Encrypted, for half an hour."""
    async with redis:
        token = await upload.keep(redis, KEY, KEPT)
        name = keys.register_upload(digest(token))
        assert b"Sanjay".hex() not in str(await redis.get(name))
        assert token not in name
        assert 0 < await redis.ttl(name) <= 1800
