"""The RTP header, as far as the relay looks at it."""

from __future__ import annotations

from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.wire import rtp


def packet(payload: bytes, csrc: list[int], *, extended: bool) -> bytes:
    """Write a packet by another implementation, with and without CSRCs and a header extension."""
    extensions = HeaderExtensionsMap()
    written = RtpPacket(payload_type=97, sequence_number=7, timestamp=8, ssrc=9, payload=payload)
    written.csrc = csrc
    if extended:
        uri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
        extensions.configure(RTCRtpParameters(headerExtensions=[RTCRtpHeaderExtensionParameters(id=1, uri=uri)]))
        written.extensions.audio_level = (False, 30)
    return bytes(written.serialize(extensions))


@given(st.binary(min_size=1, max_size=40), st.lists(st.integers(0, 2**32 - 1), max_size=15), st.booleans())
def test_the_payload_is_found_behind_csrcs_and_extension(payload: bytes, csrc: list[int], extended: bool) -> None:  # noqa: FBT001
    """Where aiortc put it."""
    data = packet(payload, csrc, extended=extended)
    at = rtp.payload_offset(memoryview(data), len(data))
    assert at is not None
    assert data[at:] == payload


@given(st.binary(min_size=12, max_size=100))
def test_no_header_points_outside_its_packet(data: bytes) -> None:
    """However it lies about its extension."""
    at = rtp.payload_offset(memoryview(data + bytes(400)), len(data))
    assert at is None or rtp.HEADER.size <= at < len(data)


@given(st.binary(max_size=40), st.integers(0, 60), st.booleans())
def test_the_payload_comes_without_its_padding(payload: bytes, padding: int, extended: bool) -> None:  # noqa: FBT001
    """The last byte counts it; a packet of padding alone has no payload."""
    data = bytearray(packet(payload, [], extended=extended))
    if padding:
        data[0] |= 0x20
        data += bytes(padding - 1) + bytes([padding])
    assert bytes(rtp.payload(memoryview(data), len(data))) == payload


@given(st.binary(min_size=12, max_size=100))
def test_no_padding_reaches_outside_its_packet(data: bytes) -> None:
    """However long it says it is."""
    buffer = memoryview(data + b"\xff" * 400)
    assert len(rtp.payload(buffer, len(data))) <= len(data) - rtp.HEADER.size


@given(st.integers(0, 0xFFFF), st.integers(1, 0x7FFF))
def test_newer_goes_round_the_end_of_the_numbers(seq: int, ahead: int) -> None:
    """65535 is before 0."""
    later = (seq + ahead) & 0xFFFF
    assert rtp.is_newer(later, seq)
    assert not rtp.is_newer(seq, later)
    assert rtp.is_newer(seq, seq)


def test_payload_types_are_one_a_stream() -> None:
    """Latching by payload type has one answer."""
    assert {stream.payload_type: stream for stream in rtp.Stream} | {rtp.RED: rtp.Stream.AUDIO} == rtp.STREAMS
    assert len(rtp.STREAMS) == len(rtp.Stream) + 1
