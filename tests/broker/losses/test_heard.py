"""When terminals were heard of, on a real Redis."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from broker.losses.heard import LATELY, QUIET, Heard, hear, heard, neighbours
from config import keys
from tests.support.clock import NOON
from tests.support.losses import at

SECOND = timedelta(seconds=1)


async def test_page_that_speaks_regularly_leaves_no_gap(redis: Redis) -> None:
    """Every ten seconds, and as late as is still no silence."""
    for seconds in (0, 10, 20, 20 + QUIET / SECOND):
        await hear(redis, 7, at(seconds))
    assert await heard(redis, [7], at(41)) == {7: Heard(at(40))}


async def test_silence_is_kept_when_the_page_speaks_again(redis: Redis) -> None:
    """From the last word to the next one; a silence that lasts is one until now."""
    for seconds in (0, 60, 65, 200):
        await hear(redis, 7, at(seconds))
    await hear(redis, 8, at(190))
    found = await heard(redis, [7, 8, 9], at(201))
    assert found[7] == Heard(at(200), ((at(0), at(60)), (at(65), at(200))))
    assert found[8] == Heard(at(190))
    assert found[9] == Heard(None)
    later = await heard(redis, [7], at(300))
    assert later[7].gaps[-1] == (at(200), at(300))
    assert await heard(redis, [], NOON) == {}


async def test_silences_are_forgotten_after_two_days(redis: Redis) -> None:
    """Long after every visit they could speak of is closed."""
    client: Any = redis
    await hear(redis, 7, NOON)
    await hear(redis, 7, at(100))
    await hear(redis, 7, NOON + timedelta(days=3))
    assert len((await heard(redis, [7], NOON + timedelta(days=3)))[7].gaps) == 1
    assert 0 < await client.ttl(keys.terminal_gaps(7)) <= 2 * 86_400


def test_jail_is_silent_when_every_terminal_is_that_was_alive_before() -> None:
    """One that spoke shows that the network works; one that was off all day says nothing."""
    gone, there = Heard(at(300), ((at(300), at(900)),)), Heard(at(890))
    off = Heard(at(-7200), ((at(-7200), at(900)),))
    blinked = Heard(at(880), ((at(400), at(500)),))
    assert neighbours([gone], NOON) == ((at(300), at(900)),)
    assert neighbours([gone, there], NOON) == ()
    assert neighbours([gone, off], NOON) == ((at(300), at(900)),)
    assert neighbours([gone, blinked], NOON) == ((at(400), at(500)),)
    assert neighbours([off, Heard(None)], NOON) == neighbours([], NOON) == ()


def test_terminal_that_spoke_within_the_hour_before_counts() -> None:
    """Even if it has been silent since before the slot: then it fell silent with the others."""
    early = Heard(at(-600), ((at(-600), at(900)),))
    assert neighbours([early], NOON) == ((at(-600), at(900)),)
    too_early = NOON - LATELY - SECOND
    assert neighbours([Heard(too_early, ((too_early, at(900)),))], NOON) == ()
