"""Which rooms are on somebody's wall."""

from __future__ import annotations

from redis.asyncio import Redis

from config import keys
from rooms.wall.interest import LIVES, show, shown
from tests.support.live import until


async def test_a_node_finds_the_rooms_on_any_wall_and_no_others(redis: Redis) -> None:
    """Two walls may overlap; a room on neither is not shown."""
    await show(redis, ["a", "b"])
    await show(redis, ["b", "c"])
    assert await shown(redis, ["a", "b", "c", "d"]) == {"a", "b", "c"}


async def test_a_wall_that_is_closed_is_soon_forgotten(redis: Redis) -> None:
    """Each showing counts for a few seconds; the next one begins them anew."""
    await show(redis, ["a"])
    await redis.expire(keys.wall("a"), 3)
    await show(redis, ["a"])
    assert LIVES - 1 <= await redis.ttl(keys.wall("a")) <= LIVES
    await redis.pexpire(keys.wall("a"), 1)

    async def forgotten() -> bool:
        return not await shown(redis, ["a"])

    assert await until(forgotten)


async def test_an_empty_wall_asks_nothing(redis: Redis) -> None:
    """Neither of Redis nor of a node."""
    await show(redis, [])
    assert await shown(redis, []) == frozenset()
