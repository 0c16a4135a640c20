"""Both directions of one line, as its connection reads RTCP; on both engines' paths."""

from __future__ import annotations

import pytest

from rooms.media.backends import Backend
from rooms.media.counters import Paused, Pictures
from rooms.media.rates.rates import EVERY, Rates
from rooms.media.rates.sending import HUSHED, Sending
from rooms.media.wire import rtcp
from rooms.media.wire.rtp import Stream

LOST, EVEN = b"\x80\0\0\0", bytes(12)


class Pair:
    """Somebody, and another whose picture and sound that one is given."""

    def __init__(self, backend: Backend) -> None:
        gate = backend.gate(1e9)
        self.paused = Paused()
        self.path, self.source = (backend.path(gate, None, upstream=True) for _ in range(2))
        self.legs = {stream: backend.leg(self.path, stream) for stream in (Stream.AUDIO, Stream.VIDEO)}
        for stream, leg in self.legs.items():
            route = backend.route(self.source, stream, ssrc=leg.ssrc ^ 1, seq=1, timestamp=0, now=0.0)
            self.source.add(route)
            route.feed((leg,), 0.0)
        self.rates, self.theirs = Rates(self.path, self.paused), Rates(self.source, self.paused)
        self.rates.choose([("other", self.source)])


@pytest.fixture
def pair(backend: Backend) -> Pair:
    """A fresh one."""
    return Pair(backend)


def test_what_its_line_takes_is_read_and_written_down(pair: Pair) -> None:
    """And whether it said so."""
    assert not pair.rates.read([rtcp.ReportBlock(pair.legs[Stream.VIDEO].ssrc, LOST, 1, EVEN)], 1.0)
    assert pair.rates.read([rtcp.Estimate(300_000, (pair.legs[Stream.VIDEO].ssrc,))], 1.0)
    assert pair.source.estimates == {pair.path: 300_000}


def test_only_pictures_octets_are_counted(pair: Pair) -> None:
    """The sender reports of its sound, and of what is no stream of its, say nothing of it."""
    audio, video = (pair.source.current[stream].ssrc for stream in (Stream.AUDIO, Stream.VIDEO))
    for second in range(2):
        counts = bytes(4) + (50_000 * second).to_bytes(4)
        pair.theirs.read([rtcp.SenderReport(ssrc, bytes(8), 0, counts) for ssrc in (audio, 7)], float(second))
    assert pair.source.sent == 0
    for second in range(2):
        pair.source.routes[video].received += 50
        counts = bytes(4) + (50_000 * second).to_bytes(4)
        pair.theirs.read([rtcp.SenderReport(video, bytes(8), 0, counts)], float(second))
    assert pair.source.sent == 400_000


def said(rates: Rates, now: float) -> list[rtcp.Packet]:
    """What somebody is told now."""
    packet = rates.say(now, asked=True)
    return rtcp.parse(packet) if packet is not None else []


def test_who_is_to_send_no_picture_is_told_so_in_a_report_too(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it is lost, by the counts of what a receiver said last; and no more when it has stopped."""
    video = pair.source.current[Stream.VIDEO]
    pair.source.sent = 30_000.0
    assert [type(packet) for packet in said(pair.theirs, 1.0)] == [rtcp.Estimate]
    monkeypatch.setattr(Sending, "weak", True)
    video.judged = rtcp.ReportBlock(video.ssrc, b"\x40\0\1\2", 70_000, b"jitterlsrdls")
    word = rtcp.ReportBlock(video.ssrc, b"\xff\0\1\2", 70_000, bytes(12))
    assert said(pair.theirs, 2.0) == [word, rtcp.Estimate(HUSHED, (video.ssrc,))]
    video.judged = None
    assert said(pair.theirs, 3.0)[0] == rtcp.ReportBlock(video.ssrc, b"\xff\0\0\0", video.highest, bytes(12))
    pair.source.sent = 0.0
    assert [type(packet) for packet in said(pair.theirs, 4.0)] == [rtcp.Estimate]


def report_of(ssrc: int, *, lost: float = 0.0, lsr: bytes = bytes(4), dlsr: float = 0.0) -> rtcp.ReportBlock:
    """What a receiver says of a stream."""
    return rtcp.ReportBlock(
        ssrc, round(256 * lost).to_bytes(1) + bytes(3), 1, bytes(4) + lsr + round(dlsr * 65_536).to_bytes(4)
    )


def test_what_waits_on_the_way_to_it_is_seen_by_its_answers(pair: Pair) -> None:
    """To the sender reports of its source, that it answers a moment after they came."""
    heard = pair.legs[Stream.AUDIO].ssrc
    for second in range(10):
        pair.source.sent = 300_000.0
        stamp = bytes([0, 0, 0, 0, 0, second, 0, 0])
        pair.rates.passed_on(rtcp.SenderReport(heard, stamp, 0, bytes(8)), float(second))
        waited = 0.02 if second < 5 else 0.4
        pair.rates.read([rtcp.Estimate(20_000, (heard,))], second + 0.4)
        answer = report_of(heard, lsr=stamp[2:6], dlsr=0.3)
        pair.rates.read([answer], second + 0.3 + waited)
        pair.rates.look(second + 0.5 + waited)
        pair.rates.choose([("other", pair.source)])
    assert pair.rates.pictures.unseen == {"other"}


def test_what_is_lost_before_the_relay_is_not_the_receivers_line(pair: Pair) -> None:
    """Its reports count it all the same: half of a picture is lost on the way here, and nothing from here on."""
    seen = pair.legs[Stream.VIDEO].ssrc
    for arrived, lost, paused in ((0.5, 0.5, False), (1.0, 0.5, True)):
        for step in range(12):
            pair.source.sent, pair.source.arrived = 300_000.0, arrived
            now = 100 * lost + 1_000 * paused + step / 2
            pair.rates.read([rtcp.Estimate(20_000, (seen,)), report_of(seen, lost=lost)], now)
            pair.rates.look(now)
            pair.rates.choose([("other", pair.source)])
        assert bool(pair.rates.pictures.unseen) is paused


def test_a_picture_that_its_line_does_not_carry_is_named_and_counted(pair: Pair) -> None:
    """Looked at twice a second; what a monitor does not see is counted apart."""
    estimate, report = (
        rtcp.Estimate(8_000, (pair.legs[Stream.VIDEO].ssrc,)),
        rtcp.ReportBlock(pair.legs[Stream.VIDEO].ssrc, LOST, 1, EVEN),
    )
    pair.source.sent = 300_000.0
    looks = []
    for step in range(60):
        now = step / 10
        pair.rates.read([estimate, report], now)
        looks.append(pair.rates.look(now))
        if looks[-1]:
            assert pair.rates.choose([("other", pair.source)])
    assert looks.count(None) == round(60 * (1 - 0.1 / EVERY))
    assert pair.rates.pictures == Pictures(frozenset({"other"}))
    assert pair.paused.receiver == pytest.approx(2.5)
    assert (pair.paused.monitor, pair.paused.sender) == (0, 0)
    assert not pair.rates.choose([("other", pair.source)])


def test_a_monitors_line_bounds_nobody(backend: Backend) -> None:
    """Nobody is told anything because of it."""
    monitor = Rates(backend.path(backend.gate(1e9), None, upstream=False), Paused())
    monitor.choose([("other", backend.path(backend.gate(1e9), None, upstream=True))])
    assert list(monitor.bounded) == []
