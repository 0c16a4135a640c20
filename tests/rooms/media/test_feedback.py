"""RTCP between participants, without a socket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.media import feedback
from rooms.media.backends import Backend
from rooms.media.routes import Leg, Path, Route
from rooms.media.wire import rtcp
from rooms.media.wire.rtp import Stream

NTP, COUNTS, LOST, TIMING = b"ntp-time", b"pkt-oct.", b"lost", b"jitterlsrdls"


class Triangle:
    """A source, a participant and a monitor that both receive its picture."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.gate = backend.gate(1e9)
        self.source, self.viewer, self.monitor = self.path(), self.path(), self.path(upstream=False)
        self.seen, self.watched = self.leg(self.viewer), self.leg(self.monitor)
        self.route = self.sends(self.source, 500, self.seen, self.watched)

    def path(self, *, upstream: bool = True) -> Path:
        """Make a participant."""
        return self.backend.path(self.gate, None, upstream=upstream)

    def leg(self, path: Path) -> Leg:
        """Make a leg on which a participant receives video."""
        return self.backend.leg(path, Stream.VIDEO)

    def sends(self, path: Path, ssrc: int, *legs: Leg) -> Route:
        """Let a participant send video on these legs."""
        route = self.backend.route(path, Stream.VIDEO, ssrc=ssrc, seq=1, timestamp=0, now=0.0)
        path.add(route)
        route.feed(legs, 0.0)
        return route


@pytest.fixture
def triangle(backend: Backend) -> Triangle:
    """A fresh one."""
    return Triangle(backend)


def said(translation: feedback.Translation, to: Path) -> list[rtcp.Packet]:
    """What a participant will read."""
    return rtcp.parse(b"".join(translation.outgoing.get(to, [])))


def test_a_sender_report_goes_to_every_receiver_under_its_own_ssrc(triangle: Triangle) -> None:
    """Wall clock and counts as they were; also to the monitor, whose picture and sound must fit together too."""
    report = rtcp.SenderReport(500, NTP, 9_000, COUNTS)
    result = feedback.translate(triangle.source, [report])
    for leg in (triangle.seen, triangle.watched):
        assert said(result, leg.path) == [rtcp.SenderReport(leg.ssrc, NTP, 9_000, COUNTS)]


def test_a_sender_report_fits_the_offsets_of_the_leg(triangle: Triangle) -> None:
    """After a reload the receiver's media clock is not the source's."""
    triangle.route.last_at, triangle.route.timestamp = 1.0, 1_000
    again = triangle.backend.route(triangle.source, Stream.VIDEO, ssrc=501, seq=1, timestamp=70_000, now=1.0)
    triangle.source.add(again)
    triangle.route.feed((), 1.0)
    again.feed((triangle.seen,), 1.1)
    result = feedback.translate(triangle.source, [rtcp.SenderReport(501, NTP, 70_090, COUNTS)])
    assert said(result, triangle.viewer) == [rtcp.SenderReport(triangle.seen.ssrc, NTP, 10_090, COUNTS)]


def test_reports_losses_and_wishes_of_a_participant_reach_the_source_under_its_numbers(triangle: Triangle) -> None:
    """Report blocks in the source's SSRC and sequence numbers, a keyframe as a wish."""
    triangle.seen.seq_offset = 100
    mine = triangle.seen.ssrc
    result = feedback.translate(
        triangle.viewer,
        [
            rtcp.ReportBlock(mine, LOST, 65_636, TIMING),
            rtcp.KeyframeRequest(mine),
            rtcp.KeyframeRequest(mine),
        ],
    )
    assert set(result.outgoing) == {triangle.source}
    assert said(result, triangle.source) == [
        rtcp.ReportBlock(500, LOST, 65_536, TIMING),
    ]
    assert result.keyframes == [triangle.route]


def everything(ssrc: int) -> list[rtcp.Packet]:
    """All that a receiver can say of a stream."""
    return [
        rtcp.ReportBlock(ssrc, LOST, 1, TIMING),
        rtcp.Nack(ssrc, ((1, 0),)),
        rtcp.KeyframeRequest(ssrc),
        rtcp.Estimate(100_000, (ssrc,)),
    ]


def test_no_receiver_says_that_all_is_lost(triangle: Triangle) -> None:
    """That is the relay's own word. What was passed on is kept with the stream."""
    feedback.translate(triangle.viewer, [rtcp.ReportBlock(triangle.seen.ssrc, b"\xff\1\2\3", 1, TIMING)])
    assert triangle.route.judged == rtcp.ReportBlock(500, b"\xfe\1\2\3", 1, TIMING)


def test_nothing_a_monitor_says_goes_anywhere(triangle: Triangle) -> None:
    """No report, no request, no estimate."""
    result = feedback.translate(triangle.monitor, everything(triangle.watched.ssrc))
    assert (result.outgoing, result.keyframes) == ({}, [])


def test_nothing_is_said_of_a_stream_that_is_withheld(triangle: Triangle) -> None:
    """A held room passes no feedback either."""
    triangle.route.feed((), 0.0)
    result = feedback.translate(triangle.viewer, everything(triangle.seen.ssrc))
    assert (result.outgoing, result.keyframes) == ({}, [])
    assert feedback.translate(triangle.source, [rtcp.SenderReport(500, NTP, 0, COUNTS)]).outgoing == {}


def test_nobody_speaks_of_anothers_stream(triangle: Triangle) -> None:
    """A participant that names the source's own SSRC, or another receiver's, is not heard."""
    for ssrc in (500, triangle.watched.ssrc, 0, 1):
        result = feedback.translate(triangle.viewer, everything(ssrc))
        assert (result.outgoing, result.keyframes) == ({}, [])


def test_a_compound_begins_with_a_report() -> None:
    """RFC 3550 section 6.1; one that already does is left as it is."""
    assert feedback.compound(7, [rtcp.pli(1)]) == rtcp.receiver_report(7) + rtcp.pli(1)
    assert feedback.compound(7, [rtcp.receiver_report(8), rtcp.pli(1)]) == rtcp.receiver_report(8) + rtcp.pli(1)


@given(data=st.binary(max_size=400))
def test_no_bytes_make_the_translation_raise(backend: Backend, data: bytes) -> None:
    """Random compounds from every side."""
    triangle = Triangle(backend)
    for sender in (triangle.source, triangle.viewer, triangle.monitor):
        feedback.translate(sender, rtcp.parse(data))
