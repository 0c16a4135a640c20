"""A node with a call in it, at whose port anything arrives: real sockets, real keys, a clock that stands still.

Nothing that was not encrypted with a participant's own keys may have any effect: no packet goes to anybody, no table
grows, the call stands. What a participant encrypts itself may be any nonsense, and reaches the others under the SSRCs
that they were promised, or not at all.
"""

from __future__ import annotations

import asyncio
import atexit
import socket
from collections.abc import Iterable
from datetime import timedelta

import pylibsrtp
from aiortc.rtcdtlstransport import RTCCertificate

from bench.caller import AUDIO, RTX, VIDEO, Caller, rtp_packet, udp_socket
from rooms.media import Kind, MediaNode, MediaRoom, Peer
from rooms.media.backends import EngineChoice
from rooms.media.link.handshakes import RECORDS_EACH
from rooms.media.relay import MAX_STRANGERS
from rooms.media.wire import rtcp
from tests.rooms.media.conftest import until
from tests.support.clock import ManualClock

SSRCS = {AUDIO: 1000, VIDEO: 1001, RTX: 1002}


class Ears:
    """A Listener to whom nobody may be lost."""

    def on_connected(self, participant_id: str) -> None:
        """Fine."""

    def on_media(self, participant_id: str, kind: Kind) -> None:
        """Fine."""

    def on_offer(self, participant_id: str) -> None:
        """Fine: holes in the numbers ask for redundant audio."""

    def on_pictures(self, participant_id: str, unseen: frozenset[str], *, weak: bool) -> None:
        """Fine."""

    def on_layers(self, participant_id: str, *, small: bool) -> None:
        """Fine."""

    def on_lost(self, participant_id: str) -> None:
        """Somebody's garbage ended a participation."""
        raise AssertionError(f"{participant_id} was lost")


class Besieged:
    """The node; `meet` is one attack. Lives in an event loop of its own, as long as the process."""

    def __init__(self, engine: EngineChoice = "auto") -> None:
        self._engine: EngineChoice = engine
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self._open())
        atexit.register(self.close)

    async def _open(self) -> None:
        clock, certificate = ManualClock(), RTCCertificate.generateCertificate()
        self.node = MediaNode("127.0.0.1", 0, ["127.0.0.1"], clock, certificate, engine=self._engine)
        await self.node.open()
        self.room = self.node.add_room("room-1", "family", clock.now() + timedelta(minutes=15))
        self.room.set_phase("live")
        self.family, self._peer = await _join(self.room, certificate, "visitor-1", "visitor", "terminal-1")
        self.terminal, self._other = await _join(self.room, certificate, "terminal-1", "terminal", "visitor-1")
        self.stranger = udp_socket()
        self._seq = 0
        for payload_type in SSRCS:
            for caller in (self.family, self.terminal):
                caller.send(self._media(caller, payload_type))
        await until(lambda: all(len(peer.path.routes) == len(SSRCS) for peer in (self._peer, self._other)))
        for caller in (self.family, self.terminal):
            # From here on what arrives is looked at by meet() alone.
            asyncio.get_running_loop().remove_reader(caller.sock.fileno())
        assert self.terminal.server is not None
        self._promised = set(self.terminal.server.slots["visitor-1"])
        for caller in (self.family, self.terminal):
            self._arrived(caller.sock)

    def close(self) -> None:
        """Let everybody go."""
        atexit.unregister(self.close)
        self._loop.run_until_complete(self._goodbye())
        self._loop.close()

    async def _goodbye(self) -> None:
        for caller in (self.family, self.terminal):
            await caller.hang_up()
        self.stranger.close()
        await self.node.close()

    def meet(self, mode: bytes, data: list[bytes]) -> None:
        """One attack. mode: which, by its last byte; data: datagrams, or changes to genuine ones."""
        way = (mode or b"\0")[0] % 6
        before = self._standing()
        if way < 4:
            forged = data if way == 0 else [damaged for each in data if (damaged := self._damaged(way, each))]
            self._deliver(self.terminal.sock, forged)
            self._deliver(self.stranger, forged)
            assert self._arrived(self.terminal.sock) == [], "an answer to what nobody signed"
            assert self._arrived(self.stranger) == [], "an answer to a stranger"
            assert self._arrived(self.family.sock) == [], "garbage was forwarded"
            assert self._standing() == before, "a table grew"
        else:
            self._deliver(self.family.sock, self._encrypted(way, data))
            self._loop.run_until_complete(self._mend())
            for datagram in self._arrived(self.terminal.sock):
                assert 192 <= datagram[1] < 224 or int.from_bytes(datagram[8:12]) in self._promised
            self._arrived(self.family.sock)
        self._bounded()

    def _deliver(self, sock: socket.socket, datagrams: Iterable[bytes]) -> None:
        """Send from there, and let the node read it all."""
        assert self.family.server is not None
        for datagram in datagrams:
            sock.sendto(datagram, self.family.server.address)
        for peer in (self._peer, self._other):
            peer.path.refill()
        self._loop.run_until_complete(self._read())

    async def _read(self) -> None:
        """Let the node read, and work on DTLS: one record a turn of the loop, and what comes of it in the next ones."""
        self.node.engine.drain()
        for _ in range(RECORDS_EACH + 4):
            await asyncio.sleep(0)
        assert not self.node.handshakes._waiting

    async def _mend(self) -> None:
        """Let the node ask the participant for what seems lost of its nonsense now, and not during the next attack."""
        self.node._mend()

    @staticmethod
    def _arrived(sock: socket.socket) -> list[bytes]:
        arrived = []
        while True:
            try:
                arrived.append(sock.recv(2048))
            except BlockingIOError:
                return arrived

    def _standing(self) -> tuple[object, ...]:
        """All that what a stranger sends may not change."""
        peers = (self._peer, self._other)
        return (
            [(peer.path.address, peer.path.strangers, tuple(peer.path.routes)) for peer in peers],
            [(len(peer.path.estimates), len(peer.path.legs), len(peer.ice.addresses)) for peer in peers],
            (self.node.engine.at(self.stranger.getsockname()), len(self.node._known)),
            (self.room.counters().received, self.room.counters().forwarded, self.node.totals.forwarded),
        )

    def _bounded(self) -> None:
        """All that a participant may fill is bounded, and the call stands."""
        assert self._peer.connected
        assert self._other.connected
        assert self._peer.path.strangers <= MAX_STRANGERS
        assert len(self._peer.path.routes) <= MAX_STRANGERS
        assert len(self._peer.path.estimates) <= 1
        assert self.node.handshakes.in_flight == 0
        assert not self.node.handshakes._parked

    # What is sent

    def _media(self, caller: Caller, payload_type: int) -> bytes:
        self._seq += 1
        packet = rtp_packet(payload_type, SSRCS[payload_type], self._seq, 1, b"payload")
        protected: bytes = caller.dtls._tx_srtp.protect(packet)
        return protected

    def _damaged(self, way: int, changes: bytes) -> bytes | None:
        """A genuine datagram with bytes changed: changes are pairs of place and difference. None if it is whole."""
        if way == 1:
            genuine = self._media(self.terminal, VIDEO)
            end = len(genuine)
        elif way == 2:
            genuine = self.terminal.dtls._tx_srtp.protect_rtcp(rtcp.pli(min(self._promised)))
            end = len(genuine)
        else:
            request = self.terminal.binding_request()
            assert self.terminal.server is not None
            request.add_message_integrity(self.terminal.server.password.encode())
            genuine = bytes(request)
            end = len(genuine) - 8  # a check without its FINGERPRINT is still signed
        damaged = bytearray(genuine)
        for at, difference in zip(changes[::2], changes[1::2], strict=False):
            damaged[at % end] ^= difference
        return bytes(damaged) if damaged != genuine else None

    def _encrypted(self, way: int, data: list[bytes]) -> Iterable[bytes]:
        """Nonsense under the participant's own keys: RTP, RTCP."""
        srtp = self.family.dtls._tx_srtp
        for each in data:
            try:
                yield srtp.protect(each) if way == 4 else srtp.protect_rtcp(each)
            except (pylibsrtp.Error, ValueError):
                continue


async def _join(room: MediaRoom, certificate: RTCCertificate, who: str, role: str, source: str) -> tuple[Caller, Peer]:
    peer = room.add_peer(who, role, [source], Ears())
    caller = Caller(certificate)
    await caller.call(peer.offer(), peer.answer)
    await until(lambda: peer.connected)
    return caller, peer
