"""An engine by itself: three parties with real SRTP keys on real sockets, and nobody else's decisions.

Where MediaNode and its rooms would decide, a test does; what the engine hands on is acted upon here and written down,
together with how much had arrived by then. Keys, SSRCs and time are the same in each rig, so that two rigs of different
engines which are told the same must come to the same.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Sequence
from typing import Any

from pylibsrtp import Error, Policy, Session

from rooms.media.backends import Backend
from rooms.media.loss.repairs import Repairs
from rooms.media.routes import EVERY_PACKET, HISTORY, Leg, Path, Route
from rooms.media.wire.rtp import HEADER, STREAMS, Stream
from rooms.media.wire.stun import Address


def session(key: int, ssrc_type: int) -> Session:
    """Return an SRTP session whose key is made of a number."""
    policy = Policy(bytes([key]) * 28, ssrc_type, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
    return Session(policy)


class FixedClock:
    """A clock that stands until it is put forward."""

    def __init__(self) -> None:
        self.time = 1000.0

    def monotonic(self) -> float:
        """Return its time."""
        return self.time


class Party:
    """One participant: its socket and keys, and both ends' view of it."""

    def __init__(self, rig: Rig, index: int, host: str) -> None:
        self.sock = udp(host)
        self.path = rig.backend.path(rig.gate, self, upstream=True)
        self.heard: list[bytes] = []
        self._sends = session(index + 1, Policy.SSRC_ANY_OUTBOUND)
        self._hears = session(index + 101, Policy.SSRC_ANY_INBOUND)
        self._rx = session(index + 1, Policy.SSRC_ANY_INBOUND)
        self._tx = session(index + 101, Policy.SSRC_ANY_OUTBOUND)
        self.path.rx, self.path.tx = self._rx._srtp[0], self._tx._srtp[0]
        self.home: Address = self.sock.getsockname()
        self.path.address = self.home
        self._relay: Address = rig.sock.getsockname()

    def send(self, datagram: bytes) -> None:
        """Put bytes on the wire as they are."""
        self.sock.sendto(datagram, self._relay)

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send; what libsrtp will not even encrypt is not sent."""
        with contextlib.suppress(Error):
            self.send(self._sends.protect(packet))

    def read(self) -> int:
        """Read and decrypt what has arrived; return how much that is in all. What doesn't decrypt is an error."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.heard.append(self._hears.unprotect(self.sock.recv(4096)))
        return len(self.heard)


def udp(host: str) -> socket.socket:
    """Return a non-blocking UDP socket with a large buffer on a free port."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.settimeout(0)
    sock.bind((host, 0))
    return sock


class Rig:
    """An engine, three parties, and a leg for each stream from each to each. It is the engine's Slow."""

    def __init__(self, backend: Backend, host: str = "127.0.0.1", clock: Any = None) -> None:
        self.backend = backend
        self.clock = clock or FixedClock()
        self.gate = backend.gate(self.clock.monotonic() + 3600)
        self.totals = backend.totals()
        self.sock = udp(host)
        self.engine = backend.engine(self.sock, self, self.clock, self.totals)
        self.parties = [Party(self, index, host) for index in range(3)]
        self.legs = {
            (sender, stream, receiver): leg
            for sender in range(3)
            for receiver in range(3)
            if sender != receiver
            for stream, leg in self._slot(sender, receiver).items()
        }
        self.to: dict[tuple[int, Stream], tuple[int, ...]] = {}
        self.handed_on: list[tuple[object, ...]] = []
        self.tapped: list[tuple[object, ...]] = []
        self.acts: Callable[[int], None] = lambda _: None
        for party in self.parties:
            self.engine.bind(party.home, party.path)

    def _slot(self, sender: int, receiver: int) -> dict[Stream, Leg]:
        path = self.parties[receiver].path
        video = self.backend.leg(path, Stream.VIDEO)
        legs = {
            Stream.VIDEO: video,
            Stream.AUDIO: self.backend.leg(path, Stream.AUDIO),
            Stream.RTX: self.backend.leg(path, Stream.RTX, video),
        }
        for offset, leg in enumerate(legs.values()):
            leg.ssrc = 10_000 + 100 * sender + 10 * receiver + offset
        return legs

    def close(self) -> None:
        """Close the sockets."""
        for sock in (self.sock, *(party.sock for party in self.parties)):
            sock.close()

    # What a room would do

    def feed(self, sender: int, stream: Stream, receivers: Sequence[int]) -> None:
        """Let a stream of a party go to these others, whatever SSRC it comes on."""
        self.to[sender, stream] = tuple(receivers)
        route = self.parties[sender].path.current.get(stream)
        if route is not None:
            legs = tuple(self.legs[sender, stream, to] for to in receivers if to != sender)
            route.feed(legs, self.clock.monotonic())

    def cut(self, party: int) -> None:
        """Cut a party off."""
        self.parties[party].path.cut()

    def arrived(self) -> tuple[int, ...]:
        """How many packets have arrived at each party so far."""
        return tuple(party.read() for party in self.parties)

    # What the engine hands on

    def _hand_on(self, what: str, who: object, datagram: bytes) -> None:
        self.handed_on.append((what, who, datagram, self.arrived()))
        self.acts(datagram[-1])

    def on_stun(self, datagram: bytes, address: Address) -> None:
        """Write it down, and do what its last byte says."""
        homes: list[Address] = [party.home for party in self.parties]
        self._hand_on("stun", homes.index(address) if address in homes else None, datagram)

    def on_dtls(self, datagram: bytes, path: Path) -> None:
        """Likewise."""
        self._hand_on("dtls", self.parties.index(path.owner), datagram)

    def on_rtcp(self, datagram: bytes, path: Path) -> None:
        """Likewise."""
        self._hand_on("rtcp", self.parties.index(path.owner), datagram)

    def on_stranger(self, path: Path, packet: bytes, now: float) -> Route | None:
        """Make a route of a known payload type, and do what the sequence number says, which may be to cut."""
        sender = self.parties.index(path.owner)
        self.handed_on.append(("stranger", sender, packet, now, self.arrived()))
        path.strangers += 1
        _, second, seq, timestamp, ssrc = HEADER.unpack_from(packet)
        stream = STREAMS.get(second & 0x7F)
        if stream is None:
            return None
        route = self.backend.route(path, stream, ssrc=ssrc, seq=seq, timestamp=timestamp, now=now)
        before = path.current.get(stream)
        if before is not None:
            before.feed((), now)
        path.add(route)
        self.feed(sender, stream, self.to.get((sender, stream), ()))
        self.acts(seq >> 8)
        return route

    def tap(self, sender: int, stream: Stream, *, on: bool, ahead: int | None = None) -> None:
        """Look at the packets of a stream, or at one so far ahead, and do what the sequence number says."""
        route = self.parties[sender].path.current.get(stream)
        if route is None:
            return

        def take(packet: memoryview, size: int, second: int, seq: int, timestamp: int) -> None:
            self.tapped.append((sender, bytes(packet[:size]), second, seq, timestamp, self.arrived()))
            self.acts(seq >> 8)

        route.tap = take if on else None
        route.awaits = EVERY_PACKET if ahead is None else (route.highest + ahead) * 3000 & 0xFFFFFFFF
        route.meter = self.backend.meter() if on else None

    def on_disorder(self, route: Route, seq: int, now: float) -> bool:
        """Write it down, do what the sequence number says, and let each packet go on once."""
        sender = self.parties.index(route.path.owner)
        self.handed_on.append(("disorder", sender, route.highest, seq, now, self.arrived()))
        self.acts(seq >> 8)
        return Repairs(route.path, []).disorder(route, seq, now)

    def on_wrapped(self, route: Route, packet: bytes, now: float) -> bool:
        """Write it down, do what the sequence number says, and pass on what was missing."""
        sender = self.parties.index(route.path.owner)
        self.handed_on.append(("wrapped", sender, packet, now, self.arrived()))
        self.acts(int.from_bytes(packet[2:4]) >> 8)
        repairs = Repairs(route.path, [])
        if route.stream is Stream.RTX:
            original = repairs.recovered(packet, now)
            if original is not None:
                self.engine.insert(route.path.current[Stream.VIDEO], original, now)
            return False
        for plain in repairs.sound(route, packet, now):
            self.engine.insert(route, plain, now)
        return False

    # What it comes to

    def outcome(self) -> dict[str, object]:
        """Everything that can be seen from outside, and all that was counted."""
        self.arrived()
        return {
            "heard": [party.heard for party in self.parties],
            "handed on": self.handed_on,
            "tapped": self.tapped,
            "totals": tuple(getattr(self.totals, name) for name in TOTALS),
            "gate": (self.gate.received, self.gate.refused, self.gate.last_forwarded),
            "paths": [(party.path.allowance, party.path.strangers) for party in self.parties],
            "routes": [[_of(route) for route in party.path.routes.values()] for party in self.parties],
            "legs": {way: (leg.count, leg.shifted, leg.seq_offset, leg.time_offset) for way, leg in self.legs.items()},
        }


TOTALS = ("received", "forwarded", "rejected", "refused", "ignored", "dropped")


def _of(route: Route) -> tuple[object, ...]:
    return (
        (route.ssrc, route.stream, route.received, route.frames),
        (route.highest, route.timestamp, route.first_at, route.last_at),
        (route.awaits, route.meter and (route.meter.known, route.meter.loudest)),
        [seq for back in range(HISTORY) if route.recall(seq := (route.highest - back) & 0xFFFF)],
    )


def rtp(stream: Stream, ssrc: int, seq: int, payload: bytes = b"payload", *, first: int = 0x80, mark: int = 0) -> bytes:
    """Write a plain packet. first: its first byte. mark: 0x80 for the last packet of a picture."""
    header = HEADER.pack(first, mark | stream.payload_type, seq & 0xFFFF, seq * 3000 & 0xFFFFFFFF, ssrc)
    return header + payload
