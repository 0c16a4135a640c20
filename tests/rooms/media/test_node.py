"""The node: addresses, consent, handshakes in number, and whole WebRTC clients that decode what they get."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from OpenSSL import SSL

from bench.caller import VIDEO, rtp_packet
from config.clock import SystemClock
from rooms.media import MediaNode
from rooms.media.backends import EngineChoice
from rooms.media.link.ice import HELD
from rooms.media.node import AT_ONCE, REMEMBERED
from rooms.media.routes import Path, Route
from tests.rooms.media.conftest import Ears, House, until
from tests.support.webrtc import AiortcClient


def picture(seq: int) -> bytes:
    """Write a packet of video."""
    return rtp_packet(VIDEO, 500, seq, seq * 3000, b"picture")


@pytest.mark.usefixtures("loopback_ice")
async def test_two_webrtc_clients_decode_each_other_and_a_third_watches(house: House) -> None:
    """Frames of sound and picture on both sides and at the watcher, until the cut, which all three are told of."""
    room = house.room()
    clients = [AiortcClient(), AiortcClient(), AiortcClient(sends=False)]
    peers = [
        room.add_peer("visitor-1", "visitor", ["terminal-1"], house.ears),
        room.add_peer("terminal-1", "terminal", ["visitor-1"], house.ears),
        room.add_peer("monitor-1", "monitor", ["terminal-1"], house.ears),
    ]
    for client, peer in zip(clients, peers, strict=True):
        peer.answer(await client.answer(peer.offer()))
    await until(lambda: all(each.decoded["audio"] > 20 and each.decoded["video"] > 10 for each in clients), 20)
    ways = room.counters().ways
    assert {(sender, receiver) for sender, receiver, _ in ways} == {
        ("visitor-1", "terminal-1"),
        ("terminal-1", "visitor-1"),
        ("terminal-1", "monitor-1"),
    }
    assert {event for event in house.ears.heard if event[0] == "connected"} == {
        ("connected", peer.participant_id) for peer in room.peers
    }
    assert Counter(kind for kind, _ in house.ears.heard) == {"connected": 3, "audio": 2, "video": 2}
    before = room.end().forwarded
    await until(lambda: all(each.pc.connectionState == "closed" for each in clients))
    assert room.counters().forwarded == before
    await asyncio.gather(*(each.close() for each in clients))


async def test_a_node_for_both_families_serves_who_comes_over_ipv4(house: House, engine: EngineChoice) -> None:
    """Their addresses are IPv6 ones there, with the IPv4 one inside."""
    node = MediaNode("::", 0, ["127.0.0.1"], house.clock, engine=engine)
    await node.open()
    room = node.add_room("r", "family", house.clock.now() + timedelta(minutes=1))
    room.set_phase("live")
    family, terminal = house.caller(), house.caller()
    for caller, who, role, other in (
        (family, "visitor-1", "visitor", "terminal-1"),
        (terminal, "terminal-1", "terminal", "visitor-1"),
    ):
        peer = room.add_peer(who, role, [other], house.ears)
        await caller.call(peer.offer(), peer.answer)
        await until(lambda peer=peer: peer.connected)  # type: ignore[misc]
    family.send_rtp(picture(1))
    await until(lambda: terminal.rtp)
    await node.close()


async def test_nobody_takes_an_address_where_another_was_a_moment_ago(house: House) -> None:
    """A participant's signed check, sent as if from another's address; later, when that one is gone, it may."""
    room = house.room()
    family, victim = await house.join(room, "visitor-1", "visitor", [])
    other = room.add_peer("visitor-2", "visitor", [], house.ears)
    other.answer(family.answer(other.offer()))
    assert await family.check() is None
    assert victim.path.address == family.sock.getsockname()
    house.clock.ahead += HELD
    assert await family.check() is not None
    assert victim.path.address is None
    assert other.path.address == family.sock.getsockname()


async def test_many_come_at_once_and_all_get_in_while_a_call_goes_on(house: House) -> None:
    """Forty handshakes in the same moment, a limit of eight at once, and not one packet of the running call lost."""
    house.node.handshakes._at_once = 8
    running = house.room()
    family, _ = await house.join(running, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(running, "terminal-1", "terminal", ["visitor-1"])
    full = house.room("legal")
    peers = [full.add_peer(f"visitor-{n}", "visitor", [], house.ears) for n in range(40)]
    most = 0

    async def talk() -> None:
        nonlocal most
        seq = 0
        while not all(peer.connected for peer in peers):
            seq += 1
            family.send_rtp(picture(seq))
            most = max(most, house.node.handshakes.in_flight)
            await asyncio.sleep(0.002)
        await until(lambda: len(terminal.rtp) == seq)

    async with asyncio.timeout(30):
        await asyncio.gather(talk(), *(house.caller().call(peer.offer(), peer.answer) for peer in peers))
    assert 0 < most <= 8
    assert house.node.handshakes.put_off > 0
    assert house.node.handshakes.in_flight == 0


async def test_what_nobody_sent_properly_costs_no_memory(house: House) -> None:
    """Datagrams of every first byte, at a participant's own address too: ignored or rejected, and the node goes on."""
    room = house.room()
    family, peer = await house.join(room, "visitor-1", "visitor", [])
    for first in range(256):
        for length in (1, 20, 100):
            family.send(bytes([first]) + bytes(length - 1))
        if first % 16 == 0:
            await asyncio.sleep(0)
    assert await family.check() is not None
    assert peer.connected
    assert len(peer.path.routes) == 0


async def test_a_node_has_a_room_once_and_forgets_it_when_it_has_ended(house: House) -> None:
    """By id."""
    room = house.room()
    with pytest.raises(ValueError, match=room.room_id):
        house.node.add_room(room.room_id, "family", room.ends_at)
    assert house.node.rooms[room.room_id] is room
    room.end()
    assert room.room_id not in house.node.rooms


async def test_addresses_of_an_ended_room_are_forgotten_after_a_minute(house: House) -> None:
    """What still comes then is a stranger's."""
    room = house.room()
    family, _ = await house.join(room, "visitor-1", "visitor", [])
    room.end()
    family.send_rtp(picture(1))
    await until(lambda: room.counters().refused_after_end == 1)
    house.clock.ahead += 61
    address = family.sock.getsockname()
    await until(lambda: house.node.engine.at(address) is None)
    ignored = house.node.totals.ignored
    family.send_rtp(picture(2))
    await until(lambda: house.node.totals.ignored == ignored + 1)
    assert room.counters().refused_after_end == 1


async def test_a_closing_node_says_goodbye_to_everyone(house: House, engine: EngineChoice) -> None:
    """Its rooms end, DTLS is closed, the port is free."""
    node = MediaNode("127.0.0.1", 0, ["127.0.0.1"], SystemClock(), engine=engine)
    await node.open()
    room = node.add_room("r", "family", SystemClock().now() + timedelta(minutes=1))
    peer = room.add_peer("visitor-1", "visitor", [], Ears())
    caller = house.caller()
    await caller.call(peer.offer(), peer.answer)
    port = node.port
    await node.close()
    await until(lambda: caller.dtls.state == "closed")
    assert room.phase == "ended"
    again = MediaNode("127.0.0.1", port, ["127.0.0.1"], SystemClock(), engine=engine)
    await again.open()
    await again.close()


async def test_rooms_whose_end_is_overdue_are_ended_in_turns(house: House) -> None:
    """Should their own timers all be late, the node ends them, and packets are read between any few of them."""
    rooms = 5 * AT_ONCE + 1
    for number in range(rooms):
        house.node.add_room(f"late-{number}", "family", house.clock.now() + timedelta(seconds=60))
    left, loop = [rooms], asyncio.get_running_loop()

    def look() -> None:
        left.append(len(house.node.rooms))
        if left[-1]:
            loop.call_soon(look)

    house.clock.ahead = 61.0
    look()
    await until(lambda: not left[-1])
    at_once = {before - after for before, after in pairwise(left)}
    assert at_once == {0, 1, AT_ONCE}


async def test_what_an_ended_room_was_is_let_go_of_without_the_collector(house: House) -> None:
    """Peers, and what OpenSSL has for them: a full node has no time to look for cycles."""
    gc.collect()
    others, known = connections(), known_to_the_engine()  # of tests before this one
    room = house.room()
    family = (await house.join(room, "visitor-1", "visitor", ["terminal-1"]))[0]
    terminal = (await house.join(room, "terminal-1", "terminal", ["visitor-1"]))[0]
    family.send_rtp(picture(1))
    terminal.send_rtp(picture(1))
    await until(lambda: room.counters().forwarded == 2)
    gc.collect()
    gc.disable()
    try:
        ours = [each for each in connections() if each not in others and each.get_app_data() is not None]
        held = [weakref.ref(each) for each in [*room.peers, *ours]]
        del ours
        assert len(held) == 4
        before = room.end().ways
        house.clock.ahead = REMEMBERED + 1
        await until(lambda: not any(each() for each in held))
        the_last_stream_and_whose = 2
        assert known_to_the_engine() <= known + the_last_stream_and_whose
        assert room.counters().ways == before
    finally:
        gc.enable()


def known_to_the_engine() -> int:
    """How many participants and streams there are to the packet path."""
    return sum(isinstance(each, Path | Route) for each in gc.get_objects())


def connections() -> list[SSL.Connection]:
    """OpenSSL's side of all associations there are, of callers and nodes."""
    return [each for each in gc.get_objects() if isinstance(each, SSL.Connection)]
