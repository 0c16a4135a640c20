# ruff: noqa: SLF001 - a client at the level of transports; test_transport.py watches the names of aiortc it leans on
"""A participant without a browser: real connectivity checks, real DTLS, real SRTP, and packets made by hand.

The load generator and the tests of the media path are made of these. A caller does nothing by itself: it checks, moves
to another address, sends and keeps what it is given when it is told to, so that a test can also make it misbehave.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from struct import Struct
from typing import Any, cast

from aioice import stun
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from aiortc.rtcicetransport import RTCIceTransport
from aiortc.sdp import SessionDescription

HEADER = Struct("!BBHLL")
AUDIO, VIDEO, RTX = 111, 96, 97
FEEDBACK = ("nack", "nack pli", "ccm fir", "goog-remb")
DIRECTIONS = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
CHECKS, CHECK_TIMEOUT = 7, 0.5


def udp_socket(host: str = "127.0.0.1") -> socket.socket:
    """Return a non-blocking UDP socket on a free port."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(0)
    sock.bind((host, 0))
    return sock


def rtp_packet(payload_type: int, ssrc: int, seq: int, timestamp: int, payload: bytes) -> bytes:
    """Write a plain RTP packet."""
    return HEADER.pack(0x80, payload_type, seq & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload


@dataclass(frozen=True, slots=True)
class OfferedTransport:
    """What a caller reads of an offer: where the server is, its credentials and certificate, and the promised SSRCs.

    lite: whether it only answers checks (RFC 8445 section 2.5); one that offers and does the whole of ICE nominates.
    slots: by stream id (the source's participant id), the SSRCs of audio, video, retransmission.
    streams: each section's own SSRC, without those of retransmissions.
    """

    address: tuple[str, int]
    ufrag: str
    password: str
    fingerprints: list[RTCDtlsFingerprint]
    lite: bool
    slots: dict[str, list[int]]
    streams: list[int]


def read_offer(sdp: str, host: str = "127.0.0.1") -> OfferedTransport:
    """Read a server's offer; of its addresses, use `host`."""
    description = SessionDescription.parse(sdp)
    first = description.media[0]
    if first.ice is None or first.dtls is None:
        raise ValueError("no transport in the offer")
    slots: dict[str, list[int]] = {}
    for media in description.media:
        for each in media.ssrc:
            slots.setdefault((each.msid or media.msid or "").partition(" ")[0], []).append(each.ssrc)
    address = (host, first.ice_candidates[0].port)
    ice = first.ice
    return OfferedTransport(
        address,
        str(ice.usernameFragment),
        str(ice.password),
        first.dtls.fingerprints,
        ice.iceLite,
        slots,
        [media.ssrc[0].ssrc for media in description.media if media.ssrc],
    )


def write_answer(offer: str, ufrag: str, password: str, fingerprint: str, *, rtx: bool = True) -> str:
    """Write the answer that accepts all of an offer."""
    description = SessionDescription.parse(offer)
    mids = " ".join(media.rtp.muxId for media in description.media)
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}"]
    for media in description.media:
        audio = media.kind == "audio"
        formats = str(AUDIO) if audio else f"{VIDEO} {RTX}" if rtx else str(VIDEO)
        lines += [
            f"m={media.kind} 9 UDP/TLS/RTP/SAVPF {formats}",
            "c=IN IP4 0.0.0.0",
            f"a=mid:{media.rtp.muxId}",
            f"a={DIRECTIONS[media.direction or 'sendrecv']}",
            "a=rtcp-mux",
            f"a=ice-ufrag:{ufrag}",
            f"a=ice-pwd:{password}",
            f"a=fingerprint:sha-256 {fingerprint}",
            "a=setup:active",
            *(["a=rtpmap:111 opus/48000/2"] if audio else ["a=rtpmap:96 VP8/90000"]),
            *([] if audio else [f"a=rtcp-fb:{VIDEO} {each}" for each in FEEDBACK]),
            *(["a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96"] if rtx and not audio else []),
        ]
    return "\r\n".join(lines) + "\r\n"


class Caller:
    """One participant. `on_rtp` is given each decrypted packet, `on_rtcp` each decrypted compound packet.

    profiles: of SRTP, the ones to offer; None for all that aiortc knows.
    """

    def __init__(self, certificate: RTCCertificate | None = None, host: str = "127.0.0.1") -> None:
        self.host = host
        self.sock = udp_socket(host)
        self.profiles: list[SRTPProtectionProfile] | None = None
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(12)
        self.certificate = certificate or RTCCertificate.generateCertificate()
        self.rtp: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.on_rtp: Callable[[bytes], None] = self.rtp.append
        self.on_rtcp: Callable[[bytes], None] = self.rtcp.append
        self.server: OfferedTransport | None = None
        self.dtls: Any = None
        self.role = "controlling"
        self._records: asyncio.Queue[bytes] = asyncio.Queue()
        self._nominated = asyncio.Event()
        self._checks: dict[bytes, asyncio.Future[stun.Message]] = {}
        self._watch(self.sock)

    # Signalling

    def answer(self, offer: str, *, rtx: bool = True) -> str:
        """Take the server's offer and return the answer."""
        self.server = read_offer(offer, self.host)
        self.role = "controlling" if self.server.lite else "controlled"
        return write_answer(offer, self.ufrag, self.password, self.fingerprint, rtx=rtx)

    @property
    def fingerprint(self) -> str:
        """The certificate's SHA-256 fingerprint as it stands in SDP."""
        return next(each.value for each in self.certificate.getFingerprints() if each.algorithm == "sha-256")

    async def connect(self, role: str = "client") -> None:
        """Check, nominate, and do the handshake. Raises ConnectionError if the server does not answer or is another.

        role: this side's in DTLS, "client" or "server".
        """
        for _ in range(CHECKS):
            if await self.check() is not None:
                break
        else:
            raise ConnectionError("no answer to the checks")
        if self.role == "controlled":
            await self._nomination()
        self.dtls = RTCDtlsTransport(cast("RTCIceTransport", self), [self.certificate])
        self.dtls._set_role(role)
        if self.profiles is not None:
            self.dtls._srtp_profiles = self.profiles
        await self.dtls.start(RTCDtlsParameters(fingerprints=self._server.fingerprints))
        if self.dtls.state != "connected":
            raise ConnectionError(f"DTLS is {self.dtls.state}")

    async def call(self, offer: str, accept: Callable[[str], None]) -> None:
        """Answer, and connect. accept: what the server does with the answer."""
        accept(self.answer(offer))
        await self.connect()

    # Connectivity

    async def check(self, *, nominate: bool = True, password: str | None = None) -> stun.Message | None:
        """Send one binding request; None if no response came in time. password: another than the server's."""
        request = self.binding_request(nominate=nominate)
        request.add_message_integrity((password or self._server.password).encode())
        response = asyncio.get_running_loop().create_future()
        self._checks[request.transaction_id] = response
        self.send(bytes(request))
        try:
            return cast("stun.Message", await asyncio.wait_for(response, CHECK_TIMEOUT))
        except TimeoutError:
            return None
        finally:
            del self._checks[request.transaction_id]

    async def _nomination(self) -> None:
        try:
            await asyncio.wait_for(self._nominated.wait(), CHECKS * CHECK_TIMEOUT)
        except TimeoutError:
            raise ConnectionError("the server nominates nothing") from None

    def binding_request(self, *, nominate: bool = True) -> stun.Message:
        """Make a request, not signed yet (RFC 8445 section 7.2.2). Only a controlling agent nominates."""
        request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{self._server.ufrag}:{self.ufrag}"
        request.attributes["PRIORITY"] = 1845501695
        request.attributes[f"ICE-{self.role.upper()}"] = 1
        if nominate and self.role == "controlling":
            request.attributes["USE-CANDIDATE"] = None
        return request

    def consent(self) -> None:
        """Say that one is still there (RFC 7675); the answer is not waited for."""
        request = self.binding_request()
        request.add_message_integrity(self._server.password.encode())
        self.send(bytes(request))

    def move(self) -> None:
        """Go to another address, as a phone does when it changes networks. Nothing is said to the server yet."""
        self._unwatch()
        self.sock = udp_socket(self.host)
        self._watch(self.sock)

    # Media

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send a packet."""
        self.send(self.dtls._tx_srtp.protect(packet))

    def send_rtcp(self, compound: bytes) -> None:
        """Encrypt and send a compound packet."""
        self.send(self.dtls._tx_srtp.protect_rtcp(compound))

    def send(self, datagram: bytes) -> None:
        """Put bytes on the wire as they are."""
        self.sock.sendto(datagram, self._server.address)

    async def hang_up(self) -> None:
        """Say goodbye and leave."""
        if self.dtls is not None:
            await self.dtls.stop()
        self.close()

    def close(self) -> None:
        """Leave without a word."""
        self._unwatch()

    def unplug(self) -> socket.socket:
        """Let somebody else read from the socket from now on; what is no media is given back to take()."""
        asyncio.get_running_loop().remove_reader(self.sock.fileno())
        return self.sock

    # What RTCDtlsTransport needs of an ICE transport

    async def _recv(self) -> bytes:
        return await self._records.get()

    async def _send(self, data: bytes) -> None:
        self.send(data)

    # Reading

    @property
    def _server(self) -> OfferedTransport:
        if self.server is None:
            raise ValueError("no offer yet")
        return self.server

    def _watch(self, sock: socket.socket) -> None:
        asyncio.get_running_loop().add_reader(sock.fileno(), self.drain)

    def _unwatch(self) -> None:
        if self.sock.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self.sock.fileno())
            self.sock.close()

    def drain(self) -> None:
        """Read all that has come."""
        for datagram in self._datagrams():
            self.take(datagram)

    def take(self, datagram: bytes) -> None:
        """Take what came from the server."""
        if datagram[0] < 4:
            self._on_stun(stun.parse_message(datagram))
        elif 19 < datagram[0] < 64:
            self._records.put_nowait(datagram)
        elif self.dtls is not None and self.dtls._rx_srtp is not None:
            self._media(datagram)

    def _on_stun(self, message: stun.Message) -> None:
        if message.message_class == stun.Class.REQUEST:  # from a server that does the whole of ICE
            if self.server is None:
                return  # it will ask again
            self.send(self._success(message))
            if "USE-CANDIDATE" in message.attributes:
                self._nominated.set()
            return
        response = self._checks.get(message.transaction_id)
        if response is not None and not response.done():
            response.set_result(message)

    def _success(self, request: stun.Message) -> bytes:
        response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
        response.attributes["XOR-MAPPED-ADDRESS"] = self._server.address
        response.add_message_integrity(self.password.encode())
        return bytes(response)

    def _datagrams(self) -> Iterable[bytes]:
        while True:
            try:
                yield self.sock.recv(2048)
            except OSError:
                return

    def _media(self, datagram: bytes) -> None:
        if 191 < datagram[1] < 224:
            self.on_rtcp(self.dtls._rx_srtp.unprotect_rtcp(datagram))
        else:
            self.on_rtp(self.dtls._rx_srtp.unprotect(datagram))
