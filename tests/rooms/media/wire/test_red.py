"""Redundant audio, put together and taken apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rooms.media.wire.red import MOST_EARLIER, MOST_LENGTH, unwrap, wrap
from rooms.media.wire.rtp import HEADER

LEVEL = b"\xbe\xde\x00\x01\x10\x2a\0\0"


def sound(seq: int, payload: bytes, *, first: int = 0x80, head: bytes = b"", mark: int = 0) -> bytes:
    """Write a plain packet of 20 ms."""
    return HEADER.pack(first, mark | 111, seq & 0xFFFF, seq * 960 & 0xFFFFFFFF, 5) + head + payload


def test_a_packet_brings_the_one_before_it_as_rfc_2198_says() -> None:
    """Four bytes of header for the old block: 1, its type, 14 bits of offset, 10 of length; one for the new."""
    packet = wrap(sound(9, b"new", first=0x90, head=LEVEL, mark=0x80), [(8 * 960, b"older")], payload_type=63)
    assert packet[:12] == HEADER.pack(0x90, 0x80 | 63, 9, 9 * 960, 5)
    assert packet[12:20] == LEVEL
    assert packet[20:] == bytes([0x80 | 111]) + (960 << 10 | 5).to_bytes(3) + b"\x6f" + b"older" + b"new"


def test_taken_apart_each_block_is_the_packet_it_was() -> None:
    """By number and timestamp, around their ends; the level stays with the packet's own."""
    own = sound(1, b"new", first=0x90, head=LEVEL)
    before = [((1 - back) * 960 & 0xFFFFFFFF, b"%d back" % back) for back in (2, 1)]
    packet = wrap(own, before, payload_type=63)
    assert unwrap(packet, payload_type=111) == [sound(-1, b"2 back"), sound(0, b"1 back"), own]


def test_what_cannot_be_carried_is_left_out_with_all_before_it() -> None:
    """Else a block would take another's number."""
    own = sound(100, b"new")
    for unfit in ((100 * 960 - MOST_EARLIER, b"old"), (98 * 960, bytes(MOST_LENGTH))):
        packet = wrap(own, [(97 * 960, b"97"), unfit, (99 * 960, b"99")], payload_type=63)
        assert unwrap(packet, payload_type=111) == [sound(99, b"99"), own]


def test_a_packet_without_any_before_it_is_one_block() -> None:
    """As the first one is; padding is not carried along."""
    padded = HEADER.pack(0xA0, 111, 1, 960, 5) + b"new" + b"\0\2"
    packet = wrap(padded, [], payload_type=63)
    assert packet == HEADER.pack(0x80, 63, 1, 960, 5) + b"\x6fnew"
    assert unwrap(packet, payload_type=111) == [sound(1, b"new")]


def test_blocks_of_other_kinds_and_empty_ones_are_left_out() -> None:
    """Telephone events, comfort noise, silence."""
    heads = bytes([0x80 | 13]) + (960 << 10 | 1).to_bytes(3) + bytes([0x80 | 111]) + (480 << 10).to_bytes(3)
    packet = HEADER.pack(0x80, 63, 9, 9 * 960, 5) + heads + b"\x6f" + b"n" + b"own"
    assert unwrap(packet, payload_type=111) == [sound(9, b"own")]


def test_what_is_not_as_its_headers_say_is_nothing() -> None:
    """Cut off in a header, longer than the packet, without a last header, without anything."""
    for content in (b"\xef\0", b"\xef\x0f\0\x09\x6fshort", b"\xef\x0f\0\0", b""):
        assert unwrap(HEADER.pack(0x80, 63, 9, 9, 5) + content, payload_type=111) == []


@given(
    own=st.binary(min_size=1, max_size=60),
    seq=st.integers(0, 0xFFFF),
    before=st.lists(st.binary(min_size=1, max_size=60), max_size=4),
)
def test_what_is_put_together_comes_apart_again(own: bytes, seq: int, before: list[bytes]) -> None:
    """However many there are."""
    packets = [sound(seq - back, content) for back, content in zip(range(len(before), 0, -1), before, strict=True)]
    repeated = [(HEADER.unpack_from(packet)[3], packet[12:]) for packet in packets]
    assert unwrap(wrap(sound(seq, own), repeated, payload_type=63), payload_type=111) == [*packets, sound(seq, own)]


@given(st.binary(min_size=12, max_size=80))
def test_no_packet_makes_it_raise_or_grow(packet: bytes) -> None:
    """Whatever its headers say: all that comes of it lies in it."""
    assert sum(len(each) - 12 for each in unwrap(packet, payload_type=111)) <= len(packet)
    wrap(packet, [(1, b"x")], payload_type=63)
