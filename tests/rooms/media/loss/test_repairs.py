"""Lost packets in a real room: who asks whom, what is sent again, and what nobody else notices."""

from __future__ import annotations

import asyncio
import random

import pytest

from bench.caller import HEADER, RTX, VIDEO, Caller, rtp_packet
from rooms.media import MediaRoom
from rooms.media.counters import Losses
from rooms.media.loss.gaps import PATIENCE, nack_items, seqs_in
from rooms.media.loss.repeats import AGAIN
from rooms.media.wire import rtcp
from tests.rooms.media.conftest import SOON, House, until


def picture(seq: int, ssrc: int = 500) -> bytes:
    """Write a packet of video."""
    return rtp_packet(VIDEO, ssrc, seq, seq * 3000, b"picture %d" % seq)


def repeat(seq: int, number: int) -> bytes:
    """Write a retransmission."""
    return rtp_packet(RTX, 501, number, seq * 3000, seq.to_bytes(2) + b"picture %d" % seq)


class Call:
    """A family that sends, a terminal that receives, in a live room."""

    def __init__(self, room: MediaRoom, family: Caller, terminal: Caller) -> None:
        self.room, self.family, self.terminal = room, family, terminal

    async def send(self, *packets: bytes) -> None:
        """Send, and wait until the relay has it."""
        before = self.room.counters().received
        for packet in packets:
            self.family.send_rtp(packet)
        await until(lambda: self.room.counters().received == before + len(packets))

    @property
    def losses(self) -> Losses:
        """What was counted."""
        return self.room.counters().losses

    def nack(self, *seqs: int, who: Caller | None = None) -> None:
        """Let somebody miss packets of the family's."""
        caller = who or self.terminal
        assert caller.server is not None
        caller.send_rtcp(rtcp.nack(rtcp.Nack(caller.server.slots["visitor-1"][1], tuple(nack_items(list(seqs))))))


def asked(caller: Caller) -> list[int]:
    """Which packets a caller was asked for."""
    said = [packet for compound in caller.rtcp for packet in rtcp.parse(compound)]
    return [seq for each in said if isinstance(each, rtcp.Nack) for seq in seqs_in(each.items)]


def keyframes(caller: Caller) -> int:
    """How many keyframes a caller was asked for."""
    said = [packet for compound in caller.rtcp for packet in rtcp.parse(compound)]
    return sum(isinstance(each, rtcp.KeyframeRequest) for each in said)


def got(caller: Caller, payload_type: int = VIDEO) -> list[int]:
    """The numbers of what came, in the order it came; of retransmissions, those of their originals."""
    packets = [packet for packet in caller.rtp if packet[1] & 0x7F == payload_type]
    return [int.from_bytes(each[12:14]) if payload_type == RTX else HEADER.unpack_from(each)[2] for each in packets]


@pytest.fixture
async def call(house: House) -> Call:
    """Ten packets have passed, 1000 to 1009."""
    room = house.room()
    family, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    call = Call(room, family, terminal)
    await call.send(*(picture(seq) for seq in range(1000, 1010)))
    await until(lambda: len(terminal.rtp) == 10)
    return call


async def test_what_a_receiver_misses_is_sent_again_by_the_relay_and_asked_of_nobody(call: Call) -> None:
    """On the promised SSRC, and counted as forwarded."""
    before = call.room.counters().forwarded
    call.nack(1003, 1007)
    await until(lambda: got(call.terminal, RTX) == [1003, 1007])
    assert call.terminal.server is not None
    assert {each[8:12] for each in call.terminal.rtp[10:]} == {call.terminal.server.slots["visitor-1"][2].to_bytes(4)}
    assert call.terminal.rtp[10][14:] == b"picture 1003"
    assert (call.losses, call.room.counters().forwarded) == (Losses(repeated=2), before + 2)
    assert asked(call.family) == []


async def test_who_did_not_negotiate_retransmissions_gets_the_packet_itself(house: House) -> None:
    """Its cipher takes the same packet under the same number, for what was lost never came to it."""
    room = house.room()
    family, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    peer = room.add_peer("terminal-1", "terminal", ["visitor-1"], house.ears)
    terminal = house.caller()
    peer.answer(terminal.answer(peer.offer(), rtx=False))
    await terminal.connect()
    await until(lambda: peer.connected)
    call = Call(room, family, terminal)
    protected: list[bytes] = []
    terminal.take = protected.append  # type: ignore[assignment,method-assign]
    await call.send(*(picture(seq) for seq in range(1000, 1005)))
    await until(lambda: len(protected) == 5)
    del terminal.take
    for datagram in (*protected[:2], *protected[3:]):
        terminal.take(datagram)
    call.nack(1002)
    await until(lambda: len(terminal.rtp) == 5)
    assert got(terminal) == [1000, 1001, 1003, 1004, 1002]
    assert terminal.rtp[-1][12:] == b"picture 1002"


async def test_what_never_came_is_asked_for_once_and_goes_on_as_video(call: Call) -> None:
    """Taken out of its retransmission; the receiver's own wish for it asks nobody a second time."""
    await call.send(picture(1012))
    call.nack(1010, 1011)
    await until(lambda: asked(call.family) == [1010, 1011])
    await call.send(repeat(1011, 1), repeat(1010, 2))
    await until(lambda: got(call.terminal)[10:] == [1012, 1011, 1010])
    assert call.terminal.rtp[-1][12:] == b"picture 1010"
    assert got(call.terminal, RTX) == []
    call.nack(1010)
    await until(lambda: got(call.terminal, RTX) == [1010])
    assert (call.losses.asked, call.losses.recovered, call.losses.given_up) == (2, 2, 0)


async def test_a_packet_goes_out_once_however_often_it_comes(call: Call) -> None:
    """The original that was only late, and its retransmission: never two packets under one number."""
    await call.send(picture(1011))
    await call.send(repeat(1010, 1))
    await call.send(picture(1010), repeat(1011, 2))
    call.family.send_rtp(picture(1012))
    await until(lambda: got(call.terminal)[-1] == 1012)
    assert got(call.terminal) == [*range(1000, 1010), 1011, 1010, 1012]


async def test_what_does_not_come_in_time_is_given_up_for_a_keyframe(call: Call, house: House) -> None:
    """And what comes of it after that goes nowhere."""
    await call.send(picture(1012))
    await until(lambda: asked(call.family) == [1010, 1011])
    house.clock.ahead += PATIENCE + 0.1
    await until(lambda: keyframes(call.family) == 1)
    await call.send(picture(1010), picture(1013))
    await until(lambda: got(call.terminal)[-1] == 1013)
    assert 1010 not in got(call.terminal)
    assert call.losses.given_up == 2


async def test_what_only_came_out_of_order_is_not_asked_for(call: Call) -> None:
    """It is there before anybody looks."""
    await call.send(picture(1011), picture(1010), picture(1012))
    await until(lambda: got(call.terminal)[10:] == [1011, 1010, 1012])
    await call.send(picture(1014))
    await until(lambda: asked(call.family) == [1013])
    assert call.losses.recovered == 0


async def test_padding_goes_on_to_the_receivers(call: Call) -> None:
    """Senders probe with it what the whole way can take, and receivers reckon with it."""
    padding = HEADER.pack(0xA0, RTX, 7, 9, 501) + bytes(99) + b"\x64"
    await call.send(padding)
    await until(lambda: len(call.terminal.rtp) == 11)
    assert call.terminal.rtp[-1][12:] == padding[12:]


async def test_nobody_is_asked_for_a_monitors_sake_and_it_is_answered_all_the_same(call: Call, house: House) -> None:
    """What a watcher's line loses comes from the relay; what no participant receives is missed by nobody."""
    watcher, _ = await house.join(call.room, "monitor-1", "monitor", ["visitor-1"])
    call.room.moderate("visitor-1", blanked=True)
    await call.send(picture(1010), picture(1012))
    await until(lambda: len(watcher.rtp) == 2)
    call.nack(1010, 1011, who=watcher)
    await until(lambda: got(watcher, RTX) == [1010])
    house.clock.ahead += PATIENCE + 0.1
    await call.send(picture(1014), picture(1013))
    await until(lambda: got(watcher) == [1010, 1012, 1014, 1013])
    assert (asked(call.family), keyframes(call.family)) == ([], 0)
    assert got(call.terminal, RTX) == []


async def test_what_came_before_the_room_was_live_is_not_recovered_into_it(house: House) -> None:
    """Lost in the waiting room, and come when the call had begun."""
    room = house.room(live=False)
    family, _ = await house.join(room, "visitor-1", "visitor", ["terminal-1"])
    terminal, _ = await house.join(room, "terminal-1", "terminal", ["visitor-1"])
    call = Call(room, family, terminal)
    await call.send(picture(1), picture(3))
    room.set_phase("live")
    await call.send(picture(2), repeat(2, 1), picture(4))
    call.nack(1, 2, 3, 4)
    await until(lambda: got(terminal, RTX) == [4])
    assert got(terminal) == [4]
    assert asked(family) == []


class BadLine:
    """Loses a fifth of what the family sends and of what the terminal receives; both do what browsers do about it."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.has: dict[int, bytes] = {}
        self._seeded = random.Random(5)
        self._repeats = 0
        call.family.on_rtcp = self._answer
        call.terminal.on_rtp = self._take

    def send(self, packet: bytes) -> None:
        """Encrypt a packet, and lose it or send it."""
        protected = self.call.family.dtls._tx_srtp.protect(packet)
        if self._seeded.random() > 0.2:
            self.call.family.send(protected)

    def _answer(self, compound: bytes) -> None:
        for each in rtcp.parse(compound):
            for seq in seqs_in(each.items) if isinstance(each, rtcp.Nack) else ():
                self._repeats += 1
                self.send(repeat(seq, self._repeats))

    def _take(self, packet: bytes) -> None:
        if self._seeded.random() < 0.2:
            return
        seq, payload = HEADER.unpack_from(packet)[2], packet[12:]
        if packet[1] & 0x7F == RTX:
            seq, payload = int.from_bytes(packet[12:14]), packet[14:]
        assert self.has.get(seq, payload) == payload
        self.has[seq] = payload

    def missing(self, last: int) -> list[int]:
        """What the terminal has not got, of what it knows of."""
        return [seq for seq in range(1010, last) if seq not in self.has]


async def test_a_call_over_a_bad_line_is_whole(call: Call) -> None:
    """A fifth of the packets lost on each way, requests' answers among them: every picture comes, and as it was."""
    line = BadLine(call)
    for seq in range(1010, 1210):
        line.send(picture(seq))
        await asyncio.sleep(0.002)
    line.call.family.send_rtp(picture(1210))
    async with asyncio.timeout(SOON):
        while missing := line.missing(1210):
            call.nack(*missing)
            await asyncio.sleep(AGAIN)
    assert line.has == {seq: b"picture %d" % seq for seq in range(1010, 1210)} | {
        seq: payload for seq, payload in line.has.items() if seq == 1210
    }
    assert call.losses.recovered > 20
    assert call.losses.repeated > 20
    assert call.losses.given_up == 0


async def test_a_full_line_is_asked_for_nothing_again(call: Call, house: House) -> None:
    """What is sent again would push out what is new; it is asked for once the line is full no more."""
    family = next(peer for peer in call.room.peers if peer.participant_id == "visitor-1")
    family.path.full = True
    await call.send(picture(1011), picture(1012))
    await until(lambda: got(call.terminal)[-1] == 1012)
    for _ in range(5):
        assert family.mend(house.clock.monotonic()), "it is still missing"
    assert asked(call.family) == []
    family.path.full = False
    await until(lambda: asked(call.family) == [1010])
