"""The scripts' fences: what Redis itself refuses."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from config import keys
from config.facts import DownReason, EndReason, Fact, FactName
from rooms import scripts
from rooms.host.link import NodeLink, Snapshot
from rooms.presence import Presence, PresenceState
from rooms.registry import Registry
from tests.support.live import MOTHER, TERMINAL, make_spec, recorded

SNAPSHOT = Snapshot(
    "live",
    {},
    {MOTHER.participant: 3.0},
    changed=False,
    ways={(MOTHER.participant, "terminal-7", "video"): 2**33, (MOTHER.participant, "monitor-1", "audio"): 0},
)


def now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


SPEC = make_spec("room-1", now())


async def placed(redis: Redis, seconds: float = 900) -> NodeLink:
    """Return a node that holds a running room."""
    link = NodeLink(redis, "ws://127.0.0.1:1/ws")
    await link.announce()
    starts_at = now() - timedelta(seconds=1)
    await Registry(redis).place(make_spec("room-1", starts_at, (seconds + 1) / 60))
    return link


def ended(at: datetime) -> Fact:
    """Return the fact of an end."""
    return Fact(FactName.ROOM_ENDED, "room-1", at, reason=EndReason.SLOT_OVER)


async def test_a_holder_with_an_old_epoch_can_write_nothing(redis: Redis) -> None:
    """Neither seconds nor an end: the room is somebody else's by now."""
    link = await placed(redis)
    await redis.hset(keys.room("room-1"), "epoch", "2")
    assert not await link.save(SPEC, 1, SNAPSHOT)
    assert not await link.finish(SPEC, 1, SNAPSHOT, ended(now()))
    assert await redis.xlen(keys.FACTS) == 0
    assert await redis.exists(keys.connected("room-1")) == 0


async def test_another_node_can_write_nothing_even_with_the_right_epoch(redis: Redis) -> None:
    """The fence is node and epoch together."""
    await placed(redis)
    other = NodeLink(redis, "ws://127.0.0.1:2/ws")
    await other.announce()
    assert not await other.save(SPEC, 1, SNAPSHOT)


async def test_an_end_and_its_fact_are_written_once(redis: Redis) -> None:
    """The second writer is told that it was done; there is one fact."""
    link = await placed(redis)
    assert await link.finish(SPEC, 1, SNAPSHOT, ended(now()))
    assert not await link.finish(SPEC, 1, SNAPSHOT, ended(now()))
    assert not await link.save(SPEC, 1, SNAPSHOT)
    assert await redis.xlen(keys.FACTS) == 1
    assert await redis.zcard(keys.ROOMS) == 0
    assert await link.holdings() == set()


async def test_a_living_node_reaps_what_a_dead_one_left(redis: Redis) -> None:
    """The slot is over and the node gone: the room gets its end and its fact, with the seconds last saved."""
    dead = await placed(redis, seconds=0.2)
    await dead.save(SPEC, 1, SNAPSHOT)
    reborn = NodeLink(redis, dead.url)
    await reborn.announce()
    assert await reborn.reap(now()) == 0
    await asyncio.sleep(0.3)
    assert await reborn.reap(now()) == 1
    assert await reborn.reap(now()) == 0
    state = await Registry(redis).room("room-1")
    assert state is not None
    assert (state.state, state.end_reason, state.ended_at) == ("ended", EndReason.SLOT_OVER, state.spec.ends_at)
    [fact] = await recorded(redis)
    assert (fact.at, fact.reason, fact.seconds) == (state.spec.ends_at, "slot_over", {MOTHER.participant: 3.0})
    assert set(fact.ways) == {(*way, packets) for way, packets in SNAPSHOT.ways.items()}


async def test_whose_media_went_with_a_dead_node_is_reaped_with_the_room(redis: Redis) -> None:
    """Nobody took the room over: their paths are down since the node was last heard of, and then the room ends."""
    dead = await placed(redis, seconds=0.2)
    states = {MOTHER: PresenceState.CONNECTED, TERMINAL: PresenceState.DISCONNECTED}
    presence = {seat.participant: Presence(seat.role, state, now()) for seat, state in states.items()}
    saved = now()
    await dead.save(SPEC, 1, Snapshot("live", presence, {}, changed=False))
    reborn = NodeLink(redis, dead.url)
    await reborn.announce()
    await asyncio.sleep(0.3)
    assert await reborn.reap(now()) == 1
    down, ended = await recorded(redis)
    assert (down.name, down.participant, down.role) == (FactName.MEDIA_DOWN, MOTHER.participant, "visitor")
    assert down.reason == DownReason.NODE
    assert abs(down.at - saved) < timedelta(milliseconds=200)
    assert ended.name is FactName.ROOM_ENDED


async def test_nobody_reaps_a_room_whose_node_lives(redis: Redis) -> None:
    """However late it is: the holder ends its own rooms."""
    link = await placed(redis, seconds=0.1)
    other = NodeLink(redis, "ws://127.0.0.1:2/ws")
    await other.announce()
    await asyncio.sleep(0.2)
    assert await other.reap(now()) == 0
    assert await link.holdings() == {"room-1"}


@pytest.mark.parametrize("name", [name for name in vars(scripts) if name.isupper() and not name.startswith("_")])
async def test_every_script_is_lua_that_this_redis_understands(redis: Redis, name: str) -> None:
    """Loading compiles it."""
    assert len(await redis.script_load(getattr(scripts, name))) == 40
