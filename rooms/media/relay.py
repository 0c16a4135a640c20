"""The hop: an SRTP packet in, the same packet out on each leg, nothing decoded.

`PythonEngine` is the reference. Each turn it drains the socket into one preallocated buffer. Each packet is classified
by its first byte, gated by the room's clock, decrypted in place, given the leg's SSRC, encrypted with the receiver's
key and sent. The loop allocates nothing it need not, takes its names from locals, and holds no decision that
forwarding.py has not already turned into legs. A compiled engine can take its place behind the same five methods.

Three guards stand between the end of a slot and a packet, each enough alone:

1. `Gate.deadline` is compared with the clock for every packet, also if every timer is late;
2. an ended room's keys are forgotten (`Path.rx`, `Path.tx` are None);
3. its routes have no legs.
"""

from __future__ import annotations

import socket
from typing import Protocol

from .counters import NodeTotals
from .link.srtp import copy, length_cell, packet_buffer, protect, unprotect
from .routes import HISTORY, Leg, Path, Route
from .wire.rtp import (
    FIRST_DTLS,
    FIRST_RTCP,
    FIRST_RTP,
    HEADER,
    LAST_DTLS,
    LAST_RTCP,
    LAST_RTP,
    LAST_STUN,
    MARKED,
    MAX_PACKET,
    RED,
    SSRC,
    SSRC_AT,
    Stream,
)
from .wire.stun import Address

BUDGET = 256
"""Datagrams a turn, 4 ms or so. What is left stays in the kernel for the next turn; timers run in between."""

BUFFER = 2048
"""Bytes: MAX_PACKET and what libsrtp appends (144 at most). A longer datagram arrives cut off, and is refused."""

MAX_STRANGERS = 16
"""SSRCs a participant may use in a visit: sound, two layers of video with their retransmissions, and a few changes.
libsrtp keeps a context for each."""

AUDIO = Stream.AUDIO.payload_type


class Clock(Protocol):
    """The clock of the gates."""

    def monotonic(self) -> float:
        """Return monotonic seconds."""
        ...


class Slow(Protocol):
    """Who takes what is not plain media; none of it is on the fast path."""

    def on_stun(self, datagram: bytes, address: Address) -> None:
        """Take a STUN datagram, from anybody."""
        ...

    def on_dtls(self, datagram: bytes, path: Path) -> None:
        """Take a DTLS datagram from a validated address."""
        ...

    def on_rtcp(self, datagram: bytes, path: Path) -> None:
        """Take an encrypted compound packet from a validated address."""
        ...

    def on_stranger(self, path: Path, packet: bytes, now: float) -> Route | None:
        """An authenticated packet of an SSRC not seen before: return its new route, or None to refuse it."""
        ...

    def on_disorder(self, route: Route, seq: int, now: float) -> bool:
        """A packet that is not the one after its stream's newest. Return whether it goes on."""
        ...

    def on_wrapped(self, route: Route, packet: bytes, now: float) -> bool:
        """Take a decrypted packet that is looked at by hand: a retransmission, redundant audio, what becomes it, a
        picture while a keyframe is awaited. Return whether it goes on as it is.
        """
        ...


class Engine(Protocol):
    """What moves the packets of one socket. Paths are read as they are; whoever changes them needs to tell nobody."""

    def bind(self, address: Address, path: Path) -> None:
        """Take what comes from an address as this participant's."""
        ...

    def release(self, address: Address, path: Path) -> None:
        """Take it so no more, if it still was."""
        ...

    def at(self, address: Address) -> Path | None:
        """Return whose the address is."""
        ...

    def drain(self) -> int:
        """Move what the socket holds, within the budget; return how many datagrams. Never raises for what arrived."""
        ...

    def insert(self, route: Route, packet: bytes, now: float) -> None:
        """Pass on a packet of a route's that has come by another way, decrypted, as if it had come now."""
        ...


class PythonEngine:
    """The reference engine: pure Python around libsrtp."""

    def __init__(self, sock: socket.socket, slow: Slow, clock: Clock, totals: NodeTotals) -> None:
        self._socket = sock
        self._slow = slow
        self._clock = clock
        self._totals = totals
        self._paths: dict[Address, Path] = {}
        self._in, self._in_view = packet_buffer(BUFFER)
        self._out, self._out_view = packet_buffer(BUFFER)
        self._length = length_cell()

    def bind(self, address: Address, path: Path) -> None:
        """See Engine."""
        self._paths[address] = path

    def release(self, address: Address, path: Path) -> None:
        """See Engine."""
        if self._paths.get(address) is path:
            del self._paths[address]

    def at(self, address: Address) -> Path | None:
        """See Engine."""
        return self._paths.get(address)

    def drain(self) -> int:  # noqa: C901, PLR0912, PLR0915 - one loop in one piece, for it runs for every packet
        """See Engine."""
        receive, view, memory, length = self._socket.recvfrom_into, self._in_view, self._in, self._length
        path_at, unpack, monotonic, decrypt = self._paths.get, HEADER.unpack_from, self._clock.monotonic, unprotect
        forward, totals, slow = self._forward, self._totals, self._slow
        newest = HISTORY - 1  # the bits of a number that are its place in a history
        for taken in range(BUDGET):
            try:
                size, address = receive(view)
            except OSError:  # drained
                return taken
            first = view[0]  # if there is one, see the size
            path = path_at(address)
            if path is None or not FIRST_RTP <= first <= LAST_RTP or not size:
                self._not_media(first, size, address, path)
                continue
            gate = path.gate
            now = monotonic()
            if now >= gate.deadline:
                gate.refused += 1
                totals.refused += 1
                continue
            header = unpack(view)
            _, second, seq, timestamp, ssrc = header
            path.allowance -= 1
            keys = path.rx
            if keys is None or path.allowance < 0 or not HEADER.size <= size <= MAX_PACKET:
                totals.rejected += 1
                continue
            if FIRST_RTCP <= second <= LAST_RTCP:
                slow.on_rtcp(bytes(view[:size]), path)
                continue
            route = path.routes.get(ssrc)
            length[0] = size
            if (route is None and path.strangers >= MAX_STRANGERS) or decrypt(keys, memory, length):
                totals.rejected += 1
                continue
            totals.received += 1
            gate.received += 1
            if route is None:
                route = slow.on_stranger(path, bytes(view[: length[0]]), now)
            payload_type = second & 0x7F
            if route is None or payload_type != route.payload_type:
                if route is None or payload_type != RED or route.payload_type != AUDIO:
                    continue
                wrapped = True
            else:
                wrapped = route.by_hand
            route.received += 1
            route.last_at = now
            ahead = (seq - route.highest) & 0xFFFF
            if ahead != 1 and route.gaps is not None and not slow.on_disorder(route, seq, now):
                continue
            if ahead < 0x8000:  # is_newer(), without the call
                route.highest = seq
                route.timestamp = timestamp
            if second >= MARKED:
                route.frames += 1
            size = length[0]
            if route.meter is not None:
                route.meter.take(view, size)
            if route.tap is not None and route.is_awaited(view, size, timestamp):
                route.tap(view, size, second, seq, timestamp)
            if wrapped and not slow.on_wrapped(route, bytes(view[:size]), now):
                continue
            legs = route.legs
            if legs:
                history = route.history
                if history is not None:
                    history[seq & newest] = view[:size].tobytes()
                forward(legs, size, seq, timestamp)
                gate.last_forwarded = now
        return BUDGET

    def insert(self, route: Route, packet: bytes, now: float) -> None:
        """See Engine."""
        _, second, seq, timestamp, _ = HEADER.unpack_from(packet)
        if second >= MARKED:
            route.frames += 1
        if route.legs:
            if route.history is not None:
                route.history[seq % HISTORY] = packet
            self._in_view[: len(packet)] = packet
            self._forward(route.legs, len(packet), seq, timestamp)
            route.path.gate.last_forwarded = now

    def _not_media(self, first: int, size: int, address: Address, path: Path | None) -> None:
        """Hand on what is no RTP of a known address, or ignore it."""
        if size >= HEADER.size and first <= LAST_STUN:
            self._slow.on_stun(bytes(self._in_view[:size]), address)
        elif size >= HEADER.size and path is not None and FIRST_DTLS <= first <= LAST_DTLS:
            self._slow.on_dtls(bytes(self._in_view[:size]), path)
        else:
            self._totals.ignored += 1

    def _forward(self, legs: tuple[Leg, ...], size: int, seq: int, timestamp: int) -> None:
        """Send the decrypted packet in the buffer on each leg; on the last one the buffer itself is rewritten."""
        length, send, pack, totals = self._length, self._socket.sendto, SSRC.pack_into, self._totals
        memory, view = self._out, self._out_view
        last = len(legs) - 1
        for index, leg in enumerate(legs):
            if index == last:
                memory, view = self._in, self._in_view
            else:
                copy(memory, self._in, size)
            if leg.shifted and not leg.shift(view, seq, timestamp, size):
                continue
            pack(view, SSRC_AT, leg.ssrc)
            length[0] = size
            receiver = leg.path
            address, keys = receiver.address, receiver.tx
            if address is None or keys is None or protect(keys, memory, length):
                totals.dropped += 1
                continue
            try:
                send(view[: length[0]], address)
            except OSError:
                totals.dropped += 1
                continue
            leg.count += 1
            totals.forwarded += 1
