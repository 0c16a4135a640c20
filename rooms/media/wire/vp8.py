"""VP8 in RTP, as far as one whole keyframe: payload descriptor, payload header, and the putting together.

Pictures have numbers of their own in the descriptor: the picture id counts them all, TL0PICIDX those of the lowest
temporal layer. Decoders find by them what a picture refers to, and lose it if they jump back: Chromium keeps what it
knows of the last 50, by number, across keyframes.

RFC 7741 section 4 (descriptor 4.2, payload header 4.3), RFC 6386 section 9.1 (start code of a keyframe). All of it is a
participant's bytes: nothing here raises, whatever they are, and everything kept has a bound.
"""

from __future__ import annotations

from collections import deque

MOST_BYTES = 400_000
"""Of one keyframe. At the 2 Mbit/s a participant is allowed, one of 720p has 30 to 150 kB."""

MOST_PARTS = 512
EARLY = 24
"""Packets kept that may turn out to be of a keyframe whose first one was overtaken."""

_START_CODE = b"\x9d\x01\x2a"

Part = tuple[int, int, bytes, bool]
"""Sequence number, timestamp, payload with its descriptor, marker."""


def descriptor_length(payload: bytes | memoryview) -> int:
    """Return the length of the payload descriptor in bytes, which may be more than there are."""
    if not payload or not payload[0] & 0x80:
        return 1
    if len(payload) < 3:
        return 2
    extended = payload[1]
    length = 2
    if extended & 0x80:
        length += 2 if payload[2] & 0x80 else 1
    if extended & 0x40:
        length += 1
    return length + (1 if extended & 0x30 else 0)


def begins_keyframe(payload: bytes | memoryview) -> bool:
    """Whether a payload is the first of a keyframe."""
    # S set and partition 0: a frame begins here. P clear in the header's first bit: it is a keyframe.
    if not payload or payload[0] & 0x17 != 0x10:
        return False
    at = descriptor_length(payload)
    return len(payload) >= at + 10 and not payload[at] & 0x01 and payload[at + 3 : at + 6] == _START_CODE


def picture_numbers(payload: bytes) -> tuple[int | None, int | None]:
    """Return a payload's picture id and TL0PICIDX, each None if it has none."""
    if len(payload) < 2 or not payload[0] & 0x80:
        return None, None
    fields, at = payload[1], 2
    picture = base = None
    if fields & 0x80 and at < len(payload):
        wide = payload[at] & 0x80
        picture = int.from_bytes(payload[at : at + 2]) & 0x7FFF if wide else payload[at]
        at += 2 if wide else 1
    if fields & 0x40 and at < len(payload):
        base = payload[at]
    return picture, base


def shift_pictures(packet: memoryview, at: int, size: int, picture: int, base: int) -> None:
    """Add to the picture id and the TL0PICIDX of a packet whose payload begins at `at`, in the bits they have."""
    if at + 2 >= size or not packet[at] & 0x80:
        return
    fields, at = packet[at + 1], at + 2
    if fields & 0x80 and packet[at] & 0x80:
        if at + 2 > size:
            return
        packet[at : at + 2] = (int.from_bytes(packet[at : at + 2]) + picture & 0x7FFF | 0x8000).to_bytes(2)
        at += 2
    elif fields & 0x80:
        packet[at] = packet[at] + picture & 0x7F
        at += 1
    if fields & 0x40 and at < size:
        packet[at] = packet[at] + base & 0xFF


class KeyframeCollector:
    """Puts one keyframe together from packets that come in almost any order, some of them twice or late.

    A keyframe that lacks a packet is waited for, because it may come as a retransmission, until a newer one begins.
    """

    __slots__ = ("_early", "_first", "_last", "_parts", "_size", "_timestamp")

    def __init__(self) -> None:
        self._early: deque[Part] = deque(maxlen=EARLY)
        self._forget()

    def _forget(self) -> None:
        self._first: int | None = None
        self._timestamp = 0
        self._last: int | None = None
        self._parts: dict[int, bytes] = {}
        self._size = 0

    @property
    def collecting(self) -> int | None:
        """The timestamp of the keyframe that is being put together."""
        return self._timestamp if self._first is not None else None

    def push(self, seq: int, timestamp: int, payload: bytes, *, marker: bool) -> bytes | None:
        """Take a packet's payload, without padding; return the frame if it is whole now, and begin anew."""
        if begins_keyframe(payload) and self._is_newer(timestamp):
            self._begin(seq, timestamp)
        if self._first is None or timestamp != self._timestamp:
            self._early.append((seq, timestamp, payload, marker))
            return None
        self._add(seq, marker=marker, payload=payload)
        if self._size > MOST_BYTES or len(self._parts) > MOST_PARTS:
            self._forget()
            return None
        return self._whole()

    def _is_newer(self, timestamp: int) -> bool:
        return self._first is None or 0 < (timestamp - self._timestamp) & 0xFFFFFFFF < 0x80000000

    def _begin(self, seq: int, timestamp: int) -> None:
        self._forget()
        self._first, self._timestamp = seq, timestamp
        for early_seq, early_timestamp, payload, marker in self._early:
            if early_timestamp == timestamp:
                self._add(early_seq, marker=marker, payload=payload)
        self._early.clear()

    def _add(self, seq: int, *, marker: bool, payload: bytes) -> None:
        place = (seq - (self._first or 0)) & 0xFFFF
        if place > MOST_PARTS or place in self._parts:
            return
        part = payload[descriptor_length(payload) :]
        self._parts[place] = part
        self._size += len(part)
        if marker:
            self._last = place

    def _whole(self) -> bytes | None:
        if self._last is None or len(self._parts) <= self._last:
            return None
        parts = [self._parts.get(place) for place in range(self._last + 1)]
        frame = b"".join(part for part in parts if part is not None)
        if None in parts:
            return None
        self._forget()
        self._early.clear()
        return frame
