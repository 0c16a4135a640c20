"""Callers whose pictures can be decoded: a keyframe whenever the relay asks for one, and sound with its level.

They talk by the clock and answer what they are asked, so their packets are made as they go: sound every 20 ms, a
picture of three packets every 50 ms unless it is a keyframe.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable, Iterator
from struct import Struct

from aiortc.rtcdtlstransport import RTCCertificate

from rooms.media.wire import rtcp

from .caller import AUDIO, HEADER, VIDEO, Caller
from .load.stamps import datagrams, stamped
from .load.talker import NO_KEYFRAME
from .pictures import encode, packetise, painted

LEVEL = b"\xbe\xde\x00\x01" + bytes([0x10, 30, 0, 0])
"""A header extension that says -30 dBov (RFC 8285, RFC 6464): somebody speaks."""

SOUND_EVERY, PICTURE_EVERY, PICTURE_PACKETS = 0.02, 0.05, 3
SOUND_BYTES, PICTURE_BYTES = 80, 1100
PACKETS_A_SECOND = 1 / SOUND_EVERY + PICTURE_PACKETS / PICTURE_EVERY
CONSENT_EVERY = 5.0

STAMP = Struct("q")
STAMP_AT = HEADER.size + len(LEVEL)


def keyframes(count: int) -> list[list[bytes]]:
    """Encode so many different pictures; of each the payloads of its keyframe."""
    return [packetise(encode([painted(seed)])[0]) for seed in range(count)]


class Speaker(Caller):
    """A caller that talks by the clock, with real keyframes of its own, and notes how long the others' sound took."""

    def __init__(self, certificate: RTCCertificate, phase: float, pictures: list[list[bytes]]) -> None:
        super().__init__(certificate)
        stamped(self.sock)
        self.phase = phase
        self.sent = 0
        self.received = 0
        self.took = array("q")
        self._arrived = 0
        self._numbers = {AUDIO: 0, VIDEO: 0}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._pictures = pictures
        self._shown = 0
        self._asked = True  # a stream begins with a keyframe
        self.on_rtcp = self._hear
        self.on_rtp = self._note

    def talk(self, begin: float) -> None:
        """Begin to send, each at its own moment within the first interval."""
        self._repeat(self._sound, begin + self.phase * SOUND_EVERY, SOUND_EVERY)
        self._repeat(self._picture, begin + self.phase * PICTURE_EVERY, PICTURE_EVERY)
        self.listen(begin)

    def listen(self, begin: float) -> None:
        """Send nothing but what keeps the connection alive."""
        self._repeat(self.consent, begin + self.phase * CONSENT_EVERY, CONSENT_EVERY)

    def stop(self) -> None:
        """Send nothing more."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _repeat(self, what: Callable[[], None], at: float, every: float) -> None:
        def again() -> None:
            self._repeat(what, at + every, every)
            what()

        self._timers[what.__name__] = asyncio.get_running_loop().call_at(at, again)

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

    def _datagrams(self) -> Iterator[bytes]:
        for data, stamp in datagrams(self.sock):
            self._arrived = stamp or self._arrived
            yield data

    def _note(self, packet: bytes) -> None:
        self.received += 1
        if packet[1] & 0x7F == AUDIO:
            self.took.append(self._arrived - STAMP.unpack_from(packet, STAMP_AT)[0])
