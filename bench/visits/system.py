"""The whole system as a deployment runs it, on one machine: database, Redis, web, node, worker, and a mail server."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from redis.asyncio import Redis

from broker.storage.database import Database
from broker.storage.migrate import migrate
from config.redis_child import private_redis

from ..databases import database
from ..load.machine import Cores
from ..relay import Choice
from ..serving import KEY
from .node import HOST, STARTS_WITHIN, Node, free_port, node_process, prefixed, running
from .postbox import Postbox, postbox


@dataclass(frozen=True, slots=True)
class System:
    """What runs. url: of the pages."""

    url: str
    node: Node
    box: Postbox
    db: Database
    redis: Redis


@asynccontextmanager
async def system(which: str, cores: Cores, engine: Choice) -> AsyncIterator[System]:
    """Start all of it with a fresh database, "sqlite" or "postgresql", and stop it. Raises OSError, TimeoutError.

    The node has the server's core; everything else shares the other with the families.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mulakat-")))
        url = stack.enter_context(database(which, folder))
        redis_url = stack.enter_context(private_redis(folder / "redis.sock"))
        await migrate(url)
        box = await stack.enter_async_context(postbox())
        port = free_port()
        common = {
            "secret_key": KEY,
            "database_url": url,
            "smtp_host": HOST,
            "smtp_port": str(box.port),
            "smtp_tls": "none",
        }
        serving = node_process(folder, redis_url, cores.server, engine, settings=common)
        node = await stack.enter_async_context(serving)
        pages = prefixed({
            **common, "var_dir": str(folder), "redis_url": redis_url, "port": str(port)
        })  # fmt: skip
        await stack.enter_async_context(running("web", environment=pages, log=folder / "web.log"))
        await stack.enter_async_context(running("broker", "worker", environment=pages, log=folder / "worker.log"))
        db = Database(url)
        stack.push_async_callback(db.close)
        redis = Redis.from_url(redis_url, decode_responses=True, protocol=2)
        stack.push_async_callback(redis.aclose)
        await _answers(f"http://{HOST}:{port}/healthz")
        yield System(f"http://{HOST}:{port}", node, box, db, redis)


async def _answers(url: str) -> None:
    async with aiohttp.ClientSession() as http, asyncio.timeout(STARTS_WITHIN):
        while True:
            try:
                async with http.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)
