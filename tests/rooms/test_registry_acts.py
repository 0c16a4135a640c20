"""What staff ask of a room while it runs: hold, mute, blank, warn, on a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from config import keys
from config.facts import EndReason, FactName
from rooms import moderation
from rooms.errors import RoomEnded, UnknownRoom, UnknownSeat
from rooms.host.link import NodeLink
from rooms.moderation import MOST_WARNINGS, Moderation, WarningNotice
from rooms.registry import Registry
from rooms.seats import RoomSpec
from rooms.standing import RoomState
from tests.support.clock import ManualClock
from tests.support.live import MOTHER, TERMINAL, make_spec, recorded

BY = "staff:7"
NOTICE = moderation.Warning("w-1", notice=WarningNotice.BEHAVE)


def running(minutes: float = 15) -> RoomSpec:
    """Return a spec whose slot runs now."""
    return make_spec("room-1", datetime.now(UTC) - timedelta(seconds=10), minutes)


@pytest.fixture
async def link(redis: Redis) -> NodeLink:
    """Return the node that holds the room."""
    link = NodeLink(redis, "ws://127.0.0.1:1/ws")
    await link.announce()
    await Registry(redis).place(running())
    return link


@pytest.fixture
async def registry(redis: Redis, link: NodeLink) -> Registry:
    """Return the registry, with a running room in it."""
    return Registry(redis)


@pytest.fixture
async def heard(redis: Redis, link: NodeLink) -> AsyncIterator[asyncio.Queue[tuple[str, str]]]:
    """Return what is published to the room's node and to the jail's consoles."""
    queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    async with redis.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(keys.room_commands(link.node), keys.jail_changed(3))

        async def listen() -> None:
            async for message in channel.listen():
                queue.put_nowait((message["channel"], message["data"]))

        listening = asyncio.create_task(listen())
        yield queue
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def stands(registry: Registry) -> RoomState:
    """Return how the room stands."""
    state = await registry.room("room-1")
    assert state is not None
    return state


async def told(heard: asyncio.Queue[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    """Return so many published messages, in any order."""
    async with asyncio.timeout(5):
        return sorted([await heard.get() for _ in range(count)])


async def test_a_hold_changes_the_room_once_and_back_once(registry: Registry, redis: Redis) -> None:
    """Two operators who press at once hold it once, with one fact; the last who changed it is written down."""
    assert not await registry.hold("room-1", held=False, by=BY)
    assert await registry.hold("room-1", held=True, by=BY)
    assert not await registry.hold("room-1", held=True, by="staff:8")
    assert (await stands(registry)).held
    assert await redis.hget(keys.room("room-1"), "held_by") == BY
    assert await registry.hold("room-1", held=False, by="staff:8")
    state = await stands(registry)
    assert (state.held, state.acts) == (False, 2)
    assert [fact.name for fact in await recorded(redis)] == [FactName.ROOM_HELD, FactName.ROOM_RESUMED]


async def test_moderation_takes_and_gives_each_kind_on_its_own(registry: Registry, redis: Redis) -> None:
    """What is not named stays as it is; who has nothing taken is not in the list."""
    mother, terminal = MOTHER.participant, TERMINAL.participant
    assert await registry.moderate("room-1", mother, muted=True, by=BY)
    assert await registry.moderate("room-1", mother, blanked=True, by=BY)
    assert await registry.moderate("room-1", terminal, blanked=True, by="staff:8")
    assert not await registry.moderate("room-1", mother, muted=True, by=BY)
    assert not await registry.moderate("room-1", mother, by=BY)
    taken = {mother: Moderation(muted=True, blanked=True), terminal: Moderation(blanked=True)}
    assert (await stands(registry)).moderation == taken
    assert await redis.hget(keys.room("room-1"), "moderated_by") == "staff:8"
    assert await registry.moderate("room-1", mother, muted=False, by=BY)
    assert await registry.moderate("room-1", terminal, blanked=False, by=BY)
    assert (await stands(registry)).moderation == {mother: Moderation(blanked=True)}


async def test_two_who_moderate_at_once_do_not_undo_each_other(registry: Registry) -> None:
    """One mutes while the other blanks, again and again: both hold in the end."""
    for _ in range(20):
        mute = registry.moderate("room-1", MOTHER.participant, muted=True, by=BY)
        blank = registry.moderate("room-1", MOTHER.participant, blanked=True, by="staff:8")
        assert all(await asyncio.gather(mute, blank))
        assert (await stands(registry)).moderation == {MOTHER.participant: Moderation(muted=True, blanked=True)}
        await registry.moderate("room-1", MOTHER.participant, muted=False, blanked=False, by=BY)


async def test_a_warning_is_kept_in_order_with_its_time_and_given_once(registry: Registry, redis: Redis) -> None:
    """The same press sent twice is one warning, and one act."""
    typed = moderation.Warning("w-2", to=(MOTHER.participant,), text="Please sit down.")
    before = datetime.now(UTC).replace(microsecond=0)
    assert await registry.warn("room-1", NOTICE, BY)
    assert not await registry.warn("room-1", NOTICE, BY)
    assert await registry.warn("room-1", typed, BY)
    first, second = await registry.warnings("room-1")
    assert (first.id, first.to, first.notice, first.text) == ("w-1", (), "behave", "")
    assert (second.id, second.to, second.notice, second.text) == ("w-2", typed.to, "", "Please sit down.")
    assert first.given_at is not None
    assert before <= first.given_at <= datetime.now(UTC)
    assert (await stands(registry)).acts == 2
    assert 0 < await redis.ttl(keys.warnings("room-1")) <= 6 * 3600 + 15 * 60


async def test_the_oldest_warnings_are_given_up_first(registry: Registry) -> None:
    """A room keeps a bounded list."""
    for number in range(MOST_WARNINGS + 2):
        await registry.warn("room-1", moderation.Warning(f"w-{number}", text="Please."), BY)
    kept = await registry.warnings("room-1")
    assert [kept[0].id, kept[-1].id, len(kept)] == ["w-2", f"w-{MOST_WARNINGS + 1}", MOST_WARNINGS]


async def test_each_act_is_told_to_the_node_and_to_the_consoles(
    registry: Registry, link: NodeLink, heard: asyncio.Queue[tuple[str, str]]
) -> None:
    """The node's channel carries the room, the jail's carries nothing; what changes nothing is not told."""
    both = sorted([(keys.room_commands(link.node), "room-1"), (keys.jail_changed(3), "")])
    await registry.hold("room-1", held=True, by=BY)
    assert await told(heard, 2) == both
    await registry.moderate("room-1", MOTHER.participant, muted=True, by=BY)
    assert await told(heard, 2) == both
    await registry.warn("room-1", NOTICE, BY)
    assert await told(heard, 2) == both
    await registry.hold("room-1", held=True, by=BY)
    await registry.moderate("room-1", MOTHER.participant, muted=True, by=BY)
    await registry.warn("room-1", NOTICE, BY)
    await registry.hold("room-1", held=False, by=BY)
    assert await told(heard, 2) == both
    assert heard.empty()


async def test_staffs_acts_outlive_the_node(registry: Registry, redis: Redis) -> None:
    """A room placed anew is held and moderated as before."""
    await registry.hold("room-1", held=True, by=BY)
    await registry.moderate("room-1", MOTHER.participant, muted=True, by=BY)
    await NodeLink(redis, "ws://127.0.0.1:1/ws").announce()
    assert (await registry.place(running())).epoch == 2
    state = await stands(registry)
    assert (state.held, state.moderation) == (True, {MOTHER.participant: Moderation(muted=True)})


async def test_nothing_is_asked_of_a_room_that_was_ended_or_is_unknown(registry: Registry) -> None:
    """Ended by staff, or never placed: refused, and nothing is written."""
    await registry.request_end("room-1", EndReason.ENDED_BY_STAFF, BY)
    for name, refusal in (("room-1", RoomEnded), ("nowhere", UnknownRoom)):
        with pytest.raises(refusal):
            await registry.hold(name, held=True, by=BY)
        with pytest.raises(refusal):
            await registry.moderate(name, MOTHER.participant, muted=True, by=BY)
        with pytest.raises(refusal):
            await registry.warn(name, NOTICE, BY)
    state = await stands(registry)
    assert (state.held, state.moderation, state.acts) == (False, {}, 0)


async def test_nothing_is_asked_of_a_room_past_its_slot(registry: Registry, redis: Redis) -> None:
    """Its node has written no end yet: the slot says it."""
    later = Registry(redis, ManualClock((await stands(registry)).spec.ends_at))
    with pytest.raises(RoomEnded) as over:
        await later.hold("room-1", held=True, by=BY)
    assert over.value.reason is EndReason.SLOT_OVER
    assert not (await stands(registry)).held


async def test_nobody_without_a_seat_is_moderated_or_warned(registry: Registry) -> None:
    """A participant of another room, or a monitor: refused, and nothing is written."""
    with pytest.raises(UnknownSeat):
        await registry.moderate("room-1", "monitor-1", muted=True, by=BY)
    with pytest.raises(UnknownSeat):
        await registry.warn("room-1", moderation.Warning("w-1", to=("monitor-1",), text="Hello."), BY)
    assert (await stands(registry)).moderation == {}
    assert await registry.warnings("room-1") == ()
