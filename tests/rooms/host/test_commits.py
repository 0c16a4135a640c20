"""What many write in the same instant, in one round trip."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from rooms.host.commits import AT_ONCE, Call, GroupCommit

ADD = "return redis.call('RPUSH', KEYS[1], ARGV[1])"


@pytest.fixture
async def deaf() -> AsyncIterator[Redis]:
    """A Redis that is not there."""
    async with Redis.from_url("redis://127.0.0.1:1", protocol=2, retry=None) as client:
        yield client


async def connections(redis: Redis) -> int:
    """How many there have ever been."""
    return int((await redis.info("stats"))["total_connections_received"])


async def test_everybody_gets_the_answers_to_their_own(redis: Redis) -> None:
    """In the order they came, though many went together; and all of it over one connection more at most."""
    group, add = GroupCommit(redis), redis.register_script(ADD)
    before = await connections(redis)
    many = range(3 * AT_ONCE + 1)
    answers = await asyncio.gather(*(group.run(Call(add, ["x"], [n]), Call(add, ["y"], [n])) for n in many))
    assert answers == [[n + 1, n + 1] for n in many]
    assert await redis.lrange("x", 0, -1) == [str(n) for n in many]
    assert await connections(redis) <= before + 1


async def test_one_that_fails_fails_alone(redis: Redis) -> None:
    """Who had a script that failed is told so; whose went with it are not concerned."""
    group, add = GroupCommit(redis), redis.register_script(ADD)
    await redis.set("text", "no list")
    good, bad, other = await asyncio.gather(
        *(group.run(Call(add, [key], [1])) for key in ("x", "text", "y")), return_exceptions=True
    )
    assert (good, other) == ([1], [1])
    assert isinstance(bad, ResponseError)


async def test_without_redis_everybody_who_waits_is_told(deaf: Redis) -> None:
    """Those too for whom there was no room in the pipeline that failed; and whoever comes later is heard again."""
    group, add = GroupCommit(deaf), deaf.register_script(ADD)
    many = [group.run(Call(add, ["x"], [n])) for n in range(2 * AT_ONCE)]
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*many, return_exceptions=True)
        assert all(isinstance(each, RedisError) for each in answers)
        with pytest.raises(RedisError):
            await group.run(Call(add, ["x"], [1]))


async def test_who_stops_waiting_holds_nobody_up(redis: Redis) -> None:
    """The others of the same pipeline get their answers."""
    group, add = GroupCommit(redis), redis.register_script(ADD)
    one, two = (asyncio.create_task(group.run(Call(add, ["x"], [n]))) for n in range(2))
    await asyncio.sleep(0)
    one.cancel()
    async with asyncio.timeout(5):
        assert await two == [2]
    assert one.cancelled()
