"""The pages' application as `python -m web` serves it."""

from __future__ import annotations

from typing import Any

from aiohttp.test_utils import TestServer
from aiohttp.web import BaseRunner

from web.__main__ import SHUTDOWN_SECONDS


class PageServer(TestServer):
    """aiohttp's, except that a handler goes on when its browser has gone, as behind web.run_app().

    Cancelled in the middle of a transaction on SQLite, one of fifty kept its lock: the driver lets go of a connection
    without ending what its thread is at.
    """

    async def _make_runner(self, **kwargs: Any) -> BaseRunner:
        return await super()._make_runner(
            **{**kwargs, "handler_cancellation": False, "shutdown_timeout": SHUTDOWN_SECONDS}
        )
