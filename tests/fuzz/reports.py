"""RTCP under fire: any compound packet, said by a source, by a receiver and by a monitor of one invented call."""

from __future__ import annotations

from rooms.media import feedback
from rooms.media.counters import Paused
from rooms.media.loss.gaps import seqs_in
from rooms.media.loss.repeats import BURST, Repeater
from rooms.media.rates.rates import Rates
from rooms.media.rates.sharing import LEAST, MOST
from rooms.media.routes import HISTORY, Gate, Leg, Path, Route
from rooms.media.wire import rtcp
from rooms.media.wire.rtp import HEADER, Stream


def control(data: bytes) -> None:
    """A decrypted compound packet: said by a source, by a receiver, by a monitor."""
    read = rtcp.parse(data)
    assert len(read) <= len(data) // 4
    source, receiver, monitor = _people(data)
    known = {*source.legs, *receiver.legs, *monitor.legs, *source.routes, *receiver.routes, 0}
    for sender in (source, receiver, monitor):
        translation = feedback.translate(sender, read)
        assert sender is not monitor or not translation.outgoing
        assert sender is not monitor or not translation.keyframes
        assert len(translation.keyframes) == len(set(translation.keyframes))
        for path, said in translation.outgoing.items():
            assert path is not sender
            _well_formed(feedback.compound(sender.reporter, said), said, known)
        _sent_again(sender, translation)
    _rates((source, receiver, monitor), read)


def _rates(people: tuple[Path, ...], read: list[rtcp.Packet]) -> None:
    """Whatever lines are said to take, each source is told something between the least and what the offer allows."""
    rates = {path: Rates(path, Paused()) for path in people}
    for path, each in rates.items():
        each.choose([(str(number), other) for number, other in enumerate(people) if other is not path])
    for step in range(8):
        for path, each in rates.items():
            each.read(read, float(step))
            each.look(float(step))
            assert len(path.estimates) <= len(people)
            assert LEAST <= each.sending.limit <= MOST


def _sent_again(sender: Path, translation: feedback.Translation) -> None:
    """What a participant says it misses is its own, and however often it says so it is sent no more than a burst."""
    repeaters: dict[int, Repeater] = {}
    for leg, missed in translation.missed:
        assert leg.path is sender
        assert leg.stream is Stream.VIDEO
        repeater = repeaters.setdefault(leg.ssrc, Repeater(leg, Leg(leg.path, Stream.RTX, leg)))
        for again in (0.0, 1.0):
            for packet in repeater.answer(seqs_in(missed.items), again, rtx=True):
                assert len(packet) == len(_kept(0)) + 2
    assert all(repeater._seq <= BURST + 1 for repeater in repeaters.values())


def _kept(seq: int) -> bytes:
    return HEADER.pack(0x80, Stream.VIDEO.payload_type, seq, 1, 7) + b"picture"


def _well_formed(compound: bytes, said: list[bytes], known: set[int]) -> None:
    """What goes out is RTCP to the last byte, and speaks of nothing but streams that are there."""
    at = 0
    while at < len(compound):
        assert compound[at] >> 6 == 2
        at += 4 + 4 * int.from_bytes(compound[at + 2 : at + 4])
    assert at == len(compound)
    for each in rtcp.parse(b"".join(said)):
        ssrcs = each.ssrcs if isinstance(each, rtcp.Estimate) else (each.ssrc,)
        assert known.issuperset(ssrcs)


def _people(data: bytes) -> tuple[Path, Path, Path]:
    """A source, a receiver who sends too, a monitor; their SSRCs are read off the packet where it could name them."""
    gate = Gate(0)
    source, receiver, monitor = (Path(gate, None, upstream=upstream) for upstream in (True, True, False))
    named = iter(int.from_bytes(data[at : at + 4]) for at in (4, 8, 12, 20, 28, 32))
    for sender, takers in ((source, (receiver, monitor)), (receiver, (source, monitor))):
        for stream in (Stream.AUDIO, Stream.VIDEO):
            route = Route(sender, stream, ssrc=next(named, 7), seq=65_000, timestamp=1, now=0)
            sender.routes[route.ssrc] = sender.current[stream] = route
            legs = tuple(Leg(taker, stream) for taker in takers)
            for leg in legs:
                _rename(leg, next(named, leg.ssrc))
            route.feed(legs, 0)
            if route.history is not None:
                route.history[:] = [_kept(65_000 - (65_000 - place) % HISTORY) for place in range(HISTORY)]
                route.highest = 65_000
            for leg in legs:
                leg.first = 65_000 - HISTORY
    return source, receiver, monitor


def _rename(leg: Leg, ssrc: int) -> None:
    del leg.path.legs[leg.ssrc]
    leg.ssrc = ssrc
    leg.path.legs[ssrc] = leg
