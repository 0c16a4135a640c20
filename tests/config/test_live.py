"""The clients of Redis: what they speak, and that none waits for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from config import live
from config.logging import redact
from config.settings import Settings


async def test_the_client_speaks_str(make_settings: Callable[..., Settings], live_url: str) -> None:
    """What was written in any script comes back as it was."""
    async with live.connect(make_settings(redis_url=live_url)) as redis:
        await redis.set("name", "मुलाक़ात")
        assert await redis.get("name") == "मुलाक़ात"


async def test_absent_server_is_an_error_at_once(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    """Nobody listens: the caller hears of it well before a person loses patience."""
    async with live.connect(make_settings(redis_url=f"unix://{tmp_path}/nobody.sock")) as redis:
        before = time.monotonic()
        with pytest.raises(RedisConnectionError):
            await redis.ping()
        assert time.monotonic() - before < live.TIMEOUT


async def test_server_that_says_nothing_is_an_error_in_time(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    """A server that takes the connection and never answers costs the timeout, once."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # to the end, which is when the client gives up
        writer.close()
        gone.set()

    gone = asyncio.Event()
    path = str(tmp_path / "silent.sock")
    async with await asyncio.start_unix_server(silent, path):
        async with live.connect(make_settings(redis_url=f"unix://{path}")) as redis:
            before = time.monotonic()
            with pytest.raises(RedisTimeoutError):
                await redis.ping()
            assert live.TIMEOUT * 0.9 < time.monotonic() - before < live.TIMEOUT * 2
        await asyncio.wait_for(gone.wait(), live.TIMEOUT)


async def test_pages_get_the_answer_that_came_while_their_process_was_kept_from_running(
    make_settings: Callable[..., Settings], live_url: str
) -> None:
    """A machine that gives the process no time for longer than a node would wait makes no outage of it."""
    async with live.connect(make_settings(redis_url=live_url), timeout=live.PATIENT) as redis:
        await redis.client_pause(200)
        answer = asyncio.ensure_future(redis.ping())
        await asyncio.sleep(0.1)
        assert not answer.done(), "it is waited for"
        time.sleep(live.TIMEOUT + 0.2)  # noqa: ASYNC251 - the loop stands still, and meanwhile the answer comes
        assert await answer


async def test_blocking_read_outlasts_the_timeout(make_settings: Callable[..., Settings], live_url: str) -> None:
    """A client made for blocking reads gets their empty answer instead of a timeout."""
    settings = make_settings(redis_url=live_url)
    async with live.connect(settings, block=live.TIMEOUT + 0.5) as redis:
        before = time.monotonic()
        assert not await redis.xread({"nothing": "$"}, block=int((live.TIMEOUT + 0.5) * 1000))
        assert time.monotonic() - before > live.TIMEOUT


async def test_quiet_subscription_is_no_error(make_settings: Callable[..., Settings], live_url: str) -> None:
    """A subscriber may hear nothing for longer than the timeout and still gets the next message."""
    settings = make_settings(redis_url=live_url)
    async with live.connect(settings) as redis, redis.pubsub(ignore_subscribe_messages=True) as subscription:
        await subscription.subscribe("news")
        assert await subscription.get_message(timeout=live.TIMEOUT + 0.5) is None
        await redis.publish("news", "here")
        message = await subscription.get_message(timeout=live.TIMEOUT)
        assert message is not None
        assert message["data"] == "here"


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://:hunter2@live.example:6380/1", {"host": "live.example", "port": 6380}),
        ("rediss://[2001:db8::1]", {"host": "2001:db8::1", "port": 6379}),
        ("unix:///run/redis.sock?db=1", {"path": "/run/redis.sock"}),
    ],
)
def test_where_redis_is_can_be_logged(
    make_settings: Callable[..., Settings], url: str, place: dict[str, str | int]
) -> None:
    """Without a password, and with the port as a number: in a sentence it would be taken for a code."""
    assert live.place(make_settings(redis_url=url)) == place
    assert redact(None, "error", dict(place)) == place
