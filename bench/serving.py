"""The web application to be measured, over real sockets, with a Redis of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from config.redis_child import private_redis
from config.settings import Settings
from web.app import create_app

KEY = "a key for measurements only, long"


@asynccontextmanager
async def served(url: str, folder: Path) -> AsyncIterator[TestServer]:
    """The application on the migrated database at `url`; what else it keeps is in `folder`."""
    with private_redis(folder / "redis.sock") as redis_url:
        settings = Settings(var_dir=folder, database_url=url, redis_url=redis_url, secret_key=SecretStr(KEY))
        server = TestServer(create_app(settings), port=settings.port)
        await server.start_server()
        try:
            yield server
        finally:
            await server.close()
