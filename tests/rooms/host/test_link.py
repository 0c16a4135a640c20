"""A node's hold on Redis."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from config import keys
from rooms.errors import NotMine, RoomEnded
from rooms.host.link import NodeLink
from tests.support.live import make_spec

ONE, TWO = "ws://127.0.0.1:1/ws", "ws://127.0.0.1:2/ws"


async def announced(redis: Redis, url: str, dead_after: float = 5.0) -> NodeLink:
    """Return a node that is known."""
    link = NodeLink(redis, url, dead_after)
    await link.announce()
    return link


def running() -> datetime:
    """Return a start that lies a second back."""
    return datetime.now(UTC) - timedelta(seconds=1)


async def test_every_boot_has_a_name_of_its_own(redis: Redis) -> None:
    """The newest behind an address is the one that lives; the one before can beat no more."""
    first = await announced(redis, ONE)
    second = await announced(redis, ONE)
    assert first.node != second.node
    assert await first.beat() is None
    assert await second.beat() is not None
    assert not await second.is_alive(first.node)
    assert await second.is_alive(second.node)


async def test_a_beat_that_comes_too_late_does_not_count(redis: Redis) -> None:
    """Others may have taken the rooms meanwhile: the node has to announce itself anew."""
    link = await announced(redis, ONE, dead_after=0.1)
    await asyncio.sleep(0.2)
    assert await link.beat() is None
    await link.announce()
    assert await link.beat() is not None


async def test_a_beat_says_what_time_it_is(redis: Redis) -> None:
    """Redis' own time, to check one's clock against."""
    link = await announced(redis, ONE)
    shared = await link.beat()
    assert shared is not None
    assert abs(shared - datetime.now(UTC).timestamp()) < 1


async def test_only_what_nobody_living_holds_can_be_adopted(redis: Redis) -> None:
    """Taken once, refused to others, taken by the next after the holder has retired."""
    spec = make_spec("room-1", running())
    one, two = await announced(redis, ONE), await announced(redis, TWO)
    assert (await one.adopt(spec)).claim.node == one.node
    with pytest.raises(NotMine):
        await two.adopt(spec)
    await one.retire()
    assert (await two.adopt(spec)).claim.epoch == 2


async def test_a_buried_node_can_adopt_nothing(redis: Redis) -> None:
    """It may not even know yet."""
    buried = await announced(redis, ONE)
    await announced(redis, ONE)
    with pytest.raises(NotMine):
        await buried.adopt(make_spec("room-1", running()))
    assert await redis.exists(keys.room("room-1")) == 0


async def test_a_room_that_is_over_cannot_be_adopted(redis: Redis) -> None:
    """Whoever comes with a session of yesterday."""
    link = await announced(redis, ONE)
    with pytest.raises(RoomEnded):
        await link.adopt(make_spec("room-1", running() - timedelta(days=1)))


async def test_holdings_are_the_rooms_placed_here(redis: Redis) -> None:
    """Adopted ones are in the list until they are dropped from it."""
    link = await announced(redis, ONE)
    await link.adopt(make_spec("room-1", running()))
    await link.adopt(make_spec("room-2", running()))
    await link.drop("room-1")
    assert await link.holdings() == {"room-2"}
