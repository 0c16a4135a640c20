"""RTCP read and written: round trips, other people's packets, and bytes that are neither."""

from __future__ import annotations

import pytest
from aiortc.rtp import RTCP_PSFB_APP, RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, pack_remb_fci
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.wire import rtcp

ssrcs = st.integers(0, 2**32 - 1)
numbers = st.integers(0, 2**16 - 1)
blocks = st.builds(
    rtcp.ReportBlock, ssrcs, st.binary(min_size=4, max_size=4), ssrcs, st.binary(min_size=12, max_size=12)
)
reports = st.builds(
    rtcp.SenderReport, ssrcs, st.binary(min_size=8, max_size=8), ssrcs, st.binary(min_size=8, max_size=8)
)
nacks = st.builds(rtcp.Nack, ssrcs, st.lists(st.tuples(numbers, numbers), min_size=1, max_size=50).map(tuple))


@given(st.binary(max_size=1500))
def test_no_bytes_make_the_reader_raise(data: bytes) -> None:
    """Random bytes, and random bodies behind each header the reader knows."""
    rtcp.parse(data)
    body = data[: len(data) - len(data) % 4]
    for packet_type in (rtcp.SR, rtcp.RR, rtcp.RTPFB, rtcp.PSFB):
        for first in (0x80, 0x81, 0x84, 0x8F, 0x9F, 0xA1, 0xBF):
            rtcp.parse(bytes([first, packet_type]) + (len(body) // 4).to_bytes(2) + body)


@given(reports, st.lists(blocks, max_size=31), nacks, ssrcs)
def test_what_is_written_is_read_the_same(
    report: rtcp.SenderReport, said: list[rtcp.ReportBlock], nack: rtcp.Nack, ssrc: int
) -> None:
    """A compound of everything the relay writes comes back value by value, in order."""
    compound = rtcp.sender_report(report) + rtcp.receiver_report(7, said) + rtcp.nack(nack) + rtcp.pli(ssrc)
    assert rtcp.parse(compound) == [report, *said, nack, rtcp.KeyframeRequest(ssrc)]


@given(st.integers(0, 2**40), st.lists(ssrcs, max_size=20))
def test_an_estimate_loses_less_than_its_mantissa_can_hold(bitrate: int, named: list[int]) -> None:
    """REMB rounds down to 18 significant bits, never up."""
    (estimate,) = rtcp.parse(rtcp.remb(rtcp.Estimate(bitrate, tuple(named))))
    assert isinstance(estimate, rtcp.Estimate)
    assert estimate.ssrcs == tuple(named)
    assert bitrate * (1 - 2**-17) <= estimate.bitrate <= bitrate


def test_aiortc_reads_what_the_relay_writes() -> None:
    """Another implementation understands each packet as it was meant."""
    block = rtcp.ReportBlock(9, b"\x19\0\0\x05", 70_000, bytes(12))
    compound = rtcp.receiver_report(1, [block]) + rtcp.nack(rtcp.Nack(9, ((100, 1),))) + rtcp.pli(9)
    report, nack, pli = RtcpPacket.parse(compound)
    assert isinstance(report, RtcpRrPacket)
    assert isinstance(nack, RtcpRtpfbPacket)
    assert isinstance(pli, RtcpPsfbPacket)
    assert (report.reports[0].ssrc, report.reports[0].fraction_lost, report.reports[0].packets_lost) == (9, 25, 5)
    assert (nack.media_ssrc, nack.lost) == (9, [100, 101])
    assert (pli.fmt, pli.media_ssrc) == (rtcp.FMT_PLI, 9)


def test_the_relay_reads_the_estimate_that_aiortc_writes() -> None:
    """REMB by another hand."""
    packet = RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=1, media_ssrc=0, fci=pack_remb_fci(1_000_000, [5, 6]))
    assert rtcp.parse(bytes(packet)) == [rtcp.Estimate(1_000_000, (5, 6))]


def test_a_fir_is_a_keyframe_request_for_each_of_its_entries() -> None:
    """RFC 5104 section 4.3.1: the media SSRC stands in the entries."""
    entries = b"".join(ssrc.to_bytes(4) + b"\x01\0\0\0" for ssrc in (5, 6))
    fir = bytes([0x80 | rtcp.FMT_FIR, rtcp.PSFB, 0, 6]) + bytes(8) + entries
    assert rtcp.parse(fir) == [rtcp.KeyframeRequest(5), rtcp.KeyframeRequest(6)]


def test_padding_is_no_request_for_a_retransmission() -> None:
    """A padded NACK asks for what it asks for, and not for its padding (RFC 3550 section 6.4.1)."""
    nack = bytearray(rtcp.nack(rtcp.Nack(9, ((100, 0),))) + b"\0\0\0\x04")
    nack[0] |= 0x20
    nack[3] += 1
    assert rtcp.parse(bytes(nack)) == [rtcp.Nack(9, ((100, 0),))]


def test_a_report_with_too_many_blocks_says_what_fits() -> None:
    """The count has five bits."""
    many = [rtcp.ReportBlock(ssrc, bytes(4), 0, bytes(12)) for ssrc in range(40)]
    assert rtcp.parse(rtcp.receiver_report(1, many)) == many[:31]


@pytest.mark.parametrize("length", range(0, 24, 4))
def test_an_estimate_that_is_cut_short_is_none(length: int) -> None:
    """Wherever it ends: after its mark too, where it does not even say how many it names."""
    whole = rtcp.remb(rtcp.Estimate(64_000, (5, 6)))
    assert rtcp.parse(whole) == [rtcp.Estimate(64_000, (5, 6))]
    cut = whole[:2] + (length // 4).to_bytes(2) + whole[4 : 4 + length]
    assert rtcp.parse(cut) == []
