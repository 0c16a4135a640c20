"""What one receiver is sent again: what it may have, under the right numbers, and not too much."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rooms.media.backends import Backend
from rooms.media.loss.repeats import AGAIN, BURST, SHARE, Repeater
from rooms.media.routes import HISTORY, Route
from rooms.media.wire.rtp import HEADER, Stream
from tests.rooms.media.rig import Rig, rtp


class Line:
    """A source whose video goes through a real engine to one receiver, and what that one is sent again."""

    def __init__(self, backend: Backend) -> None:
        self.rig = Rig(backend)
        self.rig.feed(0, Stream.VIDEO, [1])
        self.leg, self.repeats = self.rig.legs[0, Stream.VIDEO, 1], self.rig.legs[0, Stream.RTX, 1]
        self.repeater = Repeater(self.leg, self.repeats)

    @property
    def route(self) -> Route:
        """The source's video."""
        return self.rig.parties[0].path.current[Stream.VIDEO]

    def send(self, start: int, count: int, ssrc: int = 500, payload: bytes = b"picture") -> None:
        """Let so many packets pass."""
        for seq in range(start, start + count):
            self.rig.parties[0].send_rtp(rtp(Stream.VIDEO, ssrc, seq, payload))
        self.rig.engine.drain()
        self.rig.parties[0].path.refill()

    def again(self, *seqs: int, now: float = 1000.0, rtx: bool = True) -> list[bytes]:
        """Ask for these, by the receiver's numbers."""
        return self.repeater.answer(seqs, now, rtx=rtx)

    def osns(self, packets: list[bytes]) -> list[int]:
        """Which originals these are of."""
        return [int.from_bytes(packet[12:14]) for packet in packets]


@pytest.fixture
def line(backend: Backend) -> Iterator[Line]:
    """Ten packets have passed, from 1000 on."""
    line = Line(backend)
    line.send(1000, 10)
    yield line
    line.rig.close()


def test_a_lost_packet_is_sent_again_as_a_retransmission(line: Line) -> None:
    """On the relay's own stream to that receiver, numbered there one by one, whatever was asked for."""
    first, second = line.again(1003, 1001)
    ssrc = line.repeats.ssrc
    assert first == HEADER.pack(0x80, 97, 1, 1003 * 3000, ssrc) + (1003).to_bytes(2) + b"picture"
    assert second == HEADER.pack(0x80, 97, 2, 1001 * 3000, ssrc) + (1001).to_bytes(2) + b"picture"


def test_who_takes_no_retransmissions_is_sent_the_same_packet(line: Line) -> None:
    """Byte for byte what went out: another one under that number would use its nonce a second time."""
    assert line.rig.arrived() == (0, 10, 0)
    assert line.again(1004, rtx=False) == [line.rig.parties[1].heard[4]]


def test_what_never_came_or_is_too_old_is_not_sent(line: Line) -> None:
    """Numbers of the future, of a hole, of before the first packet, and of what has been overwritten."""
    line.send(1012, 1)
    assert line.again(1013, 1010, 999, 5) == []
    line.send(1013, HISTORY)
    assert line.again(1005, 1012) == []
    assert line.osns(line.again(1013)) == [1013]


def test_a_packet_is_not_sent_again_at_once(line: Line) -> None:
    """Two requests for one packet cross with its answer."""
    assert len(line.again(1001, 1001)) == 1
    assert line.again(1001, now=1000.0 + AGAIN / 2) == []
    assert len(line.again(1001, now=1000.0 + AGAIN)) == 1


@pytest.mark.parametrize("rtx", [True, False])
def test_requests_multiply_nothing(line: Line, *, rtx: bool) -> None:
    """A burst, and then a share of what is forwarded, however much is asked for."""
    line.send(1010, 100)
    asked = [*range(1000, 1110)]
    sent = sum(len(line.again(*asked, now=1000 + tick, rtx=rtx)) for tick in range(1, 20))
    line.leg.count += 0 if rtx else sent
    assert sent == BURST
    line.send(1110, 40)
    sent = sum(len(line.again(*asked, now=1100 + tick, rtx=rtx)) for tick in range(1, 20))
    assert sent == 40 * SHARE


def test_what_a_receiver_was_never_given_is_not_given_it_as_a_retransmission(line: Line) -> None:
    """What came while the picture was taken from it stays taken, under its old numbers and its new ones."""
    line.rig.feed(0, Stream.VIDEO, [2])
    line.send(1010, 5)
    assert line.again(1005, 1012) == [], "nothing while it is taken"
    line.rig.feed(0, Stream.VIDEO, [1, 2])
    line.send(1015, 5, payload=b"after")
    assert line.leg.seq_offset == -5 & 0xFFFF
    sent = line.again(*range(1000, 1020))
    assert line.osns(sent) == [1010, 1011, 1012, 1013, 1014]
    assert {packet[14:] for packet in sent} == {b"after"}


def test_the_numbers_are_those_the_receiver_knows(line: Line) -> None:
    """After a reload: its sequence numbers and its clock, on the same stream of retransmissions."""
    line.again(1001)
    line.rig.clock.time += 2
    line.send(7, 3, ssrc=501)
    line.rig.arrived()
    heard = {HEADER.unpack_from(packet)[2]: HEADER.unpack_from(packet)[3] for packet in line.rig.parties[1].heard}
    sent = line.again(1011)
    assert line.osns(sent) == [1011]
    assert HEADER.unpack_from(sent[0])[2:4] == (2, heard[1011])


def test_a_retransmission_says_when_it_is_sent(backend: Backend) -> None:
    """By the source's clock, which its newest packet tells: else its time in the relay would count as the line's."""
    line = Line(backend)

    def stamped(time: int) -> bytes:
        return b"\xbe\xde\0\1\x32" + time.to_bytes(3) + b"picture"

    for seq, time in ((1, 100), (2, 0xFFFFFF)):
        line.rig.parties[0].send_rtp(rtp(Stream.VIDEO, 500, seq, stamped(time), first=0x90))
    line.rig.engine.drain()
    sent = line.again(1, now=line.rig.clock.time + 0.5)
    assert sent[0][12:20] == b"\xbe\xde\0\1\x32" + ((1 << 17) - 1).to_bytes(3)
    assert line.again(2, rtx=False)[0][12:] == stamped(0xFFFFFF), "the same packet says the same"
    line.rig.close()


def test_probes_of_the_source_go_on_among_the_relays_own(line: Line) -> None:
    """Padding and packets that are here already, in one row of numbers; nothing of before the receiver's first."""
    padding = HEADER.pack(0xA0, 97, 77, 9, 501) + bytes(9) + b"\x0a"
    known = HEADER.pack(0x80, 97, 78, 1004 * 3000, 501) + (1004).to_bytes(2) + b"picture"
    line.again(1001)
    ssrc = line.repeats.ssrc
    assert line.repeater.pass_on(padding) == HEADER.pack(0xA0, 97, 2, 9, ssrc) + padding[12:]
    assert line.repeater.pass_on(known) == HEADER.pack(0x80, 97, 3, 1004 * 3000, ssrc) + known[12:]
    assert line.repeater.pass_on(HEADER.pack(0x80, 97, 79, 9, 501) + (999).to_bytes(2) + b"picture") is None
    assert HEADER.unpack_from(line.again(1002)[0])[2] == 4, "what is not sent takes no number"


def test_nothing_is_sent_again_of_a_leg_that_nobody_feeds(line: Line) -> None:
    """Held, cut, or never begun."""
    line.rig.feed(0, Stream.VIDEO, [])
    assert line.again(1001) == []
    assert Repeater(line.rig.legs[2, Stream.VIDEO, 1], line.repeats).answer([1], 1.0, rtx=True) == []
