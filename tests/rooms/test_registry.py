"""Rooms as every process sees them, on a real Redis."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from config import keys
from config.facts import EndReason, Fact, FactName
from rooms.errors import NoNode, RoomEnded, UnknownRoom
from rooms.host.link import NodeLink, Snapshot
from rooms.placement import Claim
from rooms.presence import Presence, PresenceState
from rooms.registry import Registry, RoomState
from rooms.seats import Role, RoomSpec
from tests.support.live import MOTHER, make_spec, recorded


def now() -> datetime:
    """Return the time: scripts ask Redis for it, so it has to be the real one."""
    return datetime.now(UTC)


def spec(room_id: str = "room-1", minutes: float = 15, jail_id: int = 3) -> RoomSpec:
    """Return a spec whose slot runs now."""
    return make_spec(room_id, now() - timedelta(seconds=10), minutes, jail_id=jail_id)


async def node(redis: Redis, port: int = 1, dead_after: float = 5.0) -> NodeLink:
    """Return a node that is known."""
    link = NodeLink(redis, f"ws://127.0.0.1:{port}/ws", dead_after)
    await link.announce()
    return link


async def known(registry: Registry, room_id: str) -> RoomState:
    """Return how a room stands that must be known."""
    state = await registry.room(room_id)
    assert state is not None
    return state


async def test_a_room_is_placed_once_and_stays(redis: Redis) -> None:
    """Whoever asks gets the same claim while its node lives, however the load changes."""
    first = await node(redis, 1)
    registry = Registry(redis)
    claim = await registry.place(spec())
    await node(redis, 2)
    assert claim == Claim(first.node, first.url, 1)
    assert await registry.place(spec()) == claim


async def test_a_hundred_who_place_a_room_at_once_get_one_claim(redis: Redis) -> None:
    """There is one holder, and one epoch, however many ask."""
    for port in (1, 2, 3):
        await node(redis, port)
    claims = await asyncio.gather(*(Registry(redis).place(spec()) for _ in range(100)))
    assert len(set(claims)) == 1
    assert claims[0].epoch == 1


async def test_rooms_go_to_the_least_loaded_node(redis: Redis) -> None:
    """Twelve rooms on three nodes are four each."""
    links = [await node(redis, port) for port in (1, 2, 3)]
    registry = Registry(redis)
    for number in range(12):
        await registry.place(spec(f"room-{number}"))
    assert [len(await link.holdings()) for link in links] == [4, 4, 4]


async def test_without_a_living_node_nothing_is_placed(redis: Redis) -> None:
    """No node: no claim, and no trace of a room."""
    with pytest.raises(NoNode):
        await Registry(redis).place(spec())
    assert await Registry(redis).room("room-1") is None


async def test_a_dead_nodes_room_is_placed_anew_with_a_higher_epoch(redis: Redis) -> None:
    """The second boot on the same address buries the first at once; slot and opening stay as they were."""
    await node(redis)
    registry = Registry(redis)
    placed = spec()
    await registry.place(placed)
    await registry.open_room("room-1", "operator-1")
    before = await known(registry, "room-1")
    reborn = await node(redis)
    assert await registry.place(placed) == Claim(reborn.node, reborn.url, 2)
    after = await known(registry, "room-1")
    assert (after.spec, after.opened) == (before.spec, before.opened)


async def test_a_node_that_stops_beating_loses_its_rooms(redis: Redis) -> None:
    """Dead after its time, without anybody burying it: the claim goes to the one that lives."""
    silent = await node(redis, 1, dead_after=0.2)
    registry = Registry(redis, dead_after=0.2)
    assert (await registry.place(spec())).node == silent.node
    await asyncio.sleep(0.3)
    living = await node(redis, 2)
    assert (await registry.place(spec())).node == living.node
    assert await silent.beat() is None


async def test_nobody_moves_the_end_of_a_placed_room(redis: Redis) -> None:
    """A later spec with another slot finds the room as it was placed first."""
    await node(redis)
    registry = Registry(redis)
    first = spec(minutes=15)
    await registry.place(first)
    await registry.place(make_spec("room-1", first.starts_at, minutes=60))
    kept = (await known(registry, "room-1")).spec
    assert kept.ends_at - kept.starts_at == timedelta(minutes=15)


async def test_a_slot_that_is_over_is_not_placed(redis: Redis) -> None:
    """After the last instant there is no claim to be had."""
    await node(redis)
    over = make_spec("room-1", now() - timedelta(minutes=20), 15)
    with pytest.raises(RoomEnded) as ended:
        await Registry(redis).place(over)
    assert ended.value.reason is EndReason.SLOT_OVER
    assert ended.value.ended_at == over.ends_at


async def test_opening_is_told_to_the_node_and_the_consoles_and_recorded_once(redis: Redis) -> None:
    """The node's channel carries the room, the jail's carries nothing; pressing twice is one fact."""
    link = await node(redis)
    registry = Registry(redis)
    await registry.place(spec())
    async with redis.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(keys.room_commands(link.node), keys.jail_changed(3))
        await registry.open_room("room-1", "operator-1")
        await registry.open_room("room-1", "operator-2")
        heard: set[tuple[str, str]] = set()
        async with asyncio.timeout(5):
            while len(heard) < 2:
                message = await channel.get_message(timeout=1)
                heard |= set() if message is None else {(message["channel"], message["data"])}
    assert heard == {
        (keys.room_commands(link.node), "room-1"),
        (keys.jail_changed(3), ""),
    }
    assert [(fact.name, fact.room) for fact in await recorded(redis)] == [(FactName.ROOM_OPENED, "room-1")]
    assert (await known(registry, "room-1")).opened is not None


async def test_an_end_that_was_asked_for_is_final(redis: Redis) -> None:
    """The first reason stays; opening or placing the room afterwards is refused with it."""
    await node(redis)
    registry = Registry(redis)
    await registry.place(spec())
    await registry.request_end("room-1", EndReason.ENDED_BY_STAFF, "operator-1")
    await registry.request_end("room-1", EndReason.NO_SHOW, "operator-1")
    with pytest.raises(RoomEnded) as opening:
        await registry.open_room("room-1", "operator-1")
    with pytest.raises(RoomEnded) as placing:
        await registry.place(spec())
    assert opening.value.reason is placing.value.reason is EndReason.ENDED_BY_STAFF


async def test_asking_something_of_an_unknown_room_is_refused(redis: Redis) -> None:
    """Nothing was placed under this id."""
    with pytest.raises(UnknownRoom):
        await Registry(redis).open_room("nowhere", "operator-1")
    with pytest.raises(UnknownRoom):
        await Registry(redis).request_end("nowhere", EndReason.NO_SHOW, "operator-1")


async def test_live_rooms_are_those_of_the_jails_asked_for_that_have_not_ended(redis: Redis) -> None:
    """Other jails' rooms, and ended ones, are not in the list."""
    link = await node(redis)
    registry = Registry(redis)
    for room_id, jail_id in (("mine", 3), ("other", 4), ("ended", 3)):
        await registry.place(spec(room_id, jail_id=jail_id))
    state = await known(registry, "ended")
    fact = Fact(FactName.ROOM_ENDED, "ended", now(), reason=EndReason.SLOT_OVER)
    assert await link.finish(state.spec, state.claim.epoch, Snapshot("live", {}, {}, changed=False), fact)
    assert [each.room_id for each in await registry.live_rooms([3])] == ["mine"]
    assert [each.room_id for each in await registry.live_rooms([3, 4])] == ["mine", "other"]
    assert await registry.live_rooms([]) == []


async def test_consoles_read_presence_and_seconds_as_the_node_saved_them(redis: Redis) -> None:
    """What a node saves is what the registry says."""
    link = await node(redis)
    registry = Registry(redis)
    await registry.place(spec())
    presence = {MOTHER.participant: Presence(Role.VISITOR, PresenceState.WAITING, now().replace(microsecond=0))}
    assert await link.save(spec(), 1, Snapshot("live", presence, {MOTHER.participant: 12.5}, changed=True))
    assert await registry.presence("room-1") == presence
    assert await registry.connected("room-1") == {MOTHER.participant: 12.5}
    state = await known(registry, "room-1")
    assert state.state == "live"
    assert state.saved_at is not None
    assert abs(now() - state.saved_at) < timedelta(seconds=2)


async def test_a_room_past_its_slot_counts_as_ended_whatever_its_node_wrote(redis: Redis) -> None:
    """A killed node can't have written the end; the slot says it."""
    await node(redis)
    registry = Registry(redis)
    await registry.place(spec(minutes=1))
    state = await known(registry, "room-1")
    assert state.ending(now()) is None
    assert state.ending(state.spec.ends_at) == (EndReason.SLOT_OVER, state.spec.ends_at)
