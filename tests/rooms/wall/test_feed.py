"""What a node gives to the walls, with real Redis, rooms without packets, and a real decoder."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bench.pictures import encode, painted
from config import keys
from config.facts import EndReason
from rooms.host.tasks import end
from rooms.media import Reading
from rooms.presence import Devices
from rooms.room import Room
from rooms.seats import Kind, Role
from rooms.wall.alert import AlertKind
from rooms.wall.feed import AT_ONCE, LOOKED_AT, WallFeed, attendances
from rooms.wall.interest import show
from rooms.wall.meters import alerts, meters, picture
from tests.rooms.media.conftest import until
from tests.support.clock import NOON, ManualClock
from tests.support.live import MOTHER, TERMINAL, StillRoom, make_spec
from tests.support.live import until as until_found

KEYFRAME = encode([painted(1)])[0]
BOTH = Devices(camera=True, microphone=True)


class Held:
    """A room that a node holds, with media that the test says."""

    def __init__(self, room_id: str = "room-1", kind: Kind = Kind.FAMILY) -> None:
        self.room = Room(make_spec(room_id, kind=kind), NOON, opened=True)
        self.media = StillRoom()
        self.over = False
        for who, role in ((MOTHER.participant, Role.VISITOR), (TERMINAL.participant, Role.TERMINAL)):
            self.room.enter(who, role, NOON)
            self.room.ready(who, BOTH, NOON)
            self.room.media_up(who, NOON)
            self.media.read[who] = Reading(connected=True)
        self.room.tick(NOON)

    def sends(self, who: str, packets: int) -> None:
        """So many more packets of each kind have come from somebody."""
        was = self.media.read[who]
        self.media.read[who] = Reading(
            connected=True, audio=was.audio + packets, video=was.video + packets, audio_at=NOON, video_at=NOON
        )


class Node:
    """A feed whose looks are the test's own, and its rooms."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.clock = ManualClock()
        self.rooms: dict[str, Held] = {}
        self.feed = WallFeed(redis, self.clock, lambda: self.rooms)

    def hold(self, held: Held) -> Held:
        """Hold a room."""
        self.rooms[held.room.spec.room_id] = held
        return held

    async def look(self, times: int = 1) -> None:
        """Look, two seconds after the last time."""
        for _ in range(times):
            self.clock.advance(2)
            await self.feed.look()


@pytest.fixture
async def node(redis: Redis) -> AsyncIterator[Node]:
    """A node whose decoder works."""
    found = Node(redis)
    task = asyncio.create_task(found.feed.decoder.run())
    yield found
    await end([task])
    await found.feed.decoder.close()


async def test_every_live_room_has_meters_on_a_wall_or_not(node: Node) -> None:
    """By participant, for a few seconds; a room that has not begun has none."""
    node.hold(Held())
    waiting = node.hold(Held("room-2"))
    waiting.room = Room(make_spec("room-2", NOON + timedelta(hours=1)), NOON)
    await node.look()
    node.rooms["room-1"].sends(MOTHER.participant, 100)
    await node.look()
    found = await meters(node.redis, ["room-1", "room-2"])
    assert set(found) == {"room-1"}
    assert set(found["room-1"]) == {MOTHER.participant, TERMINAL.participant}
    meter = found["room-1"][MOTHER.participant]
    assert (meter.at, meter.audio_pps, meter.video_pps) == (node.clock.now(), 50.0, 50.0)
    assert 10 < await node.redis.ttl(keys.meters("room-1")) <= 15
    assert node.rooms["room-1"].media.wall is None


async def test_a_room_on_a_wall_is_tapped_and_its_pictures_kept_for_a_minute(node: Node) -> None:
    """The bytes under their own key, their time and measures in the meter."""
    held = node.hold(Held())
    await show(node.redis, ["room-1"])
    await node.look()
    assert (node.feed.on_wall, held.media.wall is not None) == (1, True)
    assert held.media.wall is not None
    held.media.wall(MOTHER.participant, KEYFRAME)
    came = node.clock.now()
    await until(lambda: node.feed.decoder.totals.made == 1, 20)
    await node.look()
    jpeg = await picture(node.redis, "room-1", MOTHER.participant)
    assert jpeg is not None
    assert jpeg.startswith(b"\xff\xd8\xff")
    assert 55 < await node.redis.ttl(keys.wall_picture("room-1", MOTHER.participant)) <= 60
    meter = (await meters(node.redis, ["room-1"]))["room-1"][MOTHER.participant]
    assert meter.picture_at == came
    assert meter.luminance is not None
    assert 20 < meter.luminance < 235
    assert meter.change is None
    await node.redis.delete(keys.wall_picture("room-1", MOTHER.participant))
    await node.look()
    assert await picture(node.redis, "room-1", MOTHER.participant) is None, "written once, not at each look"


async def test_a_room_that_nobody_shows_any_more_is_tapped_no_more(node: Node) -> None:
    """And its meter says nothing of pictures, for there will be no new ones."""
    held = node.hold(Held())
    await show(node.redis, ["room-1"])
    await node.look()
    assert held.media.wall is not None
    held.media.wall(MOTHER.participant, KEYFRAME)
    await until(lambda: node.feed.decoder.totals.made == 1, 20)
    await node.redis.delete(keys.wall("room-1"))
    await node.look()
    assert node.feed.on_wall == 0
    assert not held.media.on_wall
    assert (await meters(node.redis, ["room-1"]))["room-1"][MOTHER.participant].picture_at is None


async def test_without_redis_no_room_stays_on_a_wall(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can say that it is on one; the next look that is answered puts it back."""
    held = node.hold(Held())
    await show(node.redis, ["room-1"])
    await node.look()

    async def away(*_: object) -> None:
        raise RedisError

    with monkeypatch.context() as patch:
        patch.setattr("rooms.wall.feed.shown", away)
        with pytest.raises(RedisError):
            await node.look()
        assert held.media.wall is None
    await node.look()
    assert held.media.wall is not None


async def test_what_is_amiss_is_written_and_the_consoles_are_told_when_it_changes(node: Node) -> None:
    """Raised after some looks, not said again while nothing changes, gone when it is over."""
    held = node.hold(Held())
    async with node.redis.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(keys.jail_changed(3))

        async def told() -> int:
            """How often the consoles were told since the last question."""
            count = 0
            while await channel.get_message(timeout=0.2) is not None:
                count += 1
            return count

        async def looks(times: int) -> None:
            for _ in range(times):
                held.sends(TERMINAL.participant, 100)
                await node.look()

        await looks(4)
        assert await told() == 0
        await looks(5)
        found = (await alerts(node.redis, ["room-1"]))["room-1"]
        kinds = {(alert.kind, alert.participant) for alert in found}
        assert kinds == {(AlertKind.DROPPED, MOTHER.participant), (AlertKind.ONE_WAY, TERMINAL.participant)}
        assert 10 < await node.redis.ttl(keys.alerts("room-1")) <= 15
        assert await told() in (1, 2)
        await looks(3)
        assert await told() == 0
        held.room.command(opened=True, held=True, end=None, now=node.clock.now())
        await looks(1)
        assert await alerts(node.redis, ["room-1"]) == {}
        assert await told() == 1


async def test_nothing_outlives_a_room_that_has_ended(node: Node) -> None:
    """Neither a face nor a meter stays for its time to run out."""
    held = node.hold(Held())
    await show(node.redis, ["room-1"])
    await node.look()
    assert held.media.wall is not None
    held.media.wall(MOTHER.participant, KEYFRAME)
    await until(lambda: node.feed.decoder.totals.made == 1, 20)
    await node.look()
    held.room.command(opened=True, held=False, end=EndReason.ENDED_BY_STAFF, now=node.clock.now())
    del node.rooms["room-1"]
    await node.look()
    assert await picture(node.redis, "room-1", MOTHER.participant) is None
    assert await meters(node.redis, ["room-1"]) == {}
    assert held.media.wall is None


async def test_of_a_room_that_moved_only_the_pictures_are_taken_along(node: Node) -> None:
    """Its meters are the next node's by now."""
    held = node.hold(Held())
    await node.look()
    held.over = True
    await node.look()
    assert set(await meters(node.redis, ["room-1"])) == {"room-1"}


async def test_many_rooms_are_looked_at_in_portions_and_none_is_forgotten(node: Node) -> None:
    """The event loop belongs to the packets: it is never kept for all rooms at once, be they new, live, or over."""
    rooms = LOOKED_AT + 2 * AT_ONCE + 3
    asked, turn = Counter[int](), 0
    loop, over = asyncio.get_running_loop(), asyncio.Event()

    class Asked(Held):
        @property
        def over(self) -> bool:
            asked[turn] += 1
            return self.ended

        @over.setter
        def over(self, ended: bool) -> None:
            self.ended = ended

    def count() -> None:
        nonlocal turn
        turn += 1
        if not over.is_set():
            loop.call_soon(count)

    loop.call_soon(count)
    held = [node.hold(Asked(f"room-{number}")) for number in range(rooms)]
    await node.look()
    assert len(await meters(node.redis, node.rooms)) == rooms
    for each in held:
        each.over = True
    await node.look()
    over.set()
    assert max(asked.values()) <= LOOKED_AT + AT_ONCE
    assert asked.total() >= 2 * rooms


async def test_a_look_that_fails_is_made_up_by_the_next(redis: Redis) -> None:
    """One room's trouble, or Redis', ends no task."""
    node = Node(redis)
    node.feed = WallFeed(redis, node.clock, lambda: node.rooms, every=0.01)
    held = node.hold(Held())
    looks = 0

    def readings() -> dict[str, Reading]:
        nonlocal looks
        looks += 1
        if looks < 3:
            raise ValueError
        return {MOTHER.participant: Reading(connected=True)}

    held.media.readings = readings  # type: ignore[method-assign]
    task = asyncio.create_task(node.feed.run())
    try:

        async def measured() -> bool:
            return bool(await meters(redis, ["room-1"]))

        assert await until_found(measured)
    finally:
        await end([task])


def test_somebody_who_was_lost_has_not_left() -> None:
    """Given up after half a minute without a sign, they are still missed; gone by their own act, they are not."""
    clock = ManualClock()
    for lost in (True, False):
        room = Held().room
        now = NOON + timedelta(seconds=5)
        if lost:
            room.detach(MOTHER.participant, now)
            now += timedelta(seconds=31)
            room.media_lost(MOTHER.participant, now)
        else:
            room.leave(MOTHER.participant, now)
        found = attendances(room, clock)[MOTHER.participant]
        assert (found.connected, found.came, found.left) == (False, True, not lost)


def test_somebody_who_was_there_on_a_node_that_died_is_missed() -> None:
    """By the seconds that were carried over; who never came is not."""
    room = Room(make_spec(), NOON, opened=True, carried={MOTHER.participant: 12.0})
    found = attendances(room, ManualClock())
    assert (found[MOTHER.participant].came, found[MOTHER.participant].connected) == (True, False)
    assert TERMINAL.participant not in found
