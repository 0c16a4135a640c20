"""Header extensions: found where they are, and nothing read beside them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rooms.media.wire.extensions import find_extension, layer_of, send_time, set_send_time
from rooms.media.wire.rtp import HEADER, Layer


def packet(extension: bytes, *, first: int = 0x90, profile: bytes = b"\xbe\xde") -> bytes:
    """Write a packet with an extension of whole words."""
    csrcs = bytes(4 * (first & 0x0F))
    words = (len(extension) // 4).to_bytes(2)
    return HEADER.pack(first, 96, 1, 2, 3) + csrcs + profile + words + extension + b"payload"


def test_an_element_is_found_among_others() -> None:
    """Behind CSRCs, another element and padding; the level of one byte, the time of three."""
    data = packet(b"\x10\x2a\0\0\x32\x01\x02\x03", first=0x92)
    view = memoryview(data)
    assert find_extension(view, len(data), 1) == (25, 1)
    assert find_extension(view, len(data), 3) == (29, 3)
    assert find_extension(view, len(data), 5) is None
    assert send_time(view, len(data), 3) == 0x010203
    assert send_time(view, len(data), 1) is None, "a level is no time"


def test_nothing_is_found_where_nothing_is() -> None:
    """No extension, another profile, an element that ends behind it, one that is reserved, one that is cut off."""
    for data in (
        packet(b"\x32\x01\x02\x03", first=0x80),
        packet(b"\x32\x01\x02\x03", profile=b"\x10\0"),
        packet(b"\x10\0\0\x32"),
        packet(b"\xf0\x32\x01\x02"),
        packet(b"\x32\x01\x02\x03")[:14],
        b"",
    ):
        assert find_extension(memoryview(data), len(data), 3) is None


def test_a_send_time_is_set_modulo_its_24_bits_and_nothing_else_is_touched() -> None:
    """Of a packet that does not say when it was sent, nothing at all."""
    data, other = bytearray(packet(b"\x32\x01\x02\x03")), bytearray(packet(b"\x10\x2a\0\0"))
    set_send_time(memoryview(data), len(data), 3, 0x1_000_005)
    assert bytes(data) == packet(b"\x32\x00\x00\x05")
    set_send_time(memoryview(other), len(other), 3, 7)
    assert bytes(other) == packet(b"\x10\x2a\0\0")


@given(st.binary(max_size=60), st.integers(0, 15))
def test_nothing_is_found_outside_the_packet(data: bytes, extension_id: int) -> None:
    """Whatever the header says of itself."""
    found = find_extension(memoryview(data + bytes(80)), len(data), extension_id)
    assert found is None or found[0] + found[1] <= len(data)


def test_a_packet_says_which_layer_it_is_of() -> None:
    """In either of two extensions, and only by a name that was offered."""
    for extension_id in (4, 5):
        for named, layer in ((b"h", Layer.MAIN), (b"l", Layer.SMALL), (b"x", None)):
            header = HEADER.pack(0x90, 96, 1, 0, 7) + b"\xbe\xde\0\1" + bytes([extension_id << 4]) + named + b"\0\0"
            assert layer_of(memoryview(header), len(header), 5, 4) is layer
            assert layer_of(memoryview(header), len(header), 3) is None
