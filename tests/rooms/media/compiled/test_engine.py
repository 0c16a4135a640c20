"""hop.c against its reference: whatever happens, both engines come to the same."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.backends import Backend, PythonBackend
from rooms.media.relay import BUDGET, BUFFER, MAX_STRANGERS
from rooms.media.routes import ALLOWANCE, EVERY_PACKET, HISTORY, REORDERED
from rooms.media.wire.red import wrap
from rooms.media.wire.rtp import MAX_PACKET, RED, Stream
from tests.rooms.media.rig import Rig, rtp

EXTENSION = b"\xbe\xde\x00\x01\x10\x2a\0\0"


class Step(Protocol):
    """Something that happens."""

    def do(self, rig: Rig) -> None:
        """Let it happen."""
        ...


@dataclass
class Rtp:
    """So many packets of one SSRC, from a number on, each so much after the one before."""

    who: int
    stream: Stream
    variant: int
    start: int
    count: int
    step: int
    shape: tuple[int, bytes]
    mark: int

    def do(self, rig: Rig) -> None:
        """Send them."""
        first, payload = self.shape
        of_any_stream = 3
        ssrc = self.variant + (0 if self.variant == of_any_stream else 10 * self.stream.payload_type)
        for index in range(self.count):
            seq = self.start + index * self.step
            rig.parties[self.who].send_rtp(rtp(self.stream, ssrc, seq, payload, first=first, mark=self.mark))


@dataclass
class Raw:
    """A datagram of any kind, from a party's address or from a stranger's."""

    who: int
    datagram: bytes
    known: bool

    def do(self, rig: Rig) -> None:
        """Send it."""
        address = rig.parties[self.who].home
        if not self.known:
            rig.engine.release(address, rig.parties[self.who].path)
        rig.parties[self.who].send(self.datagram)
        if not self.known:
            rig.engine.drain()
            rig.engine.bind(address, rig.parties[self.who].path)


@dataclass
class Act:
    """Something that rooms and time do, between turns or, when a datagram says so, in the middle of one."""

    number: int
    after_a_turn: bool = False

    def do(self, rig: Rig) -> None:
        """Do it."""
        if self.after_a_turn:
            rig.engine.drain()
        act(rig, self.number)


@dataclass
class Drain:
    """A turn."""

    def do(self, rig: Rig) -> None:
        """Let the engine read."""
        rig.engine.drain()


def _others(who: int) -> list[int]:
    return [index for index in range(3) if index != who]


def _many_packets_later(rig: Rig, who: int, _: Stream) -> None:
    for route in rig.parties[who].path.routes.values():
        route.received += REORDERED - 5


def _goes(rig: Rig, who: int, stream: Stream) -> None:
    nowhere = stream is Stream.AUDIO
    rig.parties[who].path.address = None if nowhere else ("127.0.0.1", 0)


def _by_hand(rig: Rig, sender: int, stream: Stream) -> None:
    """Somebody takes what this party sends as redundant packets."""
    rig.legs[sender, stream, (sender + 1) % 3].redundant = stream is Stream.AUDIO
    route = rig.parties[sender].path.current.get(stream)
    if route is not None:
        route.choose_engine()


ACTS: dict[str, Callable[[Rig, int, Stream], None]] = {
    "nothing": lambda rig, who, stream: None,
    "feed": lambda rig, who, stream: rig.feed(who, stream, _others(who)),
    "feed one": lambda rig, who, stream: rig.feed(who, stream, _others(who)[:1]),
    "hold": lambda rig, who, stream: rig.feed(who, stream, ()),
    "cut": lambda rig, who, stream: rig.cut(who),
    "refill": lambda rig, who, stream: rig.parties[who].path.refill(),
    "goes": _goes,
    "comes back": lambda rig, who, stream: setattr(rig.parties[who].path, "address", rig.parties[who].home),
    "tap": lambda rig, who, stream: rig.tap(who, stream, on=True),
    "tap one": lambda rig, who, stream: rig.tap(who, stream, on=True, ahead=3),
    "untap": lambda rig, who, stream: rig.tap(who, stream, on=False),
    "release": lambda rig, who, stream: rig.engine.release(rig.parties[who].home, rig.parties[who].path),
    "bind": lambda rig, who, stream: rig.engine.bind(rig.parties[who].home, rig.parties[who].path),
    "by hand": _by_hand,
    "time": lambda rig, who, stream: setattr(rig.clock, "time", rig.clock.time + 0.5),
    "end soon": lambda rig, who, stream: setattr(rig.gate, "deadline", rig.clock.time + 1),
    "later": _many_packets_later,
    "end": lambda rig, who, stream: rig.gate.shut() if who == 0 else None,
}
LAST_ACT = 9 * len(ACTS) - 1


def number_of(name: str, who: int = 0, stream: Stream = Stream.VIDEO) -> int:
    """Return the number that says to do this."""
    return 9 * list(ACTS).index(name) + 3 * list(Stream).index(stream) + who


def act(rig: Rig, number: int) -> None:
    """Do what a number says; those above the last say nothing."""
    if number <= LAST_ACT:
        list(ACTS.values())[number // 9](rig, number % 3, list(Stream)[number // 3 % 3])


PLAIN = (0x80, b"payload")
BEGINNING = b"\x10\0\0\0\x9d\x01\x2a" + bytes(9)
"""Of a VP8 keyframe, with its descriptor."""


def video(start: int, count: int = 40, *, variant: int = 0, step: int = 1, mark: int = 0) -> Rtp:
    """Some video of the first party's."""
    return Rtp(0, Stream.VIDEO, variant, start, count, step, PLAIN, mark)


def keyframe(start: int) -> list[Step]:
    """The first packet of a keyframe, and what comes after it."""
    return [Rtp(0, Stream.VIDEO, 0, start, 1, 1, (0x80, BEGINNING), 0), video(start + 1, 5), Drain()]


def sound(start: int, count: int = 40, *, step: int = 1) -> Rtp:
    """Some audio of the first party's."""
    return Rtp(0, Stream.AUDIO, 0, start, count, step, PLAIN, 0)


def of(seq: int, start: int, mark: int = 0) -> Rtp:
    """Three retransmissions of one packet of the first party's, which is more than one."""
    return Rtp(0, Stream.RTX, 0, start, 3, 1, (0x80, seq.to_bytes(2) + b"late"), mark)


@dataclass
class Red:
    """Redundant audio of the first party's: so many packets, of which each brings the one before."""

    start: int
    count: int
    step: int = 1

    def do(self, rig: Rig) -> None:
        """Send them."""
        for seq in range(self.start, self.start + self.count * self.step, self.step):
            plain = rtp(Stream.AUDIO, 10 * Stream.AUDIO.payload_type, seq)
            before = (seq - 1) * 3000 & 0xFFFFFFFF
            rig.parties[0].send_rtp(wrap(plain, [(before, b"again")], payload_type=RED))


def repeats(start: int, payload: bytes, first: int = 0x80) -> Rtp:
    """Some retransmissions of the first party's."""
    return Rtp(0, Stream.RTX, 0, start, 3, 1, (first, payload), 0)


def asks(kind: bytes, what: str, who: int) -> Raw:
    """A datagram for Python from the third party, which makes somebody do something."""
    return Raw(2, kind + bytes(20) + bytes([number_of(what, who)]), known=True)


def then(what: str, who: int = 0, stream: Stream = Stream.VIDEO) -> Act:
    """Something happens when all that was sent has been read."""
    return Act(number_of(what, who, stream), after_a_turn=True)


STUN, DTLS, RTCP = b"\0\1", b"\x16\xfe", b"\x80\xc8"
HISTORIES: dict[str, list[Step]] = {
    "reload": [video(1000), video(9, 70, variant=1, mark=0x80), video(2000)],
    "late after a hold": [
        video(1000),
        then("hold"),
        video(1040, 9),
        then("feed"),
        video(1048, 8, step=-1),
        video(1060),
    ],
    "late, long after": [
        *(sound(1000), then("hold", 0, Stream.AUDIO), sound(1040, 9), then("feed", 0, Stream.AUDIO)),
        *(sound(999, 2, step=-1), then("later"), sound(997, 6, step=-1)),
    ],
    "redundant": [sound(1000, 10), Red(1011, 5, 2), sound(1014, 3), Red(1022, 1), sound(1023, 5)],
    "by hand": [sound(1000, 10), then("by hand", 0, Stream.AUDIO), sound(1010, 5), sound(1014, 2), Red(1018, 2)],
    "redundant from the first": [Red(5, 5), sound(10, 5), Red(number_of("cut") << 8, 3), Drain()],
    "overtaken": [video(1000, 10), video(1020, 10), video(1019, 15, step=-1), video(1030, 10)],
    "recovered": [video(1000, 10), video(1012, 9), of(1011, 7), of(1010, 10, 0x80), of(1003, 13), video(1021, 9)],
    "recovered after a hold": [
        *(video(1000), then("hold"), video(1040, 9), then("feed"), video(1050, 9), of(1049, 7)),
        *(of(1060, 10), of(1020, 13), video(1060, 9), of(1059, 16)),
    ],
    "more missing than is waited for": [video(1000), video(1500), of(1300, 7), video(1450, 9)],
    "cut by a gap": [video(1000), video(number_of("cut") << 8, 5), Drain()],
    "cut by a retransmission": [video(1000, 10), video(1012, 9), of(1011, number_of("cut") << 8), video(1021), Drain()],
    "retransmissions": [
        *(video(1000), repeats(7, b"\0\x12late"), then("hold"), video(2000, 9), then("feed")),
        *(video(2060), repeats(10, b"\0\x12late"), repeats(13, bytes(4) + EXTENSION + b"\0\x12late", 0x91)),
        *(repeats(16, b"\1"), repeats(19, b""), repeats(22, EXTENSION, 0x90)),
    ],
    "retransmissions after a reload": [video(1000), repeats(7, b"\0\1"), video(5, variant=1), repeats(10, b"\0\7late")],
    "more than is allowed": [step for start in range(0, 600, 40) for step in (video(start), Drain())],
    "cut by a check": [video(1000), asks(STUN, "cut", 0), video(1040), Drain()],
    "cut by a report": [video(1000), asks(RTCP, "cut", 1), video(1040), Drain()],
    "cut by a record": [video(1000), asks(DTLS, "cut", 1), video(1040), Drain()],
    "ended by a check": [video(1000), asks(STUN, "end", 0), video(1040), Drain()],
    "cut by its own first packet": [video(number_of("cut") << 8, 5), Drain()],
    "cut by what a tap saw": [video(1000), then("tap"), video(number_of("cut") << 8, 5), Drain()],
    "only one packet is tapped": [video(1000), Drain(), then("tap one"), video(1040), *keyframe(1080)],
    "cut by the only one that is tapped": [
        *(video((number_of("cut") << 8) - 5, 4), Drain(), then("tap one")),
        *(video((number_of("cut") << 8) - 1, 9), Drain()),
    ],
    "forgotten by a check": [video(1000), asks(STUN, "release", 0), video(1040), Drain()],
    "a receiver without keys": [video(1000), then("cut", 1), then("comes back", 1), video(1040)],
    "a receiver nowhere": [video(1000), then("goes", 1), video(1040), then("goes", 1, Stream.AUDIO), video(1080)],
    "an SSRC that changes what it is": [
        *(Rtp(0, stream, 3, start, 9, 1, PLAIN, 0) for start, stream in enumerate(Stream)),
        Drain(),
    ],
    "its slot ends": [video(1000), then("end soon"), video(1040), then("time"), video(1080), then("time"), video(1120)],
    "too many SSRCs": [
        Rtp(0, stream, variant, 1, 2, 1, PLAIN, 0) for stream in Stream for variant in (0, 1, 2, 3, 4, 5)
    ],
}


who = st.integers(0, 2)
acts = st.builds(Act, st.integers(9, LAST_ACT))
numbers = st.one_of(st.integers(0, 60), st.integers(0, 0xFFFF))
shapes = st.one_of(
    st.tuples(st.just(0x80), st.sampled_from([b"payload", b"", b"\x01", bytes(1000), bytes(1300)])),
    st.just((0x80, BEGINNING)),
    st.tuples(st.just(0x80), st.integers(0, 90).map(lambda seq: seq.to_bytes(2) + b"late")),
    st.tuples(st.sampled_from([0x81, 0x90, 0x91, 0xA0]), st.sampled_from([EXTENSION + b"payload", bytes(4), b""])),
)
steps = st.one_of(
    st.builds(
        Rtp,
        who,
        st.sampled_from(Stream),
        st.integers(0, 3),
        numbers,
        st.integers(1, 40),
        st.sampled_from([1, 1, 1, -1, 2, 0, 0x3000]),
        shapes,
        st.sampled_from([0, 0x80]),
    ),
    st.builds(Raw, who, st.binary(max_size=40), st.booleans()),
    st.builds(
        Raw,
        who,
        st.builds(
            lambda kind, number: kind + bytes(20) + bytes([number]),
            st.sampled_from([STUN, DTLS, RTCP]),
            st.integers(0, LAST_ACT),
        ),
        st.just(value=True),
    ),
    st.builds(Red, numbers, st.integers(1, 9), st.integers(1, 3)),
    acts,
    acts,
    st.just(Drain()),
)


def lived(backend: Backend, history: list[Step]) -> dict[str, object]:
    """Let a rig with this engine live through a history, and return what it came to."""
    rig = Rig(backend)
    rig.acts = lambda number: act(rig, number)
    for sender in range(3):
        for stream in Stream:
            rig.feed(sender, stream, [index for index in range(3) if index != sender])
    for step in history:
        step.do(rig)
    for _ in range(8):
        rig.engine.drain()
    outcome = rig.outcome()
    rig.close()
    return outcome


@pytest.mark.parametrize("story", HISTORIES)
def test_both_engines_come_to_the_same(compiled_backend: Backend, story: str) -> None:
    """In each case that has something special to it."""
    assert lived(compiled_backend, HISTORIES[story]) == lived(PythonBackend(), HISTORIES[story])


@given(history=st.lists(steps, max_size=25))
def test_both_engines_come_to_the_same_whatever_happens(compiled_backend: Backend, history: list[Step]) -> None:
    """The same packets at the same parties, the same calls at the same moment of the flow, the same counts.

    A call is written down with how much had arrived by then: nothing waits in a batch while Python decides, and nothing
    leaves that batch after a cut.
    """
    assert lived(compiled_backend, history) == lived(PythonBackend(), history)


def test_both_engines_go_by_the_same_figures(compiled_backend: Backend) -> None:
    """Each stands in hop.h and in Python."""
    lib = importlib.import_module("rooms.media.compiled.binding").lib
    assert (lib.HOP_BUDGET, lib.HOP_BUFFER, lib.HOP_MAX_PACKET) == (BUDGET, BUFFER, MAX_PACKET)
    assert (lib.HOP_MAX_STRANGERS, lib.HOP_REORDERED, lib.HOP_HISTORY) == (MAX_STRANGERS, REORDERED, HISTORY)
    assert EVERY_PACKET == lib.HOP_EVERY_PACKET
    assert (Stream.AUDIO.payload_type, RED) == (lib.HOP_AUDIO, lib.HOP_RED)
    assert ALLOWANCE > BUDGET


def test_the_histories_are_about_something(compiled_backend: Backend) -> None:
    """A rig in which nothing moves would prove nothing: here something is forwarded, shifted, held back and cut."""
    heard = {story: lived(compiled_backend, history)["heard"] for story, history in HISTORIES.items()}
    lengths = {story: [len(each) for each in parties] for story, parties in heard.items()}  # type: ignore[attr-defined]
    assert lengths["reload"] == [0, 110, 110]
    assert lengths["late after a hold"] == [0, 80, 80]
    assert lengths["late, long after"] == [0, 40, 40]
    assert lengths["redundant"] == [0, 27, 27]
    assert lengths["by hand"] == [0, 19, 19]
    assert lengths["redundant from the first"] == [0, 10, 10]
    assert lengths["overtaken"] == [0, 40, 40]
    assert lengths["recovered"] == [0, 30, 30]
    assert lengths["recovered after a hold"] == [0, 60, 60]
    assert lengths["more missing than is waited for"] == [0, 80, 80]
    assert lengths["cut by a gap"] == [0, 40, 40]
    assert lengths["cut by a retransmission"] == [0, 19, 19]
    assert lengths["more than is allowed"] == [0, ALLOWANCE, ALLOWANCE]
    assert lengths["cut by a check"] == lengths["ended by a check"] == [0, 40, 40]
    assert lengths["cut by a report"] == [0, 40, 80]
    assert lengths["its slot ends"] == [0, 120, 120]
