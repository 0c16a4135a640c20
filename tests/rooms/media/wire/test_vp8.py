"""One keyframe out of packets."""

from __future__ import annotations

import random

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from bench.pictures import encode, packetise, painted
from rooms.media.wire.vp8 import (
    EARLY,
    MOST_BYTES,
    MOST_PARTS,
    KeyframeCollector,
    begins_keyframe,
    descriptor_length,
    picture_numbers,
    shift_pictures,
)

FRAME = encode([painted(seed) for seed in range(2)])
KEYFRAME, DELTA = FRAME
Packet = tuple[int, int, bool, bytes]


def collect(packets: list[Packet], collector: KeyframeCollector | None = None) -> list[bytes]:
    """Push packets and return the frames that came out."""
    collector = collector or KeyframeCollector()
    return [frame for frame in (push(collector, packet) for packet in packets) if frame is not None]


def push(collector: KeyframeCollector, packet: Packet) -> bytes | None:
    """Push one packet."""
    seq, timestamp, marker, payload = packet
    return collector.push(seq, timestamp, payload, marker=marker)


def packets_of(frame: bytes, first: int, timestamp: int) -> list[Packet]:
    """The packets of a frame as (sequence number, timestamp, marker, payload)."""
    parts = packetise(frame)
    return [((first + index) & 0xFFFF, timestamp, index == len(parts) - 1, part) for index, part in enumerate(parts)]


@given(
    picture_id=st.none() | st.integers(0, 0x7FFF),
    tl0picidx=st.none() | st.integers(0, 255),
    tid=st.none() | st.tuples(st.integers(0, 3), st.integers(0, 1)),
    keyidx=st.none() | st.integers(0, 31),
    start=st.booleans(),
    partition=st.integers(0, 7),
)
def test_a_descriptor_is_as_long_as_another_one_wrote_it(start: bool, partition: int, **fields: object) -> None:  # noqa: FBT001
    """With each of its optional fields and without."""
    descriptor = VpxPayloadDescriptor(partition_start=int(start), partition_id=partition, **fields)  # type: ignore[arg-type]
    written = bytes(descriptor)
    assert descriptor_length(written + b"frame") == len(written)
    whole = written + KEYFRAME
    assert begins_keyframe(whole) is (start and partition == 0)
    assert not begins_keyframe(written + DELTA)


def test_a_keyframe_comes_out_as_it_went_in() -> None:
    """Byte for byte, and only the keyframe: not what came before, nor what comes after."""
    packets = packets_of(DELTA, 5, 1000) + packets_of(KEYFRAME, 50, 4000) + packets_of(DELTA, 200, 7000)
    assert len(packets_of(KEYFRAME, 0, 0)) > 5
    assert collect(packets) == [KEYFRAME]


@given(st.randoms(use_true_random=False), st.integers(0, 0xFFFF))
def test_order_does_not_matter_within_reason(chance: random.Random, first: int) -> None:
    """Shuffled with the pictures around it, some packets twice, across the end of the sequence numbers."""
    key = packets_of(KEYFRAME, first, 4000)
    assert len(key) < EARLY
    packets = key + chance.choices(key, k=3)
    chance.shuffle(packets)
    assert KEYFRAME in collect(packets)


@given(st.integers(0, 10_000))
def test_a_lost_packet_is_waited_for_and_its_keyframe_completed_by_a_late_one(lost: int) -> None:
    """As after a retransmission, some pictures later; without it the frame never comes out."""
    key = packets_of(KEYFRAME, 50, 4000)
    missing = key.pop(lost % len(key))
    later = [packet for number in range(20) for packet in packets_of(DELTA, 100 + number, 7000 + 3000 * number)]
    collector = KeyframeCollector()
    if missing[0] == 50:  # without its first packet nothing says that it is a keyframe, and it is soon forgotten
        assert collect(key, collector) == []
        assert collect([missing], collector) == [KEYFRAME]
    else:
        assert collect(key + later, collector) == []
        assert collect([missing], collector) == [KEYFRAME]


def test_a_keyframe_that_stays_incomplete_gives_way_to_the_next() -> None:
    """The newer one is what a wall wants; late packets of the older one change nothing any more."""
    old, new = packets_of(KEYFRAME, 50, 4000), packets_of(KEYFRAME, 150, 40_000)
    collector = KeyframeCollector()
    assert collect(old[:-1] + new[:-1], collector) == []
    assert collect(old, collector) == []
    assert collect(new[-1:], collector) == [KEYFRAME]


def test_padding_between_pictures_and_inside_changes_nothing() -> None:
    """An empty payload takes a number and brings nothing."""
    key = packets_of(KEYFRAME, 50, 4000)
    wide = [(seq + (seq > 52), timestamp, marker, payload) for seq, timestamp, marker, payload in key]
    padding = [(49, 1000, False, b""), (53, 4000, False, b""), (90, 4000, False, b"")]
    assert collect(padding + wide) == [KEYFRAME]


@pytest.mark.parametrize("payload", [b"", b"\x10", b"\x90", b"\x90\x80", b"\x90\xff\xff", b"\x10" + bytes(12)])
def test_what_is_too_short_or_no_keyframe_begins_none(payload: bytes) -> None:
    """Whatever its first byte pretends."""
    assert not begins_keyframe(payload)


def test_a_frame_without_end_is_given_up() -> None:
    """Neither its bytes nor its packets grow beyond a bound."""
    start = packets_of(KEYFRAME, 0, 4000)[0]
    collector = KeyframeCollector()
    push(collector, start)
    for seq in range(1, 3 * MOST_PARTS):
        assert push(collector, (seq & 0xFFFF, 4000, False, bytes(1200))) is None
    assert collector._size <= MOST_BYTES + 1200
    assert len(collector._parts) <= MOST_PARTS + 1


@given(
    st.lists(
        st.tuples(
            st.integers(0, 0xFFFF),
            st.sampled_from([0, 3000, 6000, 0xFFFFFFFF]),
            st.booleans(),
            st.binary(max_size=20) | st.binary(max_size=8).map(lambda tail: packetise(KEYFRAME)[0][:40] + tail),
        ),
        max_size=60,
    )
)
def test_no_packets_make_the_collector_raise(packets: list[Packet]) -> None:
    """Random ones, and keyframes' beginnings among them; what comes out is never longer than what went in."""
    for frame in collect(packets):
        assert len(frame) <= sum(len(payload) for *_, payload in packets)


@pytest.mark.parametrize(
    ("descriptor", "numbers", "shifted"),
    [
        (b"\x90\xe0\xff\xff\xff\x20", (0x7FFF, 0xFF), b"\x90\xe0\x80\x01\x02\x20"),
        (b"\x90\xe0\x7f\xff\x20", (0x7F, 0xFF), b"\x90\xe0\x01\x02\x20"),
        (b"\x90\x80\x80\x05", (5, None), b"\x90\x80\x80\x07"),
        (b"\x90\x40\x05", (None, 5), b"\x90\x40\x08"),
        (b"\x90\x20\x05", (None, None), b"\x90\x20\x05"),
        (b"\x10", (None, None), b"\x10"),
    ],
)
def test_pictures_numbers_are_read_and_shifted_in_as_many_bits_as_they_have(
    descriptor: bytes, numbers: tuple[int | None, int | None], shifted: bytes
) -> None:
    """Of 7 or 15 bits, with or without TL0PICIDX; nothing else changes."""
    assert picture_numbers(descriptor + b"picture") == numbers
    packet = bytearray(b"before" + descriptor + b"picture")
    shift_pictures(memoryview(packet), 6, len(packet), 2, 3)
    assert bytes(packet) == b"before" + shifted + b"picture"


@given(st.binary(max_size=12), st.integers(0, 0x7FFF), st.integers(0, 0xFF))
def test_whatever_a_descriptor_is_shifting_it_stays_within_the_packet(payload: bytes, picture: int, base: int) -> None:
    """Shortened or invented by a participant; and shifting back gives what it was."""
    picture_numbers(payload)
    packet = bytearray(payload + b"behind")
    shift_pictures(memoryview(packet), 0, len(payload), picture, base)
    assert packet[len(payload) :] == b"behind"
    shift_pictures(memoryview(packet), 0, len(payload), -picture & 0x7FFF, -base & 0xFF)
    assert packet == payload + b"behind"
