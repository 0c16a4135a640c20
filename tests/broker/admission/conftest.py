"""Limits on a real Redis, and the service on a real Redis and database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest_asyncio
from redis.asyncio import Redis

from broker.admission.service import AdmissionService
from broker.storage.database import Database
from config import live
from config.settings import Settings


@pytest_asyncio.fixture
async def redis(make_settings: Callable[..., Settings], live_url: str) -> AsyncIterator[Redis]:
    """The project's own client, once for each Redis."""
    async with live.connect(make_settings(redis_url=live_url)) as client:
        yield client


@pytest_asyncio.fixture
async def service(make_settings: Callable[..., Settings], db: Database, redis: Redis) -> AdmissionService:
    """Admission as the web process wires it."""
    return AdmissionService(make_settings(), db, redis)
