"""One room node process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable

import pytest
from aiohttp import ClientConnectionError, ClientSession
from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from config.settings import Settings
from signaling.node.process import serve
from signaling.node.selfcheck import CannotServe
from tests.support.live import until


async def test_a_process_serves_until_it_is_asked_to_stop(settings: Settings) -> None:
    """Up: healthy, and its id written down. SIGTERM: gone, and the id with it."""
    running = asyncio.create_task(serve(settings, 0))
    health = f"http://127.0.0.1:{settings.node_port}/healthz"

    async def well() -> bool:
        try:
            async with ClientSession() as client, client.get(health) as answer:
                return answer.status == 200
        except ClientConnectionError:
            return False

    assert await until(well, seconds=60)
    pid = settings.var_dir / "node-0.pid"
    assert int(pid.read_text()) == os.getpid()
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(30):
        await running
    assert not pid.exists()
    assert not await well()


async def test_without_redis_a_process_does_not_start(make_settings: Callable[..., Settings]) -> None:
    """It says so and ends: a node that can't claim rooms is none."""
    settings = make_settings(redis_url="redis://127.0.0.1:1")
    with pytest.raises(RedisError):
        await serve(settings, 0)


async def test_a_taken_port_is_said_before_the_node_is_announced(settings: Settings, live_redis: Redis) -> None:
    """Somebody else listens where the node should: it says which port and what to set, and no room is sent to it."""
    server = await asyncio.start_server(lambda *_: None, settings.node_host, settings.node_port)
    with capture_logs() as logs, pytest.raises(CannotServe, match="TCP port for the WebSocket is taken"):
        await serve(settings, 0)
    server.close()
    [told] = [line for line in logs if line["event"] == "self_check" and line["fatal"]]
    assert (told["log_level"], told["port"]) == ("error", settings.node_port)
    assert "MULAKAT_NODE_PORT" in told["advice"]
    assert "node_announced" not in {line["event"] for line in logs}
    assert await live_redis.keys() == []
