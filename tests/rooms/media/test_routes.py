"""What a receiver sees of a source that pauses, changes its connection, or is late."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Session

from rooms.media.backends import Backend
from rooms.media.routes import NEVER, Leg, Path, Route
from rooms.media.wire.rtp import HEADER, Stream


class Parts:
    """Parts of the packet path, for one of the engines."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend

    def path(self) -> Path:
        """A participant to the packet path."""
        return self.backend.path(self.backend.gate(1e9), None, upstream=True)

    def leg(self) -> Leg:
        """A leg of video."""
        return self.backend.leg(self.path(), Stream.VIDEO)

    def route(self, seq: int = 1, timestamp: int = 0, stream: Stream = Stream.VIDEO, now: float = 0.0) -> Route:
        """An SSRC whose first packet has these numbers."""
        return self.backend.route(self.path(), stream, ssrc=5, seq=seq, timestamp=timestamp, now=now)


@pytest.fixture(scope="session")
def parts(backend: Backend) -> Parts:
    """Of each engine in turn."""
    return Parts(backend)


def pass_on(leg: Leg, of: Route, seq: int, timestamp: int, payload: bytes = b"x") -> tuple[int, int, bytes] | None:
    """Do what the relay does with a packet; return the numbers and payload that go out."""
    of.received += 1
    if (seq - of.highest) & 0xFFFF < 0x8000:
        of.highest, of.timestamp = seq, timestamp
    if leg not in of.legs:
        return None
    packet = bytearray(HEADER.pack(0x80, 96, seq, timestamp, 5) + payload)
    if leg.shifted and not leg.shift(memoryview(packet), seq, timestamp):
        return None
    _, _, seq, timestamp, _ = HEADER.unpack_from(packet)
    return seq, timestamp, bytes(packet[HEADER.size :])


def test_packets_pass_with_their_own_numbers_while_nothing_interrupts(parts: Parts) -> None:
    """The rule, and the fast path."""
    leg, first = parts.leg(), parts.route(65_000, 7)
    first.feed((leg,), 0.0)
    assert not leg.shifted
    assert pass_on(leg, first, 65_000, 7) == (65_000, 7, b"x")


def test_numbers_go_on_where_they_stopped_when_the_source_comes_back(parts: Parts) -> None:
    """A reload: another SSRC, other numbers, two seconds later."""
    leg, before, after = parts.leg(), parts.route(100, 1_000), parts.route(40_000, 900_000, now=2.0)
    before.feed((leg,), 0.0)
    assert pass_on(leg, before, 100, 1_000) == (100, 1_000, b"x")
    before.feed((), 0.0)
    after.feed((leg,), 2.0)
    assert pass_on(leg, after, 40_000, 900_000) == (101, 1_000 + 2 * 90_000, b"x")
    assert pass_on(leg, after, 40_001, 903_000) == (102, 1_000 + 2 * 90_000 + 3_000, b"x")


def test_numbers_go_on_where_they_stopped_after_a_pause_of_any_length(parts: Parts) -> None:
    """Held for longer than half the number space: no gap, no lost roll-over; the timestamps keep their time."""
    leg, source = parts.leg(), parts.route(1, 0)
    source.feed((leg,), 0.0)
    pass_on(leg, source, 1, 0)
    source.feed((), 0.0)
    for number in range(2, 40_000):
        assert pass_on(leg, source, number, number) is None
    source.feed((leg,), 300.0)
    assert pass_on(leg, source, 40_000, 40_000) == (2, 40_000, b"x")


def test_a_late_packet_of_before_the_pause_does_not_go_out(parts: Parts) -> None:
    """Its number has been given to another packet: the same number twice would be the same nonce twice."""
    leg, source = parts.leg(), parts.route(1, 0)
    source.feed((leg,), 0.0)
    pass_on(leg, source, 1, 0)
    source.feed((), 0.0)
    pass_on(leg, source, 3, 0)
    source.feed((leg,), 1.0)
    assert pass_on(leg, source, 2, 0) is None
    assert pass_on(leg, source, 4, 0) == (2, 0, b"x")


def test_a_cut_leaves_neither_keys_nor_legs(parts: Parts) -> None:
    """After it there is nothing to forward with, from or to."""
    sender, leg = parts.path(), parts.leg()
    sender.rx = sender.tx = Session()._srtp[0]
    sender.address = ("192.0.2.1", 1)
    mine = parts.backend.route(sender, Stream.VIDEO, ssrc=5, seq=1, timestamp=0, now=0.0)
    sender.add(mine)
    mine.feed((leg,), 0.0)
    sender.cut()
    assert {id(each) for each in (sender.rx, sender.tx, sender.address)} == {id(None)}
    assert not sender.routes
    assert not sender.current
    assert mine.legs == ()
    assert not leg.feeding


def test_a_shut_gate_is_past_its_deadline_at_any_time(parts: Parts) -> None:
    """No clock opens it again."""
    gate = parts.backend.gate(1e9)
    gate.shut()
    assert gate.deadline == NEVER


@dataclass
class Step:
    """Something that happens to a leg: packets pass, nothing passes, the source comes back as another."""

    what: str
    packets: int
    reordered: bool
    start: int


steps = st.lists(
    st.builds(
        Step, st.sampled_from(["pass", "hold", "reload"]), st.integers(1, 30), st.booleans(), st.integers(0, 65_535)
    ),
    min_size=1,
    max_size=12,
)


@given(happening=steps)
def test_no_number_goes_out_twice_whatever_happens(parts: Parts, happening: list[Step]) -> None:
    """Any mixture of flow, pauses, reloads and reordering: numbers are unique and advance without a jump."""
    leg, out = parts.leg(), []
    source, next_seq, now = parts.route(7, 0), 7, 0.0
    source.feed((leg,), now)
    for step in happening:
        now += 1.0
        if step.what == "reload":
            source.feed((), now)
            source, next_seq = parts.route(step.start, 0, now=now), step.start
        if step.what == "hold":
            source.feed((), now)
        else:
            source.feed((leg,), now)
        numbers = [(next_seq + i) & 0xFFFF for i in range(step.packets)]
        next_seq += step.packets
        if step.reordered and len(numbers) > 2:
            numbers[1], numbers[2] = numbers[2], numbers[1]
        sent = [pass_on(leg, source, number, 0) for number in numbers]
        out += [each[0] for each in sent if each is not None]
    assert len(out) == len(set(out))
    assert sorted((seq - 7) & 0xFFFF for seq in out) == list(range(len(out)))
