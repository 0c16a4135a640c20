"""Retransmissions, put together and taken apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rooms.media.wire.rtp import HEADER
from rooms.media.wire.rtx import original_seq, renumber, unwrap, wrap

EXTENSION = b"\xbe\xde\x00\x01\x32\1\2\3"


def test_a_retransmission_is_what_rfc_4588_says() -> None:
    """The original's timestamp, marker and extension, numbers of its own, the original's number before the payload."""
    original = HEADER.pack(0x90, 0x80 | 96, 1000, 3_000, 5) + EXTENSION + b"picture"
    repeat = wrap(original, payload_type=97, ssrc=6, seq=7)
    assert repeat == HEADER.pack(0x90, 0x80 | 97, 7, 3_000, 6) + EXTENSION + (1000).to_bytes(2) + b"picture"
    assert original_seq(repeat) == 1000
    assert unwrap(repeat, payload_type=96, ssrc=5) == original


def test_padding_is_no_retransmission() -> None:
    """What probes the line has nothing but padding, or a single byte; it has no original."""
    for padding in (HEADER.pack(0xA0, 97, 1, 1, 6) + bytes(9) + b"\x0a", HEADER.pack(0x80, 97, 1, 1, 6) + b"x"):
        assert original_seq(padding) is None
        assert unwrap(padding, payload_type=96, ssrc=5) is None
        moved = renumber(padding, ssrc=8, seq=0x1_0002, osn_offset=9, time_offset=0xFFFFFFFF)
        assert moved == HEADER.pack(padding[0], 97, 2, 0, 8) + padding[12:]
    assert wrap(HEADER.pack(0x80, 96, 1, 1, 5), payload_type=97, ssrc=6, seq=1) is None


def test_padding_behind_an_original_is_cut_off() -> None:
    """It was the retransmission's own."""
    repeat = HEADER.pack(0xA0, 97, 1, 9, 6) + b"\0\x07picture" + b"\0\0\3"
    assert unwrap(repeat, payload_type=96, ssrc=5) == HEADER.pack(0x80, 96, 7, 9, 5) + b"picture"


def test_a_retransmission_under_other_numbers_names_its_original_under_those() -> None:
    """Around the end of the number space."""
    repeat = HEADER.pack(0x80, 97, 1, 0xFFFFFFF0, 6) + (0xFFFF).to_bytes(2) + b"picture"
    moved = renumber(repeat, ssrc=8, seq=3, osn_offset=2, time_offset=0x20)
    assert moved == HEADER.pack(0x80, 97, 3, 0x10, 8) + b"\0\1picture"


@given(
    first=st.sampled_from([0x80, 0x81, 0x90, 0x91]),
    seq=st.integers(0, 0xFFFF),
    payload=st.binary(min_size=1, max_size=40),
)
def test_what_is_put_together_comes_apart_again(first: int, seq: int, payload: bytes) -> None:
    """Whatever the packet is like."""
    head = bytes(4 * (first & 0x0F)) + (EXTENSION if first & 0x10 else b"")
    original = HEADER.pack(first, 96, seq, 5, 5) + head + payload
    repeat = wrap(original, payload_type=97, ssrc=6, seq=1)
    assert repeat is not None
    assert unwrap(repeat, payload_type=96, ssrc=5) == original


@given(st.binary(min_size=12, max_size=60))
def test_no_packet_makes_it_raise(packet: bytes) -> None:
    """Whatever its header says of itself."""
    wrap(packet, payload_type=97, ssrc=6, seq=1)
    unwrap(packet, payload_type=96, ssrc=5)
    assert len(renumber(packet, ssrc=8, seq=1, osn_offset=1, time_offset=1)) == len(packet)
