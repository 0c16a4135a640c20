# ruff: noqa: SLF001 - this is the file for it
"""DTLS-SRTP, by aiortc and libsrtp: with certificate.py, what touches names of theirs which are not promised.

aiortc is pinned, and tests/rooms/media/link/test_transport.py fails loudly when an upgrade changes what is leaned on:

    RTCDtlsTransport(transport, [certificate])   over an object with role, _recv(), _send()
    ._set_role  ._srtp_profiles  ._rx_srtp  ._tx_srtp  .state  "statechange"  .start()  .stop()
    rtcdtlstransport.SRTP_AEAD_AES_128_GCM, .SRTP_AES128_CM_SHA1_80
    pylibsrtp.Session._srtp, pylibsrtp._binding.ffi, .lib: srtp_protect, srtp_unprotect, also by their addresses

We are the passive side, always. Certificates are self-signed and checked by the fingerprint in the answer (RFC 5763).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, cast

import pylibsrtp
import structlog
from aiortc import rtcdtlstransport as dtls
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceTransport
from pylibsrtp import _binding

from ..routes import Keys
from .handshakes import Handshakes

log = structlog.get_logger()

PROFILES = [dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_SHA1_80]
"""In the order the server chooses by. GCM costs some 4 microseconds less a hop; the other is everyone's fallback."""

HANDSHAKE_TIMEOUT = 15.0
"""Seconds from a peer's first record: some eight retransmissions, enough for the worst line that could carry a call."""

protect: Callable[[Keys, Any, Any], int] = _binding.lib.srtp_protect
unprotect: Callable[[Keys, Any, Any], int] = _binding.lib.srtp_unprotect
copy: Callable[[Any, Any, int], None] = _binding.ffi.memmove


def packet_buffer(size: int) -> tuple[Any, memoryview]:
    """Return memory that libsrtp works in, and a writable view of it. The first must be kept as long as the second."""
    memory = _binding.ffi.new("unsigned char[]", size)
    return memory, memoryview(_binding.ffi.buffer(memory))


def length_cell() -> Any:
    """Return the C int through which libsrtp is told a packet's length and tells the new one; index it with 0."""
    return _binding.ffi.new("int *")


def context_address(keys: Keys) -> int:
    """Return where a libsrtp context lies, for who calls libsrtp without Python."""
    return int(_binding.ffi.cast("uintptr_t", keys))


def cipher_addresses() -> tuple[int, int]:
    """Return where srtp_unprotect and srtp_protect lie, in the libsrtp that the contexts are of."""
    functions = (_binding.ffi.addressof(_binding.lib, name) for name in ("srtp_unprotect", "srtp_protect"))
    unprotect, protect = (int(_binding.ffi.cast("uintptr_t", each)) for each in functions)
    return unprotect, protect


def _nothing(*_: object) -> None:
    """Do nothing."""


class _DatagramPath:
    """What RTCDtlsTransport needs of an ICE transport. Bounded: who floods us with records loses its own."""

    role = "controlled"
    LIMIT = 8

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send_datagram = send
        self._received: deque[bytes] = deque()
        self._reader: asyncio.Future[None] | None = None
        self._closed = False

    def feed(self, datagram: bytes) -> None:
        if len(self._received) < self.LIMIT:
            self._received.append(datagram)
            self._wake()

    def close(self) -> None:
        self._closed = True
        self._send_datagram = _nothing
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def _recv(self) -> bytes:
        while not self._received:
            if self._closed:
                raise ConnectionError
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return self._received.popleft()

    async def _send(self, data: bytes) -> None:
        self._send_datagram(data)


class SecureTransport:
    """One participant's DTLS association and the SRTP keys that come of it.

    send: puts a datagram on the wire. connected: called once, when keys are there. lost: called once, when the
    handshake failed or the peer closed; never after close().
    """

    def __init__(
        self,
        certificate: RTCCertificate,
        handshakes: Handshakes,
        send: Callable[[bytes], None],
        connected: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        self._path = _DatagramPath(send)
        self._dtls: Any = RTCDtlsTransport(cast("RTCIceTransport", self._path), [certificate])
        self._dtls._set_role("server")
        self._dtls._srtp_profiles = PROFILES
        self._dtls.on("statechange", self._on_statechange)
        self._handshakes = handshakes
        self._connected = connected
        self._lost: Callable[[], None] | None = lost
        self._fingerprints: list[RTCDtlsFingerprint] = []
        self._early: deque[bytes] = deque(maxlen=_DatagramPath.LIMIT)
        self._rx: Any = None
        self._tx: Any = None
        self._task: asyncio.Task[None] | None = None

    @property
    def rx(self) -> Keys | None:
        """The libsrtp context for what the peer sends. It lives as long as this transport holds it: until close()."""
        return self._rx._srtp[0] if self._rx is not None else None

    @property
    def tx(self) -> Keys | None:
        """The libsrtp context for what is sent to the peer, likewise."""
        return self._tx._srtp[0] if self._tx is not None else None

    def expect(self, fingerprints: Sequence[tuple[str, str]]) -> None:
        """Tell which certificate to accept: (algorithm, value) each. The peer's first record begins the handshake."""
        self._fingerprints = [RTCDtlsFingerprint(algorithm, value) for algorithm, value in fingerprints]
        while self._early:
            self.receive(self._early.popleft())

    def receive(self, record: bytes) -> None:
        """Take a DTLS datagram from the peer's address; it is worked on when its turn comes."""
        if self._lost is None:
            return
        if not self._fingerprints:
            self._early.append(record)
        else:
            self._handshakes.queue(self, record)

    def step(self, record: bytes) -> None:
        """Work on a datagram whose turn has come. Only Handshakes calls this."""
        if self._lost is None:
            return
        if self._task is None:
            if not self._handshakes.begin(self, record):
                return
            self._task = asyncio.get_running_loop().create_task(self._handshake())
        self._path.feed(record)

    async def _handshake(self) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_TIMEOUT):
                await self._dtls.start(RTCDtlsParameters(fingerprints=self._fingerprints))
        except (ConnectionError, TimeoutError):
            self._say_lost()
        except Exception as error:  # noqa: BLE001 - three libraries read the peer's certificate, with errors of their own
            log.info("handshake_refused", error=type(error).__name__)
            self._say_lost()
        finally:
            self._handshakes.finish(self)

    def _on_statechange(self) -> None:
        if self._lost is None:
            return
        if self._dtls.state == "connected":
            self._rx, self._tx = self._dtls._rx_srtp, self._dtls._tx_srtp
            self._connected()
        elif self._dtls.state in {"closed", "failed"}:
            self._say_lost()

    def _say_lost(self) -> None:
        if self._lost is not None:
            self._lost()

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """Decrypt a compound packet; None if it is not the peer's, is replayed, or there are no keys."""
        if self._rx is None:
            return None
        try:
            plain: bytes = self._rx.unprotect_rtcp(packet)
        except (pylibsrtp.Error, ValueError):
            return None
        return plain

    def protect_rtp(self, packet: bytes) -> bytes | None:
        """Encrypt a packet; None if there are no keys, it is too long or far behind the newest of its stream."""
        if self._tx is None:
            return None
        try:
            protected: bytes = self._tx.protect(packet)
        except (pylibsrtp.Error, ValueError):
            return None
        return protected

    def protect_rtcp(self, packet: bytes) -> bytes | None:
        """Encrypt a compound packet; None if there are no keys or it is too long."""
        if self._tx is None:
            return None
        try:
            protected: bytes = self._tx.protect_rtcp(packet)
        except (pylibsrtp.Error, ValueError):
            return None
        return protected

    def close(self) -> asyncio.Task[None]:
        """Forget the keys now; return the task that says goodbye to the peer and releases the rest."""
        self._lost = None
        self._rx = self._tx = None
        if self._task is None:
            self._handshakes.finish(self)
        return asyncio.get_running_loop().create_task(self._stop())

    async def _stop(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        dtls, self._dtls = self._dtls, None
        await dtls.stop()
        self._path.close()
        # We hold on to each other, and to what OpenSSL has for a connection: it goes now, and not when the collector
        # comes by.
        dtls.remove_all_listeners()
        dtls._rx_srtp = dtls._tx_srtp = None
        self._connected = _nothing
