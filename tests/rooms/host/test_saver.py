"""Saving a room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from config import keys
from config.clock import SystemClock
from config.facts import EndReason, Fact, FactName
from rooms.host.link import NodeLink
from rooms.host.saver import Saver
from rooms.host.tasks import end
from rooms.host.turns import Turns
from rooms.presence import PresenceState
from rooms.registry import Registry
from rooms.room import Room
from rooms.seats import Role
from tests.support.live import MOTHER, StillCounters, StillRoom, make_spec, recorded, until


class Saved:
    """A room that is claimed, with its saver."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.now = datetime.now(UTC)
        self.spec = make_spec("room-1", self.now - timedelta(seconds=1))
        self.room = Room(self.spec, self.now, opened=True)
        self.fenced = 0
        self.link = NodeLink(redis, "ws://127.0.0.1:1/ws")

    async def start(self, carried: dict[tuple[str, str, str], int] | None = None) -> None:
        """Claim the room, and run its saver."""
        await self.link.announce()
        await self.link.adopt(self.spec)
        clock = SystemClock()
        media = StillRoom()
        self.saver = Saver(
            self.room,
            media,
            self.link,
            1,
            clock=clock,
            turns=Turns(clock.monotonic),
            fenced=self._fenced,
            carried=carried,
        )
        self.task = asyncio.create_task(self.saver.run())

    def _fenced(self) -> None:
        self.fenced += 1


@pytest.fixture
async def saved(redis: Redis) -> AsyncIterator[Saved]:
    """Return a claimed room with a running saver."""
    each = Saved(redis)
    await each.start()
    yield each
    await end([each.task])
    await each.link.close()


async def test_what_changed_is_saved_at_once(saved: Saved) -> None:
    """Somebody came: consoles see them without waiting for the next round."""
    saved.room.enter(MOTHER.participant, Role.VISITOR, saved.now)
    saved.saver.save_soon()

    async def seen() -> bool:
        presence = (await Registry(saved.redis).presence("room-1")).get(MOTHER.participant)
        return presence is not None and presence.state is PresenceState.CHECKING

    assert await until(seen, seconds=1)


async def test_seconds_are_saved_by_themselves(saved: Saved) -> None:
    """Nothing happens in the room, and yet no more than two seconds could be lost."""
    saved.room.enter(MOTHER.participant, Role.VISITOR, saved.now)
    saved.room.tick(saved.now)
    saved.room.media_up(MOTHER.participant, saved.now)

    async def counted() -> bool:
        return (await Registry(saved.redis).connected("room-1")).get(MOTHER.participant, 0) > 1.5

    assert await until(counted, seconds=4)


async def test_a_refused_save_says_that_the_room_is_somebody_elses(saved: Saved) -> None:
    """Once, and nothing more is written."""
    await saved.redis.hset(keys.room("room-1"), "epoch", "2")
    saved.saver.save_soon()
    async with asyncio.timeout(5):
        await saved.task
    assert saved.fenced == 1
    assert await saved.redis.exists(keys.connected("room-1")) == 0


async def test_the_end_is_written_with_what_the_relay_counted(saved: Saved) -> None:
    """State, reason, time and fact, in one step; then the saver is done."""
    saved.saver.finish(Fact(FactName.ROOM_ENDED, "room-1", saved.now, reason=EndReason.ENDED_BY_STAFF), StillCounters())
    async with asyncio.timeout(5):
        await saved.task
    state = await Registry(saved.redis).room("room-1")
    assert state is not None
    assert (state.state, state.end_reason) == ("ended", EndReason.ENDED_BY_STAFF)
    [fact] = await recorded(saved.redis)
    assert (fact.reason, fact.forwarded) == ("ended_by_staff", 12)
    assert fact.ways == (("visitor-a", "monitor-1", "audio", 0), ("visitor-a", "terminal-7", "video", 12))
    assert saved.fenced == 0


async def test_what_was_forwarded_is_saved_with_the_zeros(saved: Saved) -> None:
    """By itself, within two seconds: a killed node takes no more of the record with it."""

    async def counted() -> bool:
        return await Registry(saved.redis).ways("room-1") == dict(StillCounters().ways)

    assert await until(counted, seconds=4)


async def test_what_an_earlier_node_forwarded_is_added_to(redis: Redis) -> None:
    """In what is saved and in the fact: on ways of both nodes, and on those of one only."""
    each = Saved(redis)
    way, gone = ("visitor-a", "terminal-7", "video"), ("visitor-a", "monitor-0", "video")
    await each.start(carried={way: 100, gone: 5})
    each.saver.finish(Fact(FactName.ROOM_ENDED, "room-1", each.now, reason=EndReason.SLOT_OVER), StillCounters())
    async with asyncio.timeout(5):
        await each.task
    [fact] = await recorded(redis)
    assert fact.forwarded == 100 + 5 + 12
    assert set(fact.ways) == {(*way, 112), (*gone, 5), ("visitor-a", "monitor-1", "audio", 0)}
    assert (await Registry(redis).ways("room-1"))[way] == 112


async def test_a_stopped_saver_writes_nothing_more(saved: Saved) -> None:
    """The room has moved: its state is the next node's to write."""
    saved.saver.stop()
    async with asyncio.timeout(5):
        await saved.task
    assert await saved.redis.exists(keys.connected("room-1")) == 0
