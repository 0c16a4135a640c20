"""The hop, packet by packet, with real keys on both sides."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bench.caller import AUDIO, HEADER, RTX, VIDEO, Caller, rtp_packet, udp_socket
from rooms.media import MediaRoom
from rooms.media.relay import BUDGET, MAX_STRANGERS
from rooms.media.routes import ALLOWANCE
from tests.rooms.media.conftest import House, until


class Pair:
    """A family and a terminal, connected, in a live room."""

    def __init__(self, house: House, room: MediaRoom, family: Caller, terminal: Caller) -> None:
        self.house, self.room, self.family, self.terminal = house, room, family, terminal

    def drain(self) -> None:
        """Let the relay read now, in this very turn of the loop."""
        self.house.node.engine.drain()


async def pair_in(house: House, **room: object) -> Pair:
    """Make a room and connect two callers."""
    made = house.room(**room)  # type: ignore[arg-type]
    family, _ = await house.join(made, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(made, "terminal-1", "terminal", ["visitor-1"])
    return Pair(house, made, family, terminal)


@pytest.fixture
async def pair(house: House) -> Pair:
    """Two who can talk."""
    return await pair_in(house)


def video(seq: int, payload: bytes = b"picture", ssrc: int = 500) -> bytes:
    """Write a packet of video."""
    return rtp_packet(VIDEO, ssrc, seq, seq * 3000, payload)


async def test_a_packet_arrives_whole_under_the_ssrc_that_was_promised(pair: Pair) -> None:
    """Marker, numbers and payload as they were sent; the SSRC from the receiver's offer."""
    sent = HEADER.pack(0x80, 0x80 | VIDEO, 7, 8, 500) + b"picture"
    pair.family.send_rtp(sent)
    await until(lambda: pair.terminal.rtp)
    assert pair.terminal.server is not None
    promised = pair.terminal.server.slots["visitor-1"][1]
    assert pair.terminal.rtp == [sent[:8] + promised.to_bytes(4) + b"picture"]


async def test_each_stream_arrives_under_its_own_ssrc(pair: Pair) -> None:
    """Audio, video and retransmissions, told apart by payload type."""
    assert pair.terminal.server is not None
    for ssrc, payload_type in ((1000, AUDIO), (1001, VIDEO), (1002, RTX)):
        pair.family.send_rtp(rtp_packet(payload_type, ssrc, 1, 1, b"payload"))
    await until(lambda: len(pair.terminal.rtp) == 3)
    assert [HEADER.unpack_from(packet)[4] for packet in pair.terminal.rtp] == pair.terminal.server.slots["visitor-1"]


async def test_a_replayed_or_forged_packet_is_not_forwarded(pair: Pair) -> None:
    """libsrtp refuses both; they are counted."""
    protected = pair.family.dtls._tx_srtp.protect(video(1))
    for datagram in (protected, protected, video(2) + bytes(16), protected[:-1] + b"\0"):
        pair.family.send(datagram)
    await until(lambda: pair.house.node.totals.rejected == 3)
    assert pair.room.counters().forwarded == 1


async def test_a_packet_that_is_no_ethernet_frame_is_refused_unread(pair: Pair) -> None:
    """Too long or too short for media, by any of its pretences."""
    for size in (1501, 2048, 9000, 2, 11):
        pair.family.send(b"\x80" + bytes(size - 1))
    await until(lambda: pair.house.node.totals.rejected == 5)


async def test_datagrams_of_strangers_are_ignored(pair: Pair) -> None:
    """Media, DTLS, anything: who passed no check is nobody."""
    sock = udp_socket()
    assert pair.family.server is not None
    before = pair.house.node.totals.ignored
    for datagram in (video(1), b"\x16\xfe\xfd" + bytes(60), b"\x50" + bytes(30), b"", b"\0"):
        sock.sendto(datagram, pair.family.server.address)
    await until(lambda: pair.house.node.totals.ignored == before + 5)
    sock.close()
    assert pair.room.counters().received == 0


async def test_a_stream_cannot_change_what_it_is(pair: Pair) -> None:
    """An SSRC that began as video carries no sound, however its packets are labelled."""
    pair.family.send_rtp(video(1))
    pair.family.send_rtp(rtp_packet(AUDIO, 500, 2, 2, b"sound"))
    pair.family.send_rtp(video(3))
    await until(lambda: pair.room.counters().received == 3)
    assert [packet[12:] for packet in pair.terminal.rtp] == [b"picture"] * 2


async def test_a_source_may_change_its_ssrc_and_the_receiver_sees_one_stream(pair: Pair) -> None:
    """The newest of a kind is forwarded, the numbers go on, the old one is silent."""
    pair.family.send_rtp(video(100, b"1"))
    pair.family.send_rtp(video(9_000, b"2", ssrc=501))
    pair.family.send_rtp(video(101, b"old"))
    pair.family.send_rtp(video(9_001, b"3", ssrc=501))
    await until(lambda: len(pair.terminal.rtp) == 3)
    headers = [HEADER.unpack_from(packet) for packet in pair.terminal.rtp]
    assert [packet[12:] for packet in pair.terminal.rtp] == [b"1", b"2", b"3"]
    assert [header[2] for header in headers] == [100, 101, 102]
    assert len({header[4] for header in headers}) == 1


async def test_ssrcs_without_end_cost_the_relay_nothing(pair: Pair) -> None:
    """libsrtp would keep a context for each; after a few no unknown one is even decrypted."""
    for ssrc in range(2000, 2100):
        pair.family.send_rtp(video(1, ssrc=ssrc))
    await until(lambda: pair.house.node.totals.rejected == 100 - MAX_STRANGERS)
    assert pair.room.counters().received == MAX_STRANGERS


async def test_one_who_floods_spends_its_own_allowance(pair: Pair) -> None:
    """Beyond it packets are dropped before they cost anything; the next refill lets the call go on."""
    for seq in range(ALLOWANCE + 200):
        pair.family.send_rtp(video(seq))
    for _ in range(1 + (ALLOWANCE + 200) // BUDGET):
        pair.drain()
    assert pair.house.node.totals.rejected >= 200
    assert pair.room.counters().received <= ALLOWANCE
    before = pair.room.counters().received
    await asyncio.sleep(0.15)
    pair.family.send_rtp(video(5_000))
    await until(lambda: pair.room.counters().received == before + 1)


async def test_a_full_socket_is_read_in_portions(pair: Pair) -> None:
    """So that timers run in between; what is left stays in the kernel."""
    for seq in range(BUDGET + 40):
        pair.family.send_rtp(video(seq))
    pair.drain()
    assert pair.room.counters().received == BUDGET
    await until(lambda: pair.room.counters().received == BUDGET + 40)


async def test_packets_in_the_queue_at_the_boundary_are_refused_by_the_clock(pair: Pair) -> None:
    """The guard in the packet path alone: no timer has run, the room knows of no end, the keys are there."""
    pair.family.send_rtp(video(1))
    pair.drain()
    forwarded = pair.room.counters().forwarded
    for seq in range(2, 12):
        pair.family.send_rtp(video(seq))
    pair.house.clock.ahead = 3601
    pair.drain()
    assert pair.room.phase == "live"
    assert pair.room.counters().forwarded == forwarded == 1
    assert pair.room.counters().refused_after_end == 10


async def test_a_process_that_was_busy_at_the_boundary_forwards_nothing_after_it(house: House) -> None:
    """The loop is blocked from before the boundary till after it, and packets wait in the kernel meanwhile."""
    pair = await pair_in(house, seconds=0.6)
    for seq in range(10):
        pair.family.send_rtp(video(seq))
    await until(lambda: pair.room.counters().forwarded == 10)
    for seq in range(10, 20):
        pair.family.send_rtp(video(seq))
    late = (pair.room.ends_at - house.clock.now()).total_seconds() + 0.05
    time.sleep(late)  # noqa: ASYNC251 - being busy is what is tested
    await until(lambda: pair.room.counters().refused_after_end == 10)
    assert pair.room.counters().forwarded == 10
    assert last(pair.room) < pair.room.ends_at


def last(room: MediaRoom) -> datetime:
    """When the room forwarded last."""
    at = room.counters().last_forwarded_at
    assert at is not None
    return at


async def test_the_boundary_follows_a_correction_of_the_wall_clock(pair: Pair) -> None:
    """Slots are wall-clock times: if the clock is put right, the monotonic deadline is worked out anew."""
    pair.room.ends_at = pair.house.clock.now() - timedelta(milliseconds=1)
    await until(lambda: pair.room.phase == "ended")
    pair.family.send_rtp(video(1))
    await until(lambda: pair.room.counters().refused_after_end == 1)


async def test_order_is_kept(pair: Pair) -> None:
    """A hundred packets, in the order they were sent."""
    for seq in range(100):
        pair.family.send_rtp(video(seq))
    await until(lambda: len(pair.terminal.rtp) == 100)
    seqs = [HEADER.unpack_from(packet)[2] for packet in pair.terminal.rtp]
    assert all(after == before + 1 for before, after in pairwise(seqs))
