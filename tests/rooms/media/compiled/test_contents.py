"""What C reads of a packet for a wall is what Python reads of it, whatever the packet is."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import example, given
from hypothesis import strategies as st

from bench.pictures import encode, painted
from rooms.media.backends import Backend
from rooms.media.levels import LevelMeter
from rooms.media.wire.rtp import payload
from rooms.media.wire.sdp import AUDIO_LEVEL
from rooms.media.wire.vp8 import begins_keyframe
from tests.rooms.media.test_taps import loud

KEYFRAME, DELTA = (frame[:24] for frame in encode([painted(1), painted(2)]))

HEADERS = st.builds(
    lambda first, rest: bytes([first]) + rest,
    st.sampled_from([0x80, 0x90, 0xA0, 0xB0, 0x82, 0x91, 0xBF]),
    st.binary(min_size=11, max_size=11),
)
EXTENSIONS = st.builds(
    lambda words, elements: b"\xbe\xde" + words.to_bytes(2) + elements,
    st.integers(0, 4),
    st.lists(st.sampled_from([b"\0", b"\x10\x1e", b"\x10\x9e", b"\x32\1\2\3", b"\xf0\1", b"\x1f"]), max_size=8).map(
        b"".join
    ),
)
DESCRIPTORS = st.builds(
    lambda picture, tl0, tid, start, partition: bytes(
        VpxPayloadDescriptor(start, partition, picture_id=picture, tl0picidx=tl0, tid=tid)
    ),
    st.none() | st.integers(0, 0x7FFF),
    st.none() | st.integers(0, 255),
    st.none() | st.tuples(st.integers(0, 3), st.integers(0, 1)),
    st.integers(0, 1),
    st.sampled_from([0, 0, 0, 1, 7]),
)
FRAMES = st.builds(
    lambda descriptor, frame, length: (descriptor + frame)[:length],
    DESCRIPTORS,
    st.sampled_from([KEYFRAME, DELTA]),
    st.integers(0, 40),
)
PACKETS = st.builds(
    lambda *parts: b"".join(parts),
    HEADERS,
    st.sampled_from([b"", bytes(8)]) | EXTENSIONS,
    FRAMES | st.binary(max_size=30),
    st.sampled_from([b"", b"\0\0\3", b"\xff"]),
)


@pytest.fixture(scope="session")
def hop(compiled_backend: Backend) -> Any:
    """The compiled module, with ffi and lib."""
    assert compiled_backend.name == "compiled"
    return importlib.import_module("rooms.media.compiled.binding")


@given(packet=PACKETS | st.binary(min_size=12, max_size=60))
@example(packet=bytes([0x80]) + bytes(11) + b"\x10" + KEYFRAME)
@example(packet=bytes([0x80]) + bytes(11) + b"\x10" + KEYFRAME[:10])
@example(packet=bytes([0x80]) + bytes(11) + b"\x10" + KEYFRAME[:9])
def test_a_keyframe_begins_for_both_or_for_neither(hop: Any, packet: bytes) -> None:
    """Behind CSRCs, extensions and descriptors of any kind, cut off anywhere, with more padding than there is."""
    expected = begins_keyframe(payload(memoryview(packet), len(packet)))
    assert bool(hop.lib.hop_begins_keyframe(packet, len(packet))) is expected


def test_the_example_of_a_keyframe_is_one(hop: Any) -> None:
    """So that the comparison above does not compare two that never find any."""
    packet = bytes([0x80]) + bytes(11) + b"\x10" + KEYFRAME
    assert hop.lib.hop_begins_keyframe(packet, len(packet)) == 1


@given(packets=st.lists(st.integers(0, 127).map(loud) | PACKETS, max_size=30))
def test_a_meter_comes_to_the_same_level(hop: Any, compiled_backend: Backend, packets: list[bytes]) -> None:
    """After each packet, also after those that say nothing."""
    compiled: Any = compiled_backend.meter()
    plain = LevelMeter()
    for packet in packets:
        plain.take(memoryview(packet), len(packet))
        hop.lib.hop_meter_take(compiled.struct, packet, len(packet))
        assert compiled.known is plain.known
        assert (compiled.level, compiled.loudest) == pytest.approx((plain.level, plain.loudest))
    assert AUDIO_LEVEL[0] == hop.lib.HOP_AUDIO_LEVEL
