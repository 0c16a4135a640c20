"""Staff's acts on their way from Redis to a room's media and its people, whatever is lost between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from config import keys
from config.clock import SystemClock
from config.facts import DownReason, FactName
from rooms import moderation
from rooms.effects import TellPeople, TellState, TellWarning
from rooms.host import RoomHost, SteadyClock
from rooms.host.ports import Offered
from rooms.host.tasks import end
from rooms.moderation import WarningNotice
from rooms.presence import Devices, PresenceState
from rooms.registry import Registry
from rooms.seats import Role, RoomSpec
from rooms.timebox import Phase
from tests.support.live import MOTHER, TERMINAL, Ear, StillNode, make_spec, recorded, until

BY = "staff:7"
WHO, PRISON = MOTHER.participant, TERMINAL.participant
COVER = moderation.Warning("w-1", notice=WarningNotice.COVER)
Starter = Callable[..., Awaitable[RoomHost]]


def running() -> RoomSpec:
    """Return a spec whose slot runs now."""
    return make_spec("room-1", datetime.now(UTC) - timedelta(seconds=1))


@pytest.fixture
async def start(redis: Redis) -> AsyncIterator[Starter]:
    """Start hosts, each with a media node of its own, and close them."""
    hosts: list[RoomHost] = []

    async def starter(heartbeat: float = 0.1, port: int = 1) -> RoomHost:
        url, clock = f"ws://127.0.0.1:{port}/ws", SteadyClock(SystemClock())
        host = RoomHost(redis, StillNode(), url, clock, heartbeat=heartbeat)
        hosts.append(host)
        await host.start()
        return host

    yield starter
    for host in hosts:
        await host.close()


@pytest.fixture
def registry(redis: Redis) -> Registry:
    """Return what staff ask through."""
    return Registry(redis)


def media(host: RoomHost, epoch: int = 1) -> Any:
    """Return a host's media room."""
    node: Any = host._media
    return node.rooms[f"room-1.{epoch}"]


async def live(host: RoomHost, registry: Registry) -> Ear:
    """Open the room with the mother in it; return what she is told."""
    ear = Ear()
    member = await host.join(running(), WHO, Role.VISITOR, ear)
    await registry.open_room("room-1", BY)
    member.ready(Devices(camera=True, microphone=True))
    await ear.hears(Offered)
    media(host).peers[WHO].connect()
    await ear.hears(TellState, lambda told: told.view.phase is Phase.LIVE)
    return ear


def muted(told: TellPeople) -> bool:
    """Say whether the mother is said to be muted by staff."""
    return next(each for each in told.people if each.participant == WHO).muted


async def test_a_hold_a_mute_and_a_warning_arrive_by_the_channel(start: Starter, registry: Registry) -> None:
    """Long before the next heartbeat: the media room first, then words."""
    host = await start(heartbeat=60)
    ear = await live(host, registry)
    await registry.moderate("room-1", WHO, muted=True, by=BY)
    await ear.hears(TellPeople, muted)
    assert media(host).taken == {WHO: (True, False)}
    await registry.warn("room-1", COVER, BY)
    assert (await ear.hears(TellWarning)).warning.notice == "cover"
    await registry.hold("room-1", held=True, by=BY)
    await ear.hears(TellState, lambda told: told.view.phase is Phase.HELD)
    assert media(host).log[-1] == "held"
    await registry.hold("room-1", held=False, by=BY)
    await until(lambda: _last(host, "live"))


async def _last(host: RoomHost, phase: str) -> bool:
    return bool(media(host).log[-1] == phase)


async def test_what_was_asked_without_a_message_is_done_at_the_next_heartbeat(
    start: Starter, registry: Registry, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel only hurries it: the state stands in Redis."""
    host = await start()
    ear = await live(host, registry)
    monkeypatch.setattr(keys, "room_commands", lambda node: f"nobody-listens:{node}")
    await registry.moderate("room-1", WHO, muted=True, by=BY)
    await ear.hears(TellPeople, muted)
    await registry.warn("room-1", COVER, BY)
    await ear.hears(TellWarning)
    await registry.hold("room-1", held=True, by=BY)
    await ear.hears(TellState, lambda told: told.view.phase is Phase.HELD)


async def test_an_older_reading_that_comes_late_undoes_nothing(start: Starter, registry: Registry) -> None:
    """The heartbeat's read may have been made before an act and handed on after it."""
    host = await start(heartbeat=60)
    ear = await live(host, registry)
    before = await registry.room("room-1")
    assert before is not None
    await registry.hold("room-1", held=True, by=BY)
    await ear.hears(TellState, lambda told: told.view.phase is Phase.HELD)
    await host._look_at("room-1", before)
    await registry.moderate("room-1", WHO, muted=True, by=BY)
    await ear.hears(TellPeople, muted)
    assert media(host).log[-2:] == ["held", f"moderate {WHO}"]


async def test_a_room_on_its_next_node_is_as_staff_left_it(start: Starter, registry: Registry, redis: Redis) -> None:
    """Held and moderated before anybody can send; the last minute's warning is there for who comes back; what the
    dead node carried is recorded as lost with it.
    """
    dying = await start()
    ear = await live(dying, registry)
    await registry.moderate("room-1", WHO, muted=True, blanked=True, by=BY)
    await registry.warn("room-1", COVER, BY)
    await ear.hears(TellWarning)
    await until(lambda: _saved_as(registry, PresenceState.CONNECTED))
    await end(dying._tasks)  # as SIGKILL would: nothing is said, nothing is saved
    await registry.hold("room-1", held=True, by=BY)
    heir, again = await start(), Ear()
    await heir.join(running(), WHO, Role.VISITOR, again)
    assert media(heir, 2).log == [f"moderate {WHO}", "held"]
    assert media(heir, 2).taken == {WHO: (True, True)}
    assert [told.warning.id for told in again.of(TellWarning)] == ["w-1"]
    await until(lambda: _recorded(redis, FactName.ROOM_MOVED))
    facts = {fact.name: fact for fact in await recorded(redis)}
    down, moved = facts[FactName.MEDIA_DOWN], facts[FactName.ROOM_MOVED]
    assert (down.participant, down.reason, down.at) == (WHO, DownReason.NODE, moved.since)
    assert down.at < moved.at
    assert [fact.name for fact in await recorded(redis)].count(FactName.ROOM_HELD) == 1


async def _saved_as(registry: Registry, state: PresenceState) -> bool:
    presence = (await registry.presence("room-1")).get(WHO)
    return presence is not None and presence.state is state


async def _recorded(redis: Redis, name: FactName) -> bool:
    return name in {fact.name for fact in await recorded(redis)}


async def test_a_first_node_takes_nothing_over(start: Starter, registry: Registry, redis: Redis) -> None:
    """There was none before it."""
    await live(await start(), registry)
    await until(lambda: _recorded(redis, FactName.MEDIA_UP))
    names = [fact.name for fact in await recorded(redis)]
    assert FactName.ROOM_MOVED not in names
    assert FactName.MEDIA_DOWN not in names
