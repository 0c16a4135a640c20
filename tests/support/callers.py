"""Participants who cost next to nothing: real signalling, ICE, DTLS and SRTP, a painted picture whenever one is asked
for, and a little sound with its level. For tests that need many rooms at once.
"""

from __future__ import annotations

import asyncio
from functools import cache
from itertools import cycle

from aiortc.rtcdtlstransport import RTCCertificate
from PIL import Image

from bench.caller import AUDIO, HEADER, VIDEO, Caller
from bench.pictures import encode, packetise
from rooms.media.wire import rtcp
from rooms.seats import Role, RoomSpec
from tests.support.nodes import BOTH, Page, TestNode

#: The pictures a caller shows in turn: greys that a wall's picture can be told apart by. Three, for a wall takes every
#: second keyframe or so, and would always meet the same one of two.
GREYS = (60, 130, 200)
#: A header extension that says -30 dBov: somebody speaks (RFC 8285, RFC 6464).
_LEVEL = b"\xbe\xde\x00\x01" + bytes([0x10, 30, 0, 0])
_CONSENT_EVERY = 4.0
_SOUND_EVERY = 0.25


@cache
def _keyframes() -> list[list[bytes]]:
    """The payloads of one keyframe for each of the greys."""
    return [packetise(encode([Image.new("RGB", (640, 480), (grey, grey, grey))])[0]) for grey in GREYS]


class QuietCaller(Caller):
    """A participant who sends a keyframe when asked for one, sound four times a second, and its consent."""

    def __init__(self, certificate: RTCCertificate) -> None:
        super().__init__(certificate)
        self._pictures = cycle(_keyframes())
        self._numbers = {AUDIO: 0, VIDEO: 0}
        self._shown = 0
        self._page: Page | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.on_rtcp = self._hear
        self.on_rtp = lambda _: None

    async def join(self, node: TestNode, spec: RoomSpec, participant: str, role: Role) -> None:
        """Come into a room on a node, and begin to send."""
        self._page = await node.enter(spec, participant, role)
        await self._page.send("ready", devices=BOTH)
        offer = await self._page.hears("offer")
        await self._page.send("answer", offer=offer["offer"], sdp=self.answer(offer["sdp"]))
        await self.connect()
        self._picture()
        self._tasks = [asyncio.create_task(self._speak()), asyncio.create_task(self._consent())]

    async def leave(self) -> None:
        """Stop sending, and drop both ways."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._page is not None:
            await self._page.drop()
        self.close()

    def _hear(self, compound: bytes) -> None:
        if any(isinstance(each, rtcp.KeyframeRequest) for each in rtcp.parse(compound)):
            self._picture()

    def _picture(self) -> None:
        payloads = next(self._pictures)
        self._shown += 1
        for index, payload in enumerate(payloads):
            marker = 0x80 if index == len(payloads) - 1 else 0
            self._packet(VIDEO, VIDEO | marker, 0x80, self._shown * 90_000, payload)

    def _packet(self, kind: int, type_byte: int, first: int, timestamp: int, payload: bytes) -> None:
        self._numbers[kind] += 1
        header = HEADER.pack(first, type_byte, self._numbers[kind] & 0xFFFF, timestamp & 0xFFFFFFFF, 1000 + kind)
        self.send_rtp(header + payload)

    async def _speak(self) -> None:
        while True:
            self._packet(AUDIO, AUDIO, 0x90, self._numbers[AUDIO] * 12_000, _LEVEL + bytes(40))
            await asyncio.sleep(_SOUND_EVERY)

    async def _consent(self) -> None:
        while True:
            await asyncio.sleep(_CONSENT_EVERY)
            await self.check()
