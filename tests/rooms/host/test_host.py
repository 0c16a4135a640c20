"""The host on a real Redis: claims, the boundary, fencing, and handing over. Media is a room without packets."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from config import keys
from config.clock import SystemClock
from config.facts import EndReason, Fact, FactName
from rooms.effects import TellEnded, TellMoved, TellNotice, TellPeople, TellState
from rooms.errors import NotMine, RoomEnded, RoomFull
from rooms.host import RoomHost, SteadyClock
from rooms.host.ports import AnswerRefused, Offered
from rooms.host.tasks import end
from rooms.presence import Devices, PresenceState
from rooms.registry import Registry
from rooms.seats import Role, RoomSpec
from rooms.timebox import Phase
from tests.support.live import MOTHER, TERMINAL, Ear, StillNode, make_spec, recorded, until
from tests.support.proxy import Proxy

BOTH = Devices(camera=True, microphone=True)
URL = "ws://127.0.0.1:1/ws"
Starter = Callable[..., Awaitable[RoomHost]]


def spec(seconds: float = 900, starts_in: float = -1, room_id: str = "room-1") -> RoomSpec:
    """Return a spec whose slot runs now, for so many seconds more."""
    starts_at = datetime.now(UTC) + timedelta(seconds=starts_in)
    return make_spec(room_id, starts_at, (seconds - starts_in) / 60)


@pytest.fixture
async def start(redis: Redis) -> AsyncIterator[Starter]:
    """Start hosts, each with a media node of its own, and close them."""
    hosts: list[RoomHost] = []

    async def starter(url: str = URL, client: Redis = redis, **options: Any) -> RoomHost:
        host = RoomHost(client, StillNode(), url, SteadyClock(SystemClock()), **{"heartbeat": 0.1, **options})
        hosts.append(host)
        await host.start()
        return host

    yield starter
    await asyncio.gather(*(host.close() for host in hosts))


async def ended_fact(redis: Redis) -> Fact | None:
    """Return the room's last fact, once it is there."""
    return next((fact for fact in await recorded(redis) if fact.name is FactName.ROOM_ENDED), None)


def room_of(host: RoomHost, name: str = "room-1.1") -> Any:
    """Return a host's media room."""
    media: Any = host._media
    return media.rooms[name]


async def connect(host: RoomHost, room: RoomSpec, participant: str, role: Role) -> Ear:
    """Let somebody enter, be ready and get their media up."""
    ear = Ear()
    member = await host.join(room, participant, role, ear)
    member.ready(BOTH)
    await ear.hears(Offered)
    room_of(host).peers[participant].connect()
    return ear


async def test_a_visit_goes_from_waiting_to_live_to_its_end(redis: Redis, start: Starter) -> None:
    """Two sides enter, the prison opens, the slot ends: each is told, and the paper side gets every fact."""
    host, room = await start(), spec(seconds=1.2)
    mother = await connect(host, room, MOTHER.participant, Role.VISITOR)
    await connect(host, room, TERMINAL.participant, Role.TERMINAL)
    await Registry(redis).open_room("room-1", "operator-1")
    await mother.hears(TellState, lambda told: told.view.phase is Phase.LIVE and told.view.awaiting is None)
    ended = await mother.hears(TellEnded)
    assert (ended.reason, ended.ended_at) == (EndReason.SLOT_OVER, (await known(redis)).spec.ends_at)
    assert room_of(host).log == ["live", "ended"]
    fact = await until(lambda: ended_fact(redis))
    assert (fact.reason, fact.forwarded) == ("slot_over", 12)
    assert set(fact.seconds) == {MOTHER.participant, TERMINAL.participant}
    names = [each.name for each in await recorded(redis)]
    assert names.count(FactName.PARTICIPANT_JOINED) == names.count(FactName.PARTICIPANT_LEFT) == 2
    assert (await known(redis)).state == "ended"


async def known(redis: Redis) -> Any:
    """Return how the room stands."""
    return await Registry(redis).room("room-1")


async def test_the_end_comes_on_time_with_nobody_in_the_room(redis: Redis, start: Starter) -> None:
    """A room that was placed and never entered is kept by its node, and ends with its fact."""
    await start()
    await Registry(redis).place(spec(seconds=0.4))
    fact = await until(lambda: ended_fact(redis))
    assert fact.at == (await known(redis)).spec.ends_at
    assert fact.seconds == {}


async def test_a_room_ended_by_staff_before_anybody_came_has_its_fact(redis: Redis, start: Starter) -> None:
    """Called off when nobody has entered yet: the paper side learns of it now, not at the slot's end."""
    await start()
    registry = Registry(redis)
    await registry.place(spec())
    await registry.request_end("room-1", EndReason.NO_SHOW, "operator-1")
    assert (await until(lambda: ended_fact(redis))).reason == "no_show"
    assert (await known(redis)).state == "ended"


async def test_a_blocked_loop_ends_the_room_at_the_slots_end_all_the_same(redis: Redis, start: Starter) -> None:
    """The timer is late, the record is not: nobody was connected longer than the slot lasted."""
    host, room = await start(), spec(seconds=0.3, starts_in=-0.1)
    mother = await connect(host, room, MOTHER.participant, Role.VISITOR)
    await Registry(redis).open_room("room-1", "operator-1")
    await mother.hears(TellState, lambda told: told.view.phase is Phase.LIVE)
    time.sleep(0.6)  # noqa: ASYNC251 - the point
    ended = await mother.hears(TellEnded)
    assert ended.ended_at == (await known(redis)).spec.ends_at
    fact = await until(lambda: ended_fact(redis))
    assert fact.seconds[MOTHER.participant] <= 0.4


async def test_what_kept_a_room_is_let_go_of_without_the_collector(redis: Redis, start: Starter) -> None:
    """With all that it told to whom: a node in use has no time to look for cycles."""
    host = await start()
    mother = await connect(host, spec(), MOTHER.participant, Role.VISITOR)
    kept = weakref.ref(host._keepers["room-1"])

    async def gone() -> bool:
        return kept() is None

    gc.collect()
    gc.disable()
    try:
        await Registry(redis).request_end("room-1", EndReason.ENDED_BY_STAFF, "operator-1")
        await mother.hears(TellEnded)
        del mother
        await until(lambda: ended_fact(redis))
        room_of(host).peers.clear()  # a real one's forget their listener
        await until(gone)
    finally:
        gc.enable()


async def test_staff_end_a_room_within_a_moment(redis: Redis, start: Starter) -> None:
    """The command arrives by its channel, long before the next heartbeat."""
    host = await start(heartbeat=60)
    mother = await connect(host, spec(), MOTHER.participant, Role.VISITOR)
    await Registry(redis).request_end("room-1", EndReason.ENDED_BY_STAFF, "operator-1")
    assert (await mother.hears(TellEnded)).reason is EndReason.ENDED_BY_STAFF
    assert room_of(host).log[-1] == "ended"
    with pytest.raises(RoomEnded):
        await host.join(spec(), MOTHER.participant, Role.VISITOR, Ear())


async def test_a_lost_message_is_healed_by_the_next_heartbeat(redis: Redis, start: Starter) -> None:
    """The state stands in the hash; the channel only hurries it."""
    host = await start()
    mother = await connect(host, spec(), MOTHER.participant, Role.VISITOR)
    await redis.hset(keys.room("room-1"), "opened", datetime.now(UTC).isoformat())
    await mother.hears(TellState, lambda told: told.view.phase is Phase.LIVE)


async def test_rooms_that_are_read_slowly_do_not_cost_the_lease(
    redis: Redis, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds end and begin in one second, and reading them again takes longer than a node may be silent."""
    slow = asyncio.Event()
    monkeypatch.setattr(RoomHost, "_look_at_rooms", lambda _: slow.wait())
    host = await start(dead_after=0.5)
    await host.join(spec(), MOTHER.participant, Role.VISITOR, Ear())
    before = host._lease_until

    async def renewed() -> bool:
        return host._lease_until > before + 2 * 0.5

    assert await until(renewed)
    assert host.holds_lease
    assert host.rooms == 1


async def test_consoles_see_people_come_and_go(redis: Redis, start: Starter) -> None:
    """Checking, connected, left: presence follows, and each change is announced to the jail's consoles."""
    host, registry = await start(), Registry(redis)

    async def state() -> PresenceState | None:
        presence = (await registry.presence("room-1")).get(MOTHER.participant)
        return None if presence is None else presence.state

    async def is_now(wanted: PresenceState) -> bool:
        return await state() is wanted

    async with redis.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(keys.jail_changed(3))
        ear = Ear()
        member = await host.join(spec(), MOTHER.participant, Role.VISITOR, ear)
        await until(lambda: is_now(PresenceState.CHECKING))
        member.ready(BOTH)
        await ear.hears(Offered)
        room_of(host).peers[MOTHER.participant].connect()
        await until(lambda: is_now(PresenceState.CONNECTED))
        member.leave()
        await until(lambda: is_now(PresenceState.LEFT))
        assert await until(lambda: channel.get_message(timeout=1))


async def test_a_refused_answer_is_told_and_the_room_goes_on(redis: Redis, start: Starter) -> None:
    """A bad SDP answer concerns nobody but who sent it."""
    host, ear = await start(), Ear()
    member = await host.join(spec(), MOTHER.participant, Role.VISITOR, ear)
    member.ready(BOTH)
    await ear.hears(Offered)
    member.answer("bad")
    await ear.hears(AnswerRefused)
    member.answer("good")
    await connect(host, spec(), TERMINAL.participant, Role.TERMINAL)
    assert room_of(host).peers[MOTHER.participant].answers == ["good"]


async def test_what_an_old_transport_says_is_not_held_against_the_new_one(redis: Redis, start: Starter) -> None:
    """A transport that was replaced may still say that it is lost; the new one stays up."""
    host, ear = await start(), Ear()
    member = await host.join(spec(), MOTHER.participant, Role.VISITOR, ear)
    member.ready(BOTH)
    await ear.hears(Offered)
    old = room_of(host).peers[MOTHER.participant]
    member.ready(BOTH)
    old.lose()
    await until(lambda: _count(ear, 2))
    room_of(host).peers[MOTHER.participant].connect()
    again = await host.join(spec(), MOTHER.participant, Role.VISITOR, ear)
    assert again.arrival.media_kept


async def test_a_weak_line_is_told_in_the_lists_of_people_and_not_by_an_old_transport(
    redis: Redis, start: Starter
) -> None:
    """The relay says it, everybody is told, and who comes back finds it; a transport that was replaced has no say."""
    host, ear = await start(), Ear()
    await connect(host, spec(), TERMINAL.participant, Role.TERMINAL)
    member = await host.join(spec(), MOTHER.participant, Role.VISITOR, ear)
    member.ready(BOTH)
    await ear.hears(Offered)
    old = room_of(host).peers[MOTHER.participant]
    old.weaken(TERMINAL.participant, weak=True)
    await until(lambda: _said(ear, [(MOTHER.participant,), True]))
    again = await host.join(spec(), MOTHER.participant, Role.VISITOR, ear)
    assert [person.weak for person in again.arrival.people if person.participant == MOTHER.participant] == [True]
    again.ready(BOTH)
    old.weaken(TERMINAL.participant, weak=True)
    await until(lambda: _said(ear, [(), False]))


async def _said(ear: Ear, expected: list[object]) -> bool:
    """Whether the newest list says by whom the terminal is not seen, and whether the mother's line is weak."""
    lists = ear.of(TellPeople)
    people = {person.participant: person for person in lists[-1].people} if lists else {}
    return bool(people) and [people[TERMINAL.participant].unseen_by, people[MOTHER.participant].weak] == expected


async def _count(ear: Ear, offers: int) -> bool:
    return len(ear.of(Offered)) == offers


async def test_a_stranger_is_refused_by_the_room(redis: Redis, start: Starter) -> None:
    """The refusal reaches whoever wanted to enter."""
    host = await start()
    with pytest.raises(RoomFull):
        await host.join(spec(), "stranger", Role.VISITOR, Ear())


async def test_a_room_of_a_living_node_is_not_taken(redis: Redis, start: Starter) -> None:
    """Who comes to the wrong node is sent on; the claim stays where it is."""
    owner = await start()
    other = await start("ws://127.0.0.1:2/ws")
    await owner.join(spec(), MOTHER.participant, Role.VISITOR, Ear())
    with pytest.raises(NotMine):
        await other.join(spec(), MOTHER.participant, Role.VISITOR, Ear())
    assert (await known(redis)).claim.node == owner.node


async def test_a_node_that_lost_a_room_closes_it_and_ends_nothing(redis: Redis, start: Starter) -> None:
    """Another node's higher epoch is the end of it here: media cut, people sent on, no fact of an end."""
    host = await start()
    mother = await connect(host, spec(), MOTHER.participant, Role.VISITOR)
    await redis.hset(keys.room("room-1"), mapping={"node": "another", "epoch": "2"})
    await mother.hears(TellMoved)
    assert room_of(host).log[-1] == "ended"
    assert host.rooms == 0
    assert await ended_fact(redis) is None


async def test_a_node_cut_off_from_redis_closes_its_rooms_by_itself(live_url: str, start: Starter) -> None:
    """Once others may count it as dead it stops relaying, with nobody there to tell it so."""
    proxy = await Proxy.start(live_url)
    client = Redis.from_url(proxy.url, decode_responses=True, socket_timeout=0.2, socket_connect_timeout=0.2)
    host = await start(client=client, dead_after=0.6)
    mother = await connect(host, spec(), MOTHER.participant, Role.VISITOR)
    node = host.node
    await proxy.cut()
    await mother.hears(TellMoved)
    assert room_of(host).log[-1] == "ended"
    assert not host.holds_lease
    with pytest.raises(NotMine):
        await host.join(spec(), MOTHER.participant, Role.VISITOR, Ear())
    await proxy.mend()
    await until(lambda: _renamed(host, node))
    await host.join(spec(), MOTHER.participant, Role.VISITOR, Ear())
    await host.close()
    await client.aclose()
    await proxy.cut()


async def _renamed(host: RoomHost, before: str) -> bool:
    return host.node != before and host.holds_lease


async def test_a_buried_boot_gives_up_its_rooms(redis: Redis, start: Starter) -> None:
    """A second boot behind the same address is the one that counts; the first closes its rooms."""
    first = await start()
    mother = await connect(first, spec(), MOTHER.participant, Role.VISITOR)
    second = await start()
    await mother.hears(TellMoved)
    assert room_of(first).log[-1] == "ended"
    assert second.holds_lease


async def test_a_buried_boot_does_not_come_back_while_its_successor_lives(redis: Redis, start: Starter) -> None:
    """They do not bury each other in turns: the older one stays without a lease until the younger is gone."""
    first = await start(dead_after=0.6)
    second = await start(dead_after=0.6)
    node = second.node
    await asyncio.sleep(1)
    assert (second.node, second.holds_lease, first.holds_lease) == (node, True, False)
    await end(second._tasks)

    async def back() -> bool:
        return first.holds_lease

    assert await until(back)


async def test_seconds_are_carried_on_by_the_next_node(redis: Redis, start: Starter) -> None:
    """What a killed node had saved is where its heir begins; the slot ends when it always would."""
    host, room = await start(), spec(seconds=3)
    mother = await connect(host, room, MOTHER.participant, Role.VISITOR)
    await Registry(redis).open_room("room-1", "operator-1")
    await mother.hears(TellState, lambda told: told.view.phase is Phase.LIVE)
    planned = (await known(redis)).spec.ends_at
    await asyncio.sleep(0.5)
    await end(host._tasks)  # as SIGKILL would: nothing is said, nothing is saved
    await redis.hset(keys.connected("room-1"), MOTHER.participant, "0.4")
    await redis.hset(keys.ways("room-1"), '["visitor-a", "terminal-7", "video"]', "30")
    heir = await start()
    ear = Ear()
    await heir.join(room, MOTHER.participant, Role.VISITOR, ear)
    assert (await ear.hears(TellEnded)).ended_at == planned
    fact = await until(lambda: ended_fact(redis))
    assert fact.seconds == {MOTHER.participant: 0.4}
    assert fact.ways == (("visitor-a", "monitor-1", "audio", 0), ("visitor-a", "terminal-7", "video", 30 + 12))


async def test_a_leaving_node_hands_over_without_waiting_to_be_missed(redis: Redis, start: Starter) -> None:
    """People are sent on, the seconds are saved, and another node gets the room at once."""
    leaving, room = await start(), spec()
    mother = await connect(leaving, room, MOTHER.participant, Role.VISITOR)
    await Registry(redis).open_room("room-1", "operator-1")
    await mother.hears(TellState, lambda told: told.view.phase is Phase.LIVE)
    heir = await start("ws://127.0.0.1:2/ws")
    await leaving.leave()
    await mother.hears(TellMoved)
    assert room_of(leaving).log[-1] == "ended"
    assert (await Registry(redis).place(room)).node == heir.node
    assert (await Registry(redis).connected("room-1"))[MOTHER.participant] > 0
    assert await ended_fact(redis) is None


async def test_notices_reach_people_from_the_rooms_own_timer(redis: Redis, start: Starter) -> None:
    """With 30.3 s left the last notice comes a third of a second later, without anybody doing anything."""
    host, room = await start(heartbeat=60), spec(seconds=30.3, starts_in=-1)
    ear = Ear()
    await host.join(room, MOTHER.participant, Role.VISITOR, ear)
    assert (await ear.hears(TellNotice)).left == 30
