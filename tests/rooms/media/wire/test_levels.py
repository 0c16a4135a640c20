"""The audio level in a packet's header."""

from __future__ import annotations

from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.wire.levels import audio_level
from rooms.media.wire.rtp import HEADER

URIS = {
    1: "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    3: "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
}


def read(packet: bytes) -> int | None:
    """Read a packet that lies at the beginning of a larger buffer, as in the relay."""
    return audio_level(memoryview(packet + bytes(2048 - len(packet))), len(packet))


@given(st.integers(0, 127), st.booleans(), st.booleans(), st.lists(st.integers(0, 2**32 - 1), max_size=15))
def test_the_level_is_what_another_implementation_wrote(level: int, voice: bool, timed: bool, csrc: list[int]) -> None:  # noqa: FBT001
    """Alone or beside the send time, behind any number of CSRCs, with and without the voice flag."""
    extensions = HeaderExtensionsMap()
    known = [RTCRtpHeaderExtensionParameters(id=number, uri=uri) for number, uri in URIS.items()]
    extensions.configure(RTCRtpParameters(headerExtensions=known))
    packet = RtpPacket(payload_type=111, sequence_number=7, timestamp=8, ssrc=9, payload=b"sound")
    packet.csrc = csrc
    packet.extensions.audio_level = (voice, level)
    if timed:
        packet.extensions.abs_send_time = 1234
    assert read(bytes(packet.serialize(extensions))) == level


def test_the_level_is_found_behind_padding_and_other_elements() -> None:
    """Elements come in any order, with zero bytes between them (RFC 8285 section 4.2)."""
    elements = bytes([0x00, 0x32, 1, 2, 3, 0x00, 0x10, 0x80 | 42, 0x00, 0x00, 0x00, 0x00])
    header = HEADER.pack(0x90, 111, 1, 2, 3) + b"\xbe\xde\x00\x03"
    assert read(header + elements + b"sound") == 42


def test_a_packet_that_says_nothing_has_no_level() -> None:
    """No extension, one of two-byte elements, one of other elements, the reserved id, a cut-off element."""
    plain = HEADER.pack(0x80, 111, 1, 2, 3) + b"sound"
    extended = HEADER.pack(0x90, 111, 1, 2, 3)
    assert read(plain) is None
    assert read(extended + b"\x10\x00\x00\x01" + bytes([1, 1, 42, 0])) is None
    assert read(extended + b"\xbe\xde\x00\x01" + bytes([0x32, 1, 2, 3])) is None
    assert read(extended + b"\xbe\xde\x00\x02" + bytes([0xF0, 1, 0x10, 42, 0, 0, 0, 0])) is None
    assert read(extended + b"\xbe\xde\x00\x01" + bytes([0, 0, 0, 0x10])) is None
    assert read(extended + b"\xbe\xde\x00\x09" + bytes([0x10, 42, 0, 0])) is None


@given(st.binary(min_size=12, max_size=120))
def test_no_header_makes_the_reader_raise(data: bytes) -> None:
    """Whatever is in it; what is read is a level or nothing."""
    for marked in (data, bytes([data[0] | 0x10]) + data[1:12] + b"\xbe\xde" + data[12:]):
        level = read(marked)
        assert level is None or 0 <= level <= 127
