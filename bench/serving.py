"""The web application to be measured, over real sockets as `python -m web` serves it, with a Redis of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer
from aiohttp.web import BaseRunner
from pydantic import SecretStr

from config.redis_child import private_redis
from config.settings import Settings
from web.__main__ import SHUTDOWN_SECONDS
from web.app import create_app

KEY = "a key for measurements only, long"


class PageServer(TestServer):
    """aiohttp's, except that a handler goes on when its browser has gone, as behind web.run_app().

    Cancelled in the middle of a transaction on SQLite, one of fifty kept its lock: the driver lets go of a connection
    without ending what its thread is at.
    """

    async def _make_runner(self, **kwargs: Any) -> BaseRunner:
        return await super()._make_runner(
            **{**kwargs, "handler_cancellation": False, "shutdown_timeout": SHUTDOWN_SECONDS}
        )


@asynccontextmanager
async def served(url: str, folder: Path) -> AsyncIterator[PageServer]:
    """The application on the migrated database at `url`; what else it keeps is in `folder`."""
    with private_redis(folder / "redis.sock") as redis_url:
        settings = Settings(var_dir=folder, database_url=url, redis_url=redis_url, secret_key=SecretStr(KEY))
        server = PageServer(create_app(settings), port=settings.port)
        await server.start_server()
        try:
            yield server
        finally:
            await server.close()
