"""When terminals were heard of, on a real Redis."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from broker.losses.heard import QUIET, Heard, hear, heard, neighbours
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


GONE = Heard(at(300), ((at(300), at(900)),))


@pytest.mark.parametrize(
    ("others", "together"),
    [
        ([Heard(at(292), ((at(292), at(910)),))], True),
        ([Heard(at(890))], False),
        ([Heard(at(292), ((at(292), at(910)),)), Heard(at(890))], False),
        ([Heard(at(-900), ((at(-900), at(910)),))], False),
        ([Heard(at(292), ((at(292), at(910)),)), Heard(at(-900), ((at(-900), at(910)),)), Heard(None)], True),
        ([Heard(at(890), ((at(400), at(500)),))], False),
        ([Heard(None)], False),
        ([], False),
    ],
    ids=[
        "the other as well",
        "the other spoke",
        "one of two spoke",
        "the other was off before",
        "one with it, one off before, one never there",
        "the other later",
        "the other was never there",
        "no other",
    ],
)
def test_jail_is_silent_where_its_terminals_fell_silent_together(others: list[Heard], together: bool) -> None:  # noqa: FBT001
    """One that spoke shows that the network works; one that had been switched off says nothing either way."""
    assert neighbours(GONE, others) == (GONE.gaps if together else ())


def test_each_silence_is_judged_by_itself() -> None:
    """The first was the terminal's alone, the second the whole jail's."""
    own = Heard(at(950), ((at(100), at(200)), (at(500), at(900))))
    other = Heard(at(950), ((at(510), at(890)),))
    assert neighbours(own, [other]) == ((at(500), at(900)),)
