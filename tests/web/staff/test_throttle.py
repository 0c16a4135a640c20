"""web.staff.throttle: tries are counted for all of their subjects at once, or for none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from config import live
from config.settings import Settings
from web.staff.throttle import Limit, clear, give_back, take

NAME = Limit("test:name", tries=3, window=900)
ADDRESS = Limit("test:address", tries=5, window=60)
OTHER_NAME = Limit("test:other", tries=3, window=900)


@pytest.fixture
async def redis(make_settings: Callable[..., Settings], live_url: str) -> AsyncIterator[Redis]:
    """An empty Redis, once of each kind."""
    async with live.connect(make_settings(redis_url=live_url)) as client:
        yield client


async def test_somebody_tries_up_to_the_limit_and_then_waits_for_its_window(redis: Redis) -> None:
    """Three go on, the fourth is told how long to wait."""
    assert [await take(redis, [NAME]) for _ in range(3)] == [0, 0, 0]
    assert 0 < await take(redis, [NAME]) <= 900


async def test_a_burst_of_tries_gets_no_more_through_than_the_limit(redis: Redis) -> None:
    """Fifty at once are counted one by one."""
    answers = await asyncio.gather(*(take(redis, [NAME, ADDRESS]) for _ in range(50)))
    assert answers.count(0) == 3


async def test_a_refused_try_counts_against_none_of_its_subjects(redis: Redis) -> None:
    """Hammering on a locked name uses up neither the name's next window nor the address of everybody else."""
    for _ in range(3):
        await take(redis, [NAME, ADDRESS])
    for _ in range(20):
        assert await take(redis, [NAME, ADDRESS]) > 0
    assert (await redis.get(NAME.key), await redis.get(ADDRESS.key)) == ("3", "3")
    assert await take(redis, [OTHER_NAME, ADDRESS]) == 0


async def test_the_longest_of_several_waits_is_told(redis: Redis) -> None:
    """Coming back after the shorter one would be refused again."""
    for _ in range(3):
        await take(redis, [NAME])
    for _ in range(5):
        await take(redis, [ADDRESS])
    assert await take(redis, [ADDRESS, NAME]) > 60


async def test_a_lock_ends_in_time_although_somebody_keeps_trying(redis: Redis) -> None:
    """Neither a try nor a refusal moves the window's end, which begins with the first try."""
    await take(redis, [NAME])
    await redis.expire(NAME.key, 7)
    answers = [await take(redis, [NAME]) for _ in range(5)]
    assert answers[:2] == [0, 0]
    assert all(0 < wait <= 7 for wait in answers[2:])
    assert 0 < await redis.ttl(NAME.key) <= 7


async def test_a_success_gives_its_own_try_back_and_never_more(redis: Redis) -> None:
    """Giving back on an empty or a missing counter earns nobody a free try."""
    await give_back(redis, ADDRESS)
    await take(redis, [ADDRESS])
    for _ in range(4):
        await give_back(redis, ADDRESS)
    assert [await take(redis, [ADDRESS]) for _ in range(6)].count(0) == 5


async def test_giving_a_try_back_keeps_the_windows_end(redis: Redis) -> None:
    """A counter without an end would lock an office out for ever."""
    await take(redis, [ADDRESS])
    await take(redis, [ADDRESS])
    await give_back(redis, ADDRESS)
    assert 0 < await redis.ttl(ADDRESS.key) <= 60


async def test_clearing_one_name_frees_no_other(redis: Redis) -> None:
    """A success forgets the tries it is told to, and those alone."""
    for limit in (NAME, OTHER_NAME):
        for _ in range(3):
            await take(redis, [limit])
    await clear(redis, [NAME])
    assert await take(redis, [NAME]) == 0
    assert await take(redis, [OTHER_NAME]) > 0


async def test_nobody_goes_on_when_the_counters_cannot_be_read(redis: Redis) -> None:
    """An error is raised, not a zero answered; the sound counter beside it isn't raised either."""
    await redis.hset(NAME.key, "not", "a counter")
    with pytest.raises(RedisError):
        await take(redis, [ADDRESS, NAME])
    assert await redis.get(ADDRESS.key) is None
