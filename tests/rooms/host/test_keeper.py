"""The keeper of a room: one task, which nothing outside can hold up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from config.clock import SystemClock
from config.facts import EndReason
from rooms.effects import TellEnded, TellMoved
from rooms.errors import RoomEnded
from rooms.host import actions as act
from rooms.host.facts import FactWriter
from rooms.host.keeper import Keeper
from rooms.host.link import NodeLink
from rooms.host.ports import Arrival, Forgotten, Layers, Offered
from rooms.host.saver import Saver
from rooms.host.tasks import end
from rooms.host.turns import Turns
from rooms.presence import Devices
from rooms.room import Room
from rooms.seats import Role
from tests.support.live import MOTHER, TERMINAL, Ear, StillActivity, StillRoom, StillSeen, make_spec, until

BOTH = Devices(camera=True, microphone=True)


class Kept:
    """A keeper over a room whose Redis is not there at all: nothing in it may matter to the room."""

    def __init__(self, seconds: float) -> None:
        clock = SystemClock()
        starts_at = datetime.now(UTC) - timedelta(seconds=1)
        self.redis = Redis(host="127.0.0.1", port=1, decode_responses=True)
        self.media = StillRoom()
        self.released: list[Keeper] = []
        room = Room(make_spec("room-1", starts_at, (seconds + 1) / 60), clock.now(), opened=True)
        link = NodeLink(self.redis, "ws://127.0.0.1:1/ws")
        self.saver = Saver(room, self.media, link, 1, clock=clock, turns=Turns(clock.monotonic), fenced=lambda: None)
        self.facts = FactWriter(self.redis)
        self.keeper = Keeper(
            room,
            self.media,
            self.saver,
            facts=self.facts,
            clock=clock,
            turns=Turns(clock.monotonic),
            done=self.released.append,
        )
        self.tasks = [asyncio.create_task(self.keeper.run()), asyncio.create_task(self.facts.run())]
        self.tasks.append(asyncio.create_task(self.saver.run()))

    async def enter(self, participant: str, role: Role) -> tuple[Ear, Arrival]:
        """Let somebody enter."""
        ear: Ear = Ear()
        done: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        self.keeper.post(act.Enter(participant, role, ear, done))
        return ear, await asyncio.wait_for(done, 5)

    async def over(self) -> None:
        """Wait until the room's task is done."""
        await asyncio.wait_for(asyncio.shield(self.tasks[0]), 5)


@pytest.fixture
async def kept() -> AsyncIterator[Kept]:
    """Return a keeper whose room ends in half a second."""
    each = Kept(0.5)
    yield each
    await end(each.tasks)
    await each.redis.aclose()


async def test_the_end_comes_on_time_without_any_redis(kept: Kept) -> None:
    """Nothing can be saved, no fact be written: the room ends all the same, media first."""
    ear, arrival = await kept.enter(MOTHER.participant, Role.VISITOR)
    told = await ear.hears(TellEnded)
    assert told.ended_at == arrival.spec.ends_at
    assert (datetime.now(UTC) - told.ended_at).total_seconds() < 0.3
    assert kept.media.log == ["live", "ended"]
    await kept.over()
    assert kept.released == [kept.keeper]


async def test_one_participants_trouble_does_not_stop_the_clock(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something breaks while a transport is made; the others' room ends on time."""

    def broken(*_: Any) -> Any:
        raise RuntimeError("no transport today")

    monkeypatch.setattr(kept.media, "add_peer", broken)
    ear, _ = await kept.enter(TERMINAL.participant, Role.TERMINAL)
    await kept.enter(MOTHER.participant, Role.VISITOR)
    kept.keeper.post(act.Ready(MOTHER.participant, BOTH))
    await ear.hears(TellEnded)


async def test_who_comes_in_the_same_moment_as_the_end_is_told_so(kept: Kept) -> None:
    """An entry that waits in the queue when the room ends is answered, not forgotten."""
    await kept.enter(TERMINAL.participant, Role.TERMINAL)
    done: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
    kept.keeper.post(act.Command(opened=True, held=False, end=EndReason.ENDED_BY_STAFF))
    kept.keeper.post(act.Enter(MOTHER.participant, Role.VISITOR, Ear(), done))
    with pytest.raises(RoomEnded):
        await asyncio.wait_for(done, 5)


async def test_a_room_that_moves_tells_everybody_and_is_released(kept: Kept) -> None:
    """Media ends here, people are sent on, and the task is done."""
    ear, _ = await kept.enter(MOTHER.participant, Role.VISITOR)
    kept.keeper.post(act.Move())
    await ear.hears(TellMoved)
    await kept.over()
    assert kept.media.log[-1] == "ended"
    assert kept.keeper.over


async def test_leaving_takes_the_transport_and_the_listener(kept: Kept) -> None:
    """Who left hears that they are forgotten, and nothing after it."""
    ear, _ = await kept.enter(MOTHER.participant, Role.VISITOR)
    kept.keeper.post(act.Ready(MOTHER.participant, BOTH))
    await ear.hears(Offered)
    kept.keeper.post(act.Leave(MOTHER.participant))
    await ear.hears(Forgotten)
    assert kept.media.peers == {}
    await kept.over()
    assert ear.of(TellEnded) == []


async def test_a_transports_other_offer_is_said_and_a_former_transports_is_not(kept: Kept) -> None:
    """Its generation tells them apart: what one that was replaced wants is of no interest any more."""
    ear, _ = await kept.enter(MOTHER.participant, Role.VISITOR)
    kept.keeper.post(act.Ready(MOTHER.participant, BOTH))
    await ear.hears(Offered)
    peer = kept.media.peers[MOTHER.participant]
    former = act.MediaOffer(MOTHER.participant, 0)
    kept.keeper.post(former)
    peer.listener.on_offer(MOTHER.participant)
    await kept.over()
    assert [told.sdp for told in ear.of(Offered)] == [peer.offer()] * 2


async def test_which_layers_a_transport_is_to_carry_is_said_to_its_participant(kept: Kept) -> None:
    """In order, and not what one that was replaced was to carry."""
    ear, _ = await kept.enter(MOTHER.participant, Role.VISITOR)
    kept.keeper.post(act.Ready(MOTHER.participant, BOTH))
    await ear.hears(Offered)
    kept.keeper.post(act.MediaLayers(MOTHER.participant, 0, small=True))
    for small in (True, False):
        kept.media.peers[MOTHER.participant].listener.on_layers(MOTHER.participant, small=small)
    await kept.over()
    assert ear.of(Layers) == [Layers(small=True), Layers(small=False)]


async def test_a_peer_that_falls_silent_is_noticed_without_any_word_of_its(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed tab: the socket is gone, the transport still counts as up, and nothing comes over it."""
    monkeypatch.setattr("rooms.host.keeper.LISTEN_EVERY", timedelta(seconds=0.2))
    each = Kept(20)
    try:
        ear, _ = await each.enter(MOTHER.participant, Role.VISITOR)
        each.keeper.post(act.Ready(MOTHER.participant, BOTH))
        await ear.hears(Offered)
        each.media.peers[MOTHER.participant].connect()
        last = datetime.now(UTC)
        each.media.peers[MOTHER.participant].media = StillActivity(audio=StillSeen(last))
        each.keeper.post(act.Detach(MOTHER.participant, ear))

        async def silent_since() -> datetime | None:
            return each.keeper.room.presence()[MOTHER.participant].silent_since

        assert await until(silent_since) - last < timedelta(seconds=0.5)
    finally:
        await end(each.tasks)
        await each.redis.aclose()
