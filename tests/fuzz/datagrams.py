"""STUN and RTP under fire: any bytes are read, and what a reader made of them may do no harm."""

from __future__ import annotations

from collections.abc import Iterator

from aioice.stun import message_fingerprint

from rooms.media.levels import LevelMeter
from rooms.media.loss.repeats import Repeater
from rooms.media.relay import BUFFER
from rooms.media.routes import Gate, Leg, Path, Route
from rooms.media.taps import PictureTap
from rooms.media.wire import levels, red, rtp, rtx, stun, vp8
from rooms.media.wire.rtp import HEADER, MAX_PACKET, Stream

MOST_PACKETS = 64


def packets(data: bytes) -> Iterator[bytes]:
    """Cut an input into packets; each has its length before it, in two bytes."""
    at = 0
    for _ in range(MOST_PACKETS):
        if at + 2 > len(data):
            return
        end = at + 2 + int.from_bytes(data[at : at + 2])
        yield data[at + 2 : end]
        at = end


def check(data: bytes) -> None:
    """A datagram, and the same bytes as attributes of a request that is otherwise right, its fingerprint too."""
    for datagram in (data, _request(data)):
        request = stun.parse_request(datagram)
        if request is None:
            continue
        assert not request.is_signed_with("nobody's password"), "a forged signature"
        for seen_as in (("192.0.2.1", 5000), ("2001:db8::1", 5000, 0, 0)):
            response = stun.success(request, seen_as, "p" * 32)
            assert len(response) <= 80, "more than the address goes back"


def _request(attributes: bytes) -> bytes:
    attributes = attributes[: stun.MAX_REQUEST - 28]
    attributes += bytes(-len(attributes) % 4)
    head = b"\0\x01" + (len(attributes) + 8).to_bytes(2) + stun.MAGIC_COOKIE + b"transaction!"
    return head + attributes + b"\x80\x28\0\x04" + message_fingerprint(head + attributes).to_bytes(4)


def media(data: bytes) -> None:
    """Decrypted packets of one participant: header, level, keyframes, and the numbers a leg puts in."""
    frames: list[bytes] = []
    path = Path(Gate(0), None, upstream=True)
    video = Route(path, Stream.VIDEO, ssrc=1, seq=0, timestamp=0, now=0)
    level, picture = LevelMeter(), PictureTap(video, frames.append)
    primary = Leg(path, Stream.VIDEO)
    repeater = Repeater(primary, Leg(path, Stream.RTX, primary))
    primary.feed_from(video, 0)
    primary.shifted, primary.seq_offset, primary.time_offset = True, 0xFFF0, 0x9000_0000
    for packet in packets(data):
        if not HEADER.size <= len(packet) <= MAX_PACKET:
            continue
        view = memoryview(bytearray(_alone(packet)))
        _, second, seq, timestamp, _ = HEADER.unpack_from(view)
        level.take(view, len(packet))
        take = picture.take_repeat if second & 0x7F == Stream.RTX.payload_type else picture.take
        take(view, len(packet), second, seq, timestamp)
        _repeat(repeater, packet)
        _shift(primary, view, len(packet), seq, timestamp)
        _within(picture._collector)
    assert all(len(frame) <= vp8.MOST_BYTES for frame in frames)
    loudness = level.read()
    assert loudness is None or -127 <= loudness.level <= 0


def _alone(packet: bytes) -> bytes:
    """The packet in its buffer, once no reader was seen to look behind it at what an earlier one left there."""
    read = []
    for left in (b"\0", b"\xff"):
        buffer = packet + left * (BUFFER - len(packet))
        view, size = memoryview(buffer), len(packet)
        at, payload, level = rtp.payload_offset(view, size), rtp.payload(view, size), levels.audio_level(view, size)
        assert at is None or HEADER.size <= at < size
        assert level is None or 0 <= level <= 127
        assert len(payload) <= size - HEADER.size
        read.append((at, bytes(payload), level))
    assert read[0] == read[1], "a reader looks behind the packet"
    return packet + b"\xaa" * (BUFFER - len(packet))


def _repeat(repeater: Repeater, packet: bytes) -> None:
    """The packet as a retransmission: passed on at its length, or taken apart into a shorter one of another stream."""
    passed = repeater.pass_on(packet)
    assert passed is None or (len(passed), passed[:2]) == (len(packet), packet[:2])
    original = rtx.unwrap(packet, payload_type=Stream.VIDEO.payload_type, ssrc=1)
    assert original is None or len(original) <= len(packet) - rtx.OSN_SIZE
    assert (original is None) is (rtx.original_seq(packet) is None)
    plain = red.unwrap(packet, payload_type=Stream.AUDIO.payload_type)
    assert sum(len(each) - HEADER.size for each in plain) <= len(packet), "more comes out than is in it"


def _shift(leg: Leg, view: memoryview, size: int, seq: int, timestamp: int) -> None:
    before = bytes(view)
    leg.shift(view, seq, timestamp)
    assert (bytes(view[:2]), bytes(view[8:12])) == (before[:2], before[8:12])
    assert bytes(view[size:]) == before[size:], "a leg writes behind the packet"
    assert sum(a != b for a, b in zip(view, before, strict=True)) <= 6


def _within(collector: vp8.KeyframeCollector) -> None:
    assert collector._size <= vp8.MOST_BYTES
    assert len(collector._parts) <= vp8.MOST_PARTS
    assert len(collector._early) <= vp8.EARLY
