"""The media of one process: one UDP port, all its rooms, and the turn of time."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

import structlog

from .backends import EngineChoice, choose
from .forwarding import Privilege
from .link.addresses import offered
from .link.certificate import NodeCertificate, is_stale, new_certificate
from .link.handshakes import Handshakes
from .link.reading import Reading
from .link.sockets import open_udp
from .peer import Peer
from .relay import BUDGET, Engine
from .room import MediaRoom
from .routes import Path, Route
from .wire import stun
from .wire.stun import Address

if TYPE_CHECKING:
    from aiortc.rtcdtlstransport import RTCCertificate

    from config.clock import Clock

log = structlog.get_logger()

TICK = 0.1
"""Seconds between two looks at what time has brought."""

MEND = 0.02
"""Seconds until a source is asked for what is missing, and between two looks: by then what was overtaken is here."""

AT_ONCE = 16
"""Rooms looked at in one turn of the event loop. Those whose end is overdue are ended then, and hundreds may be: the
gate has shut for all of them by the clock, so that closing them can take turns with the packets of the others."""

REMEMBERED = 60.0
"""Seconds for which an ended room's addresses are known, so that what still comes from them is counted as refused."""


class MediaNode:
    """One UDP port and its rooms.

    bind_host: "0.0.0.0", "::" for both families, or one address. port: 0 for any free one; as an attribute, the one it
    has once open. addresses: IP addresses to offer, best first; empty for those of the machine that the bound socket
    hears. certificate: None to make one, and a new one each week. engine: see backends.py; raises EngineMissing if it
    is `compiled` and there is none.
    """

    def __init__(
        self,
        bind_host: str,
        port: int,
        addresses: Sequence[str],
        clock: Clock,
        certificate: RTCCertificate | None = None,
        *,
        engine: EngineChoice = "auto",
    ) -> None:
        self.clock = clock
        self.backend = choose(engine)
        self.addresses: Sequence[str] = list(addresses)
        self.handshakes = Handshakes()
        self.totals = self.backend.totals()
        self.port = port
        self._bind_host = bind_host
        self._renews = certificate is None
        self._certificate = None if certificate is None else NodeCertificate.of(certificate)
        self._rooms: dict[str, MediaRoom] = {}
        self._to_look_at: deque[MediaRoom] = deque()
        self._over: deque[tuple[float, MediaRoom]] = deque()
        self._known: dict[str, Peer] = {}
        self._socket: socket.socket | None = None
        self._engine: Engine | None = None
        self._reading: Reading | None = None
        self._next_tick: asyncio.TimerHandle | None = None
        self._broken: dict[Peer, None] = {}
        self._next_mend: asyncio.TimerHandle | None = None

    # Life

    async def open(self) -> None:
        """Bind the socket and begin to read. Raises OSError when the port is taken."""
        if not self.addresses:
            self.addresses = offered(self._bind_host)
        self._socket = open_udp(self._bind_host, self.port)
        self.port = int(self._socket.getsockname()[1])
        self._engine = self.backend.engine(self._socket, self, self.clock, self.totals)
        self._reading = Reading(asyncio.get_running_loop(), self._socket, self._engine.drain, BUDGET)
        self._next_tick = asyncio.get_running_loop().call_later(TICK, self._tick)
        log.info("media_open", port=self.port, addresses=len(self.addresses), engine=self.backend.name)

    async def close(self) -> None:
        """End every room, which says goodbye to everybody in it, and close the socket."""
        for room in tuple(self._rooms.values()):
            room.end()
        if self._next_tick is not None:
            self._next_tick.cancel()
        if self._next_mend is not None:
            self._next_mend.cancel()
        if self._reading is not None:
            self._reading.close()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    # Rooms

    def add_room(self, room_id: str, kind: Privilege | str, ends_at: datetime) -> MediaRoom:
        """Make a room that forwards nothing from `ends_at` (aware) on. Raises ValueError if the node has it already."""
        if room_id in self._rooms:
            raise ValueError(room_id)
        room = MediaRoom(self, room_id, Privilege(kind), ends_at, self._on_ended)
        self._rooms[room_id] = room
        return room

    @property
    def rooms(self) -> Mapping[str, MediaRoom]:
        """The rooms that have not ended, by id."""
        return MappingProxyType(self._rooms)

    def _on_ended(self, room: MediaRoom) -> None:
        self._rooms.pop(room.room_id, None)
        self._over.append((self.clock.monotonic() + REMEMBERED, room))

    def _tick(self) -> None:
        # First of all the next one: whatever a room's owner does in a callback, time goes on for the other rooms.
        self._next_tick = asyncio.get_running_loop().call_later(TICK, self._tick)
        if not self._to_look_at:
            self._to_look_at.extend(self._rooms.values())
            self._look()
        for _ in range(min(AT_ONCE, len(self._over))):
            if self.clock.monotonic() < self._over[0][0]:
                break
            _, room = self._over.popleft()
            room.forget_addresses()

    def _look(self) -> None:
        some = [self._to_look_at.popleft() for _ in range(min(AT_ONCE, len(self._to_look_at)))]
        if self._to_look_at:
            asyncio.get_running_loop().call_soon(self._look)
        now = self.clock.monotonic()
        for room in some:
            room.tick(now)

    def _mend(self) -> None:
        now, broken = self.clock.monotonic(), tuple(self._broken)
        self._next_mend = None
        self._broken.clear()
        for peer in broken:
            if peer.mend(now):
                self.mend(peer)

    # What a peer stands on

    @property
    def engine(self) -> Engine:
        """What moves the packets. Raises RuntimeError before open()."""
        if self._engine is None:
            raise RuntimeError("the node is not open")
        return self._engine

    @property
    def certificate(self) -> NodeCertificate:
        """The certificate of connections made now."""
        if self._certificate is None or (self._renews and is_stale(self._certificate)):
            self._certificate = new_certificate()
        return self._certificate

    def send(self, datagram: bytes, address: Address) -> bool:
        """Put a datagram on the wire; whether the kernel took it."""
        if self._socket is None:
            return False
        try:
            self._socket.sendto(datagram, address)
        except OSError:
            self.totals.dropped += 1
            return False
        return True

    def mend(self, peer: Peer) -> None:
        """Call the peer's mend() again and again, until it says that nothing is missing any more."""
        self._broken[peer] = None
        if self._next_mend is None:
            self._next_mend = asyncio.get_running_loop().call_later(MEND, self._mend)

    def know(self, ufrag: str, peer: Peer) -> None:
        """Let checks with this user name fragment find the peer."""
        self._known[ufrag] = peer

    def unknow(self, ufrag: str) -> None:
        """Let them find it no more."""
        self._known.pop(ufrag, None)

    # What the engine hands on

    def on_stun(self, datagram: bytes, address: Address) -> None:
        """Answer a check that one of our participants signed; ignore everything else."""
        request = stun.parse_request(datagram)
        peer = self._known.get(request.ufrag) if request is not None else None
        credentials = peer.ice.authenticate(request) if request is not None and peer is not None else None
        if request is None or peer is None or credentials is None:
            self.totals.ignored += 1
            return
        now = self.clock.monotonic()
        if not self._vacate(address, peer, now):
            return
        stale = peer.on_check(request, address, now)
        if stale is not None:
            self.engine.release(stale, peer.path)
        self.engine.bind(address, peer.path)
        self.send(stun.success(request, address, credentials.password), address)

    def _vacate(self, address: Address, peer: Peer, now: float) -> bool:
        """Whether a peer may have an address: not while another one's checks come from there."""
        path = self.engine.at(address)
        holder: Peer | None = path.owner if path is not None else None
        if holder is None or holder is peer:
            return True
        if holder.alive and holder.ice.holds(address, now):
            return False
        holder.leave_address(address)
        return True

    def on_dtls(self, datagram: bytes, path: Path) -> None:
        """Hand a record to its participant's transport."""
        peer: Peer = path.owner
        peer.on_dtls(datagram)

    def on_rtcp(self, datagram: bytes, path: Path) -> None:
        """Hand a compound packet to its participant."""
        peer: Peer = path.owner
        peer.on_rtcp(datagram)

    def on_stranger(self, path: Path, packet: bytes, now: float) -> Route | None:
        """Ask the participant what an unknown SSRC is."""
        peer: Peer = path.owner
        return peer.on_stranger(packet, now)

    def on_disorder(self, route: Route, seq: int, now: float) -> bool:
        """Ask the participant whether a packet goes on that is not its stream's next one."""
        peer: Peer = route.path.owner
        return peer.on_disorder(route, seq, now)

    def on_wrapped(self, route: Route, packet: bytes, now: float) -> bool:
        """Hand a packet that may not go on as it is to its participant."""
        peer: Peer = route.path.owner
        return peer.on_wrapped(route, packet, now)
