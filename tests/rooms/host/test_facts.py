"""Facts on their way to the stream."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from config.facts import Fact, FactName
from rooms.host.facts import BATCH, FactWriter
from tests.support.clock import NOON
from tests.support.live import recorded, until
from tests.support.proxy import Proxy


def fact(number: int) -> Fact:
    """Return one of many."""
    return Fact(FactName.PARTICIPANT_JOINED, f"room-{number}", NOON + timedelta(seconds=number))


async def test_facts_arrive_in_order(redis: Redis) -> None:
    """As they were written."""
    writer = FactWriter(redis)
    running = asyncio.create_task(writer.run())
    for number in range(20):
        writer.write(fact(number))
    await writer.flush(5)
    assert await recorded(redis) == [fact(number) for number in range(20)]
    running.cancel()


async def test_facts_wait_while_redis_is_away_and_none_is_lost(redis: Redis, live_url: str) -> None:
    """Writing returns at once all the same; when Redis is back they arrive, once each, in order."""
    proxy = await Proxy.start(live_url)
    client = Redis.from_url(proxy.url, decode_responses=True, socket_timeout=0.3, socket_connect_timeout=0.3)
    writer = FactWriter(client)
    running = asyncio.create_task(writer.run())
    writer.write(fact(0))
    await writer.flush(5)
    await proxy.cut()
    for number in range(1, 5):
        writer.write(fact(number))
    await writer.flush(0.2)
    assert len(await recorded(redis)) == 1
    await proxy.mend()

    async def arrived() -> bool:
        return await recorded(redis) == [fact(number) for number in range(5)]

    assert await until(arrived)
    running.cancel()
    await client.aclose()
    await proxy.cut()


async def test_hundreds_of_facts_are_written_in_a_few_steps(redis: Redis) -> None:
    """At the end of a slot each room has some; they arrive in order, whole batches at once."""
    executed: list[int] = []
    pipeline = redis.pipeline

    def counted(**options: Any) -> object:
        made = pipeline(**options)
        execute = made.execute

        async def count() -> object:
            executed.append(len(made))
            return await execute()

        made.execute = count  # type: ignore[method-assign, assignment]
        return made

    redis.pipeline = counted  # type: ignore[method-assign, assignment]
    writer = FactWriter(redis)
    for number in range(2 * BATCH + 1):
        writer.write(fact(number))
    running = asyncio.create_task(writer.run())
    await writer.flush(5)
    running.cancel()
    assert executed == [BATCH, BATCH, 1]
    assert await recorded(redis) == [fact(number) for number in range(2 * BATCH + 1)]
