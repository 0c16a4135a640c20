"""One house for all scenarios of a worker: each books its own visit on its own terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from redis.asyncio import Redis

from rooms.registry import Registry
from tests.scenarios.house import House


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The system as `./run` starts it."""
    house = House(tmp_path_factory.mktemp("house"))
    try:
        await house.start()
        yield house
    finally:
        await house.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def registry(house: House) -> AsyncIterator[Registry]:
    """What the consoles act through, on the house's own Redis."""
    async with Redis(unix_socket_path=str(house.var / "redis.sock"), decode_responses=True) as redis:
        yield Registry(redis)


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def everybody_goes_home(browsers: dict[str, Browser]) -> AsyncIterator[None]:
    """Close what a scenario has opened, also when it failed: a forgotten call would slow the next one down."""
    yield
    for browser in browsers.values():
        for context in browser.contexts:
            await context.close()
