"""When sound is said again, to whom, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.caller import AUDIO, HEADER, VIDEO, Caller, rtp_packet
from rooms.media import MediaRoom
from rooms.media.backends import Backend
from rooms.media.counters import Losses
from rooms.media.loss.redundancy import EVEN, FLOODED, PAUSE, QUIET, ROOM, WORSE, Redundancy
from rooms.media.wire import rtcp
from rooms.media.wire.red import unwrap, wrap
from rooms.media.wire.rtp import RED, Stream
from tests.rooms.media.conftest import House, until
from tests.rooms.media.rig import Rig

WIDE = 1_000_000
UNEVEN = 0.05
JITTER = (2400).to_bytes(4)
"""The same in a report of sound."""

OPUS_32 = 80
"""Bytes of 20 ms of Opus at 32 kbit/s."""


def sound(seq: int, payload: bytes = b"") -> bytes:
    """Write a packet of audio."""
    return rtp_packet(AUDIO, 900, seq, seq * 960, payload or b"sound %d" % seq)


@pytest.fixture
def redundancy(backend: Backend) -> Iterator[Redundancy]:
    """Of a leg that is fed."""
    rig = Rig(backend)
    rig.feed(0, Stream.AUDIO, [1])
    rig.parties[0].send_rtp(sound(1))
    rig.engine.drain()
    yield Redundancy(rig.legs[0, Stream.AUDIO, 1])
    rig.close()


def brought(packet: bytes | None) -> list[int]:
    """The numbers of what a packet brings; of a plain one, its own."""
    assert packet is not None
    plain = unwrap(packet, payload_type=AUDIO) if packet[1] & 0x7F == RED else [packet]
    return [HEADER.unpack_from(each)[2] for each in plain]


def test_nothing_is_said_again_while_nothing_is_lost(redundancy: Redundancy) -> None:
    """The packets are those that the engine would have sent."""
    redundancy.reported(0.04, UNEVEN, WIDE)
    packet = redundancy.pack(sound(2))
    assert packet == sound(2)[:8] + redundancy._leg.ssrc.to_bytes(4) + b"sound 2"


def test_the_more_is_lost_the_more_is_said_again(redundancy: Redundancy) -> None:
    """One packet, then two; from the first of them on that is known, and never past a hole."""
    redundancy.reported(0.06, UNEVEN, WIDE)
    assert [brought(redundancy.pack(sound(seq))) for seq in (2, 3, 4)] == [[2], [2, 3], [3, 4]]
    redundancy.reported(0.15, UNEVEN, WIDE)
    assert brought(redundancy.pack(sound(5))) == [3, 4, 5]
    assert brought(redundancy.pack(sound(7))) == [7]
    assert brought(redundancy.pack(sound(8))) == [7, 8]


def test_it_ends_when_the_line_has_been_good_for_a_while(redundancy: Redundancy) -> None:
    """One good report may be luck; in between stays as it is."""
    redundancy.reported(0.2, UNEVEN, WIDE)
    for lost in (0.0, 0.03, *[0.0] * (QUIET - 1)):
        redundancy.reported(lost, UNEVEN, WIDE)
        assert redundancy.repeats == 2
    redundancy.reported(0.0, UNEVEN, WIDE)
    assert (redundancy.repeats, redundancy._leg.redundant) == (0, False)


def test_a_narrow_line_is_not_made_narrower(redundancy: Redundancy) -> None:
    """At 64 kbit/s the second 32 would be the loss; at once, also in the middle of a bad time."""
    redundancy.reported(0.2, UNEVEN, 64_000)
    assert redundancy.repeats == 0
    redundancy.reported(0.2, UNEVEN, ROOM)
    assert redundancy.repeats == 1
    redundancy.reported(0.2, UNEVEN, 2 * ROOM)
    assert redundancy.repeats == 2
    redundancy.reported(0.2, UNEVEN, ROOM - 1)
    assert redundancy.repeats == 0


def test_a_line_whose_packets_come_evenly_is_not_narrow(redundancy: Redundancy) -> None:
    """Losses by chance let the estimate sink as well; but nothing waits for anything."""
    redundancy.reported(0.2, EVEN / 2, 25_000)
    assert redundancy.repeats == 2
    redundancy.reported(0.2, EVEN, 25_000)
    assert redundancy.repeats == 0


def test_what_made_it_worse_is_left_off_for_a_while(redundancy: Redundancy) -> None:
    """A line of 64 kbit/s that carries sound alone is even, too; a minute of reports later it is tried again."""
    redundancy.reported(0.1, 0.0, 30_000)
    assert redundancy.repeats == 1
    redundancy.reported(0.25, 0.0, 30_000)
    assert redundancy.repeats == 0
    for _ in range(PAUSE - 1):
        redundancy.reported(0.1, 0.0, 30_000)
        assert redundancy.repeats == 0
    redundancy.reported(0.1, 0.0, 30_000)
    assert redundancy.repeats == 1
    redundancy.reported(0.1 + WORSE / 2, 0.0, 30_000)
    assert redundancy.repeats == 2


def test_a_flood_is_not_answered_with_more(redundancy: Redundancy) -> None:
    """Where most is lost, the line carries less than what is sent already."""
    redundancy.reported(FLOODED, 0.0, WIDE)
    assert redundancy.repeats == 0


def test_what_it_costs(redundancy: Redundancy) -> None:
    """34 kbit/s for each packet said again of Opus at 32 kbit/s, headers and all; the decision stands on it."""
    sizes = []
    for lost in (0.0, 0.06, 0.15):
        redundancy.reported(lost, UNEVEN, WIDE)
        packets = [redundancy.pack(sound(seq, bytes(OPUS_32))) for seq in range(10, 13)]
        sizes.append(len(packets[-1] or b""))
    assert [(size - sizes[0]) * 8 * 50 for size in sizes[1:]] == [34_000, 67_600]


class Call:
    """A family that speaks, a terminal that hears, and takes redundant audio or not."""

    def __init__(self, room: MediaRoom, family: Caller, terminal: Caller) -> None:
        self.room, self.family, self.terminal = room, family, terminal

    async def say(self, *packets: bytes) -> None:
        """Send, and wait until the relay has it."""
        before = self.room.counters().received
        for packet in packets:
            self.family.send_rtp(packet)
        await until(lambda: self.room.counters().received == before + len(packets))

    async def complain(self, lost: float, line: int) -> None:
        """Report a loss, and wait until the relay knows."""
        assert self.terminal.server is not None
        mine = self.terminal.server.slots["visitor-1"]
        block = rtcp.ReportBlock(mine[0], bytes([round(lost * 256), 0, 0, 0]), 1, JITTER + bytes(8))
        heard = len(self.family.rtcp)
        self.terminal.send_rtcp(
            rtcp.receiver_report(5, [block]) + rtcp.remb(rtcp.Estimate(line, (mine[1],))) + rtcp.pli(mine[1])
        )
        await until(lambda: len(self.family.rtcp) > heard)


def takes_red(answer: str) -> str:
    """The answer of one that takes redundant audio, too."""
    return answer.replace("SAVPF 111", "SAVPF 111 63").replace(
        "a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111"
    )


async def join(house: House, room: MediaRoom, who: str, role: str, source: str, *, red: bool) -> Caller:
    """Connect one that takes redundant audio or not."""
    peer = room.add_peer(who, role, [source], house.ears)
    caller = house.caller()
    answer = caller.answer(peer.offer())
    peer.answer(takes_red(answer) if red else answer)
    await caller.connect()
    await until(lambda: peer.connected)
    return caller


async def call_in(house: House, *, red: bool = False, family_takes_red: bool = False) -> Call:
    """Connect the two; sound and a picture have passed. red: whether the terminal takes redundant audio."""
    room = house.room()
    family = await join(house, room, "visitor-1", "visitor", "terminal-1", red=family_takes_red)
    terminal = await join(house, room, "terminal-1", "terminal", "visitor-1", red=red)
    call = Call(room, family, terminal)
    await call.say(sound(1), rtp_packet(VIDEO, 500, 1, 1, b"picture"))
    await until(lambda: len(terminal.rtp) == 2)
    terminal.rtp.clear()
    return call


async def test_who_loses_sound_is_sent_it_redundantly_and_plainly_again_when_all_is_well(house: House) -> None:
    """In one row of numbers; the room's count goes on."""
    call = await call_in(house, red=True)
    await call.complain(0.1, WIDE)
    await call.say(sound(2), sound(3))
    for _ in range(QUIET):
        await call.complain(0.0, WIDE)
    await call.say(sound(4))
    await until(lambda: len(call.terminal.rtp) == 3)
    assert [packet[1] & 0x7F for packet in call.terminal.rtp] == [RED, RED, AUDIO]
    assert [brought(packet) for packet in call.terminal.rtp] == [[2], [2, 3], [4]]
    assert call.terminal.server is not None
    assert {packet[8:12] for packet in call.terminal.rtp} == {call.terminal.server.slots["visitor-1"][0].to_bytes(4)}
    assert call.room.counters().forwarded == 5


@pytest.mark.parametrize("red", [True, False])
async def test_redundant_sound_is_taken_apart_for_everybody(house: House, *, red: bool) -> None:
    """What was lost of it before it goes on, once; what was not lost is not said twice."""
    call = await call_in(house, red=red)
    await call.say(wrap(sound(3), [(960, b"sound 1"), (2 * 960, b"sound 2")], payload_type=RED))
    await call.say(sound(2), wrap(sound(4), [(3 * 960, b"sound 3")], payload_type=RED))
    await until(lambda: len(call.terminal.rtp) == 3)
    assert [(packet[1], HEADER.unpack_from(packet)[2], packet[12:]) for packet in call.terminal.rtp] == [
        (AUDIO, seq, b"sound %d" % seq) for seq in (2, 3, 4)
    ]
    assert call.room.counters().losses == Losses(recovered=1)


async def test_who_takes_none_is_sent_none(house: House) -> None:
    """However much it loses."""
    call = await call_in(house, red=False)
    await call.complain(0.5, WIDE)
    await call.say(sound(2))
    await until(lambda: call.terminal.rtp)
    assert call.terminal.rtp[0][1] == AUDIO
    assert call.room.peers[0].path.current[Stream.AUDIO].by_hand is False


async def test_after_a_hold_nothing_of_before_is_said_again(house: House) -> None:
    """The numbers go on, and what they name is what was heard."""
    call = await call_in(house, red=True)
    await call.complain(0.2, WIDE)
    await call.say(sound(2))
    call.room.set_phase("held")
    await call.say(sound(3), sound(4))
    call.room.set_phase("live")
    await call.say(sound(5))
    await until(lambda: len(call.terminal.rtp) == 2)
    plain = unwrap(call.terminal.rtp[1], payload_type=AUDIO)
    assert [each[12:] for each in plain] == [b"sound 2", b"sound 5"]
    assert brought(call.terminal.rtp[1]) == [2, 3]
