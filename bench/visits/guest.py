"""One participant of a whole visit: a line to the node, a transport, and a little sound."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM, RTCCertificate

from ..caller import AUDIO, Caller, rtp_packet
from ..load.stamps import datagrams, stamped
from .line import Line, LineClosed

SAID_WITHIN = 20.0
SOUND = bytes(80)
STEP = 960
"""Timestamps between two packets."""
DTLS_ALERT = 21
"""What the first byte of a goodbye is: once there are keys, a node sends no other alert (RFC 5246 section 7.2.1)."""


class Guest(Caller):
    """A participant. Stamps are the kernel's, in nanoseconds of the wall clock.

    first, last: when its first and last packet of media came; closed: when the node said goodbye to its transport.
    told: when "ended" came on the line. received: packets, from those its partner sent after its `mark` on.
    """

    def __init__(self, certificate: RTCCertificate) -> None:
        super().__init__(certificate)
        self.profiles = [SRTP_AEAD_AES_128_GCM]
        self.partner: Guest | None = None
        self.first: int | None = None
        self.last: int | None = None
        self.closed: int | None = None
        self.told: int | None = None
        self.sent = self.received = self.mark = 0
        self.counted = False
        self._stamp = 0
        self._line: Line | None = None
        self._said: dict[str, dict[str, Any]] = {}
        self._news = asyncio.Event()
        self._over = asyncio.Event()
        stamped(self.sock)

    # --- signalling ---------------------------------------------------------------------------------------------------

    async def join(self, url: str, origin: str, ticket: str, source: str = "") -> None:
        """Come in by a ticket, up to the keys. Raises OSError (ConnectionError and TimeoutError among them).

        Whose visit is over meanwhile stops trying: the node has hung up without ever having had keys to say so with.
        """
        self._line = await Line.open(url, origin, self._hear, source)
        self._line.say({"type": "hello", "version": 1, "ticket": ticket})
        await self._hears("welcome")
        self._line.say({"type": "ready", "devices": {"camera": True, "microphone": True}})
        offer = await self._hears("offer")
        self._line.say({"type": "answer", "offer": offer["offer"], "sdp": self.answer(offer["sdp"])})
        tries = {asyncio.ensure_future(each) for each in (self.connect(), self._over.wait())}
        try:
            done, _ = await asyncio.wait(tries, timeout=SAID_WITHIN, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                each.result()
        finally:
            for each in tries:
                each.cancel()
            await asyncio.gather(*tries, return_exceptions=True)
        if not done:
            raise TimeoutError
        if self._over.is_set():
            raise LineClosed("ended")

    def leave(self) -> None:
        """Go without a word."""
        if self._line is not None:
            self._line.close()
        self.close()

    def _hear(self, message: dict[str, Any], stamp: int) -> None:
        kind = message["type"]
        if kind == "ping" and self._line is not None:
            self._line.say({"type": "pong"})
        elif kind == "ended":
            self.told = self.told or stamp
            self._over.set()
        self._said[kind] = message
        self._news.set()

    async def _hears(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(SAID_WITHIN):
            while kind not in self._said:
                for last in ("error", "ended"):
                    if last in self._said:
                        raise LineClosed(str(self._said[last].get("id", last)))
                self._news.clear()
                await self._news.wait()
        return self._said[kind]

    # --- media --------------------------------------------------------------------------------------------------------

    def talk(self) -> None:
        """Send a packet of sound, unless the node has hung up."""
        if self.closed is not None or self.dtls is None or self.sock.fileno() < 0:
            return
        number = self.sent + 1
        try:
            self.send_rtp(rtp_packet(AUDIO, 1111, number, number * STEP, SOUND))
        except (BlockingIOError, ConnectionRefusedError):
            return
        self.sent = number

    def say_one_is_there(self) -> None:
        """Send a check, unless the node has hung up."""
        if self.closed is None and self.sock.fileno() >= 0:
            self.consent()

    def count(self) -> None:
        """Count what is sent from now on, and what comes of what the partner does."""
        self.mark, self.received, self.counted = self.sent, 0, True

    @property
    def lost(self) -> int:
        """How many packets that the partner sent since its mark have not come; 0 of who was not there then."""
        partner = self.partner
        if partner is None or not (self.counted and partner.counted):
            return 0
        return partner.sent - partner.mark - self.received

    def take(self, datagram: bytes) -> None:
        """See Caller; media is stamped and counted, and its number is in the clear."""
        if 127 < datagram[0] < 192 and not 191 < datagram[1] < 224:
            self.first = self.first or self._stamp
            self.last = self._stamp
            partner = self.partner
            self.received += partner is not None and int.from_bytes(datagram[2:4]) > partner.mark
            return
        if datagram[0] == DTLS_ALERT:
            self.closed = self.closed or self._stamp
        super().take(datagram)

    def _datagrams(self) -> Iterator[bytes]:
        for data, stamp in datagrams(self.sock):
            self._stamp = stamp or self._stamp
            yield data
