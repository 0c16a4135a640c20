"""Callers whose pictures can be decoded: a keyframe whenever the relay asks for one, and sound with its level."""

from __future__ import annotations

import time

from aiortc.rtcdtlstransport import RTCCertificate

from rooms.media.wire import rtcp

from .caller import AUDIO, HEADER, VIDEO
from .pictures import encode, packetise, painted
from .relay import PICTURE_BYTES, PICTURE_PACKETS, SOUND_BYTES, STAMP, Talker

LEVEL = b"\xbe\xde\x00\x01" + bytes([0x10, 30, 0, 0])
"""A header extension that says -30 dBov (RFC 8285, RFC 6464): somebody speaks."""

STAMP_AT = HEADER.size + len(LEVEL)
NO_KEYFRAME = b"\x10\x01"
"""A payload that begins a frame which is none: descriptor, and P set in the payload header."""


def keyframes(count: int) -> list[list[bytes]]:
    """Encode so many different pictures; of each the payloads of its keyframe."""
    return [packetise(encode([painted(seed)])[0]) for seed in range(count)]


class Speaker(Talker):
    """A caller as in `bench relay`, with real keyframes of its own."""

    def __init__(self, certificate: RTCCertificate, phase: float, pictures: list[list[bytes]]) -> None:
        super().__init__(certificate, phase)
        self._pictures = pictures
        self._shown = 0
        self._asked = True  # a stream begins with a keyframe
        self.on_rtcp = self._hear
        self.on_rtp = self._note

    def _hear(self, compound: bytes) -> None:
        self._asked = self._asked or any(isinstance(each, rtcp.KeyframeRequest) for each in rtcp.parse(compound))

    def _sound(self) -> None:
        number = self._next(AUDIO)
        header = HEADER.pack(0x90, AUDIO, number & 0xFFFF, number * 960 & 0xFFFFFFFF, 1000 + AUDIO)
        self._put(header + LEVEL + STAMP.pack(time.time_ns()) + bytes(SOUND_BYTES - STAMP.size))

    def _picture(self) -> None:
        payloads = [NO_KEYFRAME + bytes(PICTURE_BYTES - 2), *[bytes(PICTURE_BYTES)] * (PICTURE_PACKETS - 1)]
        if self._asked:
            self._asked = False
            self._shown += 1
            payloads = self._pictures[self._shown % len(self._pictures)]
        timestamp = (self._numbers[VIDEO] * 1500) & 0xFFFFFFFF
        for index, payload in enumerate(payloads):
            marker = 0x80 if index == len(payloads) - 1 else 0
            number = self._next(VIDEO)
            self._put(HEADER.pack(0x80, VIDEO | marker, number & 0xFFFF, timestamp, 1000 + VIDEO) + payload)

    def _next(self, payload_type: int) -> int:
        self._numbers[payload_type] += 1
        return self._numbers[payload_type]

    def _put(self, packet: bytes) -> None:
        self.send_rtp(packet)
        self.sent += 1

    def _note(self, packet: bytes) -> None:
        self.received += 1
        if packet[1] & 0x7F == AUDIO:
            self.took.append(self._arrived - STAMP.unpack_from(packet, STAMP_AT)[0])
