"""What the packet path reads for every packet: gates, paths, routes and legs.

    Gate    a room: until when anything passes at all
    Path    a participant: its keys, its address, what it sends (routes)
    Route   one SSRC a participant sends, the legs it goes out on, and of video its last packets
    Leg     one SSRC a participant receives: promised in its offer, fed by one route at a time

Room and peer write these objects, the relay reads them; both in one thread, so each change is whole. As they stand here
they are the Python engine's; the compiled one keeps the attributes that it reads in C memory, under the same names and
with this same logic (compiled/state.py). Backend in backends.py makes those of the engine that runs.

Forgetting a path's keys and emptying its routes' legs is the cut: after that line nothing of it can be forwarded,
whatever else happens or is late.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from .layers.clocks import continued
from .levels import LevelMeter
from .loss.gaps import Gaps
from .wire.rtcp import ReportBlock
from .wire.rtp import NUMBERS, Layer, Stream, is_newer, payload, payload_offset
from .wire.stun import Address
from .wire.vp8 import begins_keyframe, picture_numbers, shift_pictures

NEVER = float("-inf")

REORDERED = 0x4000
"""For this many packets of a route, a sequence number before its first one is a late packet and no wrap-around."""

ALLOWANCE = 400
"""Packets of one participant between two refills, 0.1 s apart: ten times what a call in HD sends at its busiest."""

HISTORY = 256
"""Packets of a video route that are kept to be sent again, a power of two: 1.2 s of the most that a participant may
send, some 3 s of what most do. 384 kB at most."""

EVERY_PACKET, A_KEYFRAME = -1, -2
"""What a tap may wait for, beside the rest of the picture of a timestamp."""

Keys = Any
"""A libsrtp context, opaque here (see link/srtp.py)."""

Tap = Callable[[memoryview, int, int, int, int], None]
"""Takes a decrypted packet: its buffer, size, second byte, sequence number, timestamp. Keeps nothing of the buffer."""


def random_ssrc() -> int:
    """Return a random 32-bit SSRC other than the few small ones with a meaning of their own."""
    while (ssrc := int.from_bytes(os.urandom(4))) < 256:
        pass
    return ssrc


class Gate:
    """A room to the packet path. `deadline` is monotonic seconds: from then on nothing passes."""

    __slots__ = ("deadline", "last_forwarded", "received", "refused")

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.received = 0
        self.refused = 0
        self.last_forwarded = NEVER

    def shut(self) -> None:
        """Let nothing pass any more, whatever the clock says."""
        self.deadline = NEVER


class Path:
    """A participant to the packet path.

    rx, tx: libsrtp contexts for what comes from and goes to it; None until DTLS is up and after the cut.
    address: where to send to. routes: by SSRC. layers: the newest route of each stream, by layer; current: those of the
    main layer, and all there are of most; smallest: those of the smallest layer that is sent. legs: by the SSRC sent.
    strangers: SSRCs it has used that became a route or were refused; bounded, since libsrtp keeps state for each.
    allowance: packets it may still send until the next refill; what one sends can't eat up the others' time.
    upstream: whether its reports and requests reach those it receives from. reporter: the SSRC they are said under.
    estimates: by receiver, monitors too, what its line takes of the participant's picture, in bit/s (rates/sharing.py).
    small: those of them who are to get its small layer. sent: how much of its main layer it sends, in bit/s by its own
    reports. late: its packets wait before its own line, or its picture waits for that. full: they wait just now, and
    what is too much is lost. arrived: what share of its picture's comes through that, the least of late.
    """

    __slots__ = (
        "address",
        "allowance",
        "arrived",
        "current",
        "estimates",
        "full",
        "gate",
        "late",
        "layers",
        "legs",
        "owner",
        "reporter",
        "routes",
        "rx",
        "sent",
        "small",
        "smallest",
        "strangers",
        "tx",
        "upstream",
    )

    def __init__(self, gate: Gate, owner: Any, *, upstream: bool) -> None:
        self.gate = gate
        self.owner = owner
        self.upstream = upstream
        self.rx: Keys | None = None
        self.tx: Keys | None = None
        self.address: Address | None = None
        self.routes: dict[int, Route] = {}
        self.layers: dict[Layer, dict[Stream, Route]] = {layer: {} for layer in Layer}
        self.current = self.smallest = self.layers[Layer.MAIN]
        self.legs: dict[int, Leg] = {}
        self.estimates: dict[Path, int] = {}
        self.sent = 0.0
        self.late = self.full = False
        self.arrived = 1.0
        self.small: frozenset[Path] = frozenset()
        self.strangers = 0
        self.allowance = ALLOWANCE
        self.reporter = random_ssrc()

    def add(self, route: Route) -> None:
        """Take a new route of the participant's; of its stream and layer it is the current one from now on."""
        self.routes[route.ssrc] = self.layers[route.layer][route.stream] = route

    def refill(self) -> None:
        """Let the participant send again."""
        self.allowance = ALLOWANCE

    def cut(self) -> None:
        """Forget the keys and everything that led to or from here."""
        self.rx = self.tx = self.address = None
        for route in self.routes.values():
            route.feed((), route.last_at)
            route.tap = route.meter = None
            route.awaited = ()
        self.routes.clear()
        for streams in self.layers.values():
            streams.clear()
        self.estimates.clear()
        self.small = frozenset()

    def let_go(self) -> None:
        """Forget whose this was: nothing finds its way here any more. Without it only the collector would free both."""
        self.owner = None
        self.legs.clear()


class Route:
    """One SSRC that a participant sends. `highest` and `timestamp` are of the newest packet; times are monotonic.

    frames: packets with the marker, which of video is one a picture. tap: what a wall takes of it, while it waits for
    something (taps.py). awaits: which packets that is: EVERY_PACKET, those that begin a keyframe (A_KEYFRAME), or these
    and all with this timestamp. meter: of sound on a wall, how loud it is. gaps: what is missing. history: of
    video, its last packets, decrypted and as they came, by sequence number, while they go to anybody. by_hand: whether
    its packets are looked at in Python: retransmissions, sound of which somebody is sent redundant packets, video while
    a keyframe is awaited. awaited: the legs that go over to it with its next keyframe. reported: the newest sender
    report's wall clock (seconds) and timestamp. judged: what was last passed on to the sender of a receiver's report.
    """

    __slots__ = (
        "awaited",
        "awaits",
        "by_hand",
        "first_at",
        "frames",
        "gaps",
        "highest",
        "history",
        "judged",
        "last_at",
        "layer",
        "legs",
        "meter",
        "path",
        "payload_type",
        "received",
        "reported",
        "ssrc",
        "stream",
        "tap",
        "timestamp",
    )

    def __init__(
        self,
        path: Path,
        stream: Stream,
        layer: Layer = Layer.MAIN,
        *,
        ssrc: int,
        seq: int,
        timestamp: int,
        now: float,
    ) -> None:
        self.path = path
        self.stream = stream
        self.layer = layer
        self.payload_type = stream.payload_type
        self.ssrc = ssrc
        self.highest = (seq - 1) & 0xFFFF
        self.timestamp = timestamp
        self.received = 0
        self.frames = 0
        self.first_at = self.last_at = now
        self.legs: tuple[Leg, ...] = ()
        self.tap: Tap | None = None
        self.awaits = EVERY_PACKET
        self.meter: LevelMeter | None = None
        self.gaps = None if stream is Stream.RTX else Gaps()
        self.history: Any = None
        self.by_hand = stream is Stream.RTX
        self.awaited: tuple[Leg, ...] = ()
        self.reported: tuple[float, int] | None = None
        self.judged: ReportBlock | None = None

    @property
    def wanted(self) -> bool:
        """Whether anybody receives it whose wishes reach its source. For others' sake it is asked for nothing."""
        return any(leg.path.upstream for leg in self.legs)

    def feed(self, legs: tuple[Leg, ...], now: float, first: int | None = None) -> None:
        """Go out on these legs and no others from the next packet on; on new ones from number `first` on, if given."""
        if self.gaps is not None and not self.wanted:
            self.gaps.clear()  # what was lost while nobody received it
        for leg in self.legs:
            if leg not in legs:
                leg.stop()
        for leg in legs:
            leg.feed_from(self, now, first)
        self.legs = legs
        if not legs:
            self.history = None
        elif self.history is None and self.stream is Stream.VIDEO:
            self.history = self._new_history()
        self.choose_engine()

    def choose_engine(self) -> None:
        """Let the engine hand the packets on, if that is needed for anybody who receives them."""
        looked_at = self.stream is Stream.RTX or bool(self.awaited)
        self.by_hand = looked_at or any(leg.redundant for leg in self.legs)

    def wait(self, legs: tuple[Leg, ...]) -> None:
        """Let these legs and no others go over to it with its next keyframe."""
        self.awaited = legs
        self.choose_engine()

    def is_awaited(self, packet: memoryview, size: int, timestamp: int) -> bool:
        """Whether the tap waits for a packet. packet: the buffer it lies in, decrypted."""
        return self.awaits in {EVERY_PACKET, timestamp} or begins_keyframe(payload(packet, size))

    def _new_history(self) -> Any:
        return [b""] * HISTORY

    def _kept(self, seq: int) -> bytes:
        """The packet in this number's place of the history, whatever its number; empty if there is none."""
        kept: bytes = self.history[seq % HISTORY] if self.history is not None else b""
        return kept

    def recall(self, seq: int) -> bytes | None:
        """Return one of the last packets; None if it is not there, or not any more."""
        if (self.highest - seq) & 0xFFFF >= HISTORY:
            return None
        packet = self._kept(seq)
        return packet if packet[2:4] == seq.to_bytes(2) else None


class Leg:
    """One SSRC that a participant receives, in the slot of one source.

    The slot outlives what feeds it: a source comes back after a reload with another SSRC and arbitrary numbers, and a
    held or muted one goes on counting while nothing passes. The receiver sees one stream that goes on where it stopped,
    so the leg then carries offsets, of the pictures' own numbers as well (wire/vp8.py). Until that first happens,
    packets pass with their numbers as they are.

    Going on exactly there also matters to the ciphers: two different packets under one SSRC and sequence number would
    share a nonce (RFC 7714 section 8.3), and a jump of half the number space would lose the roll-over counter
    (RFC 3711 section 3.3.1).

    count: packets forwarded. redundant: whether it carries redundant audio. primary: of a retransmission leg, the leg
    whose packets it repeats; its numbers are the relay's own (loss/repeats.py).
    """

    __slots__ = (
        "base_offset",
        "count",
        "feeding",
        "first",
        "path",
        "picture_offset",
        "pictures",
        "primary",
        "received_before",
        "redundant",
        "route",
        "seq_offset",
        "shifted",
        "ssrc",
        "stopped",
        "stream",
        "time_offset",
    )

    def __init__(self, path: Path, stream: Stream, primary: Leg | None = None) -> None:
        self.path = path
        self.stream = stream
        self.primary = primary
        self.ssrc = random_ssrc()
        self.redundant = False
        self.route: Route | None = None
        self.feeding = False
        self.pictures: tuple[int | None, int | None] = (None, None)
        self.stopped = 0
        self._begin_at_zero()
        path.legs[self.ssrc] = self

    def _begin_at_zero(self) -> None:
        """Set what the engine counts and adds."""
        self.shifted = False
        self.count = self.first = self.received_before = 0
        self.seq_offset = self.time_offset = self.picture_offset = self.base_offset = 0

    def feed_from(self, route: Route, now: float, first: int | None = None) -> None:
        """Take the route's packets from its next one on, numbered as the continuation of what went out before.

        first: the number of the first one that goes out, if it is one that has come just now.
        """
        if self.feeding and self.route is route:
            return
        self.stop()
        old, self.route, self.feeding = self.route, route, True
        self.first = (route.highest + 1) & 0xFFFF if first is None else first
        self.received_before = route.received
        if old is not None:
            self.seq_offset = (self.stopped + 1 - self.first) & 0xFFFF
            if old is not route:
                own, elapsed, rate = old.path is route.path, now - old.last_at, self.stream.clock_rate
                self.time_offset = continued(old, route, self.time_offset, elapsed=elapsed, rate=rate, one_source=own)
                self.picture_offset = self.base_offset = 0
        self.shifted = bool(self.seq_offset or self.time_offset or self.picture_offset or self.base_offset)

    def stop(self) -> None:
        """Take nothing from the route any more, and remember where the numbering stopped."""
        if self.feeding and self.route is not None:
            self.stopped = (self.route.highest + self.seq_offset) & 0xFFFF
            self.feeding = False
            newest = self.route.recall(self.route.highest) if self.stream is Stream.VIDEO else None
            if newest is not None:
                picture, base = picture_numbers(bytes(payload(memoryview(newest), len(newest))))
                self.pictures = (
                    None if picture is None else picture + self.picture_offset,
                    None if base is None else base + self.base_offset,
                )

    def begin(self, packet: bytes) -> None:
        """Take the first packet of a route that the leg was given just now: its pictures go on numbering, too."""
        picture, base = picture_numbers(bytes(payload(memoryview(packet), len(packet))))
        last, last_base = self.pictures
        self.picture_offset = self.base_offset = 0
        if picture is not None and last is not None:
            self.picture_offset = (last + 1 - picture) & 0x7FFF
        if base is not None and last_base is not None:
            self.base_offset = (last_base + 1 - base) & 0xFF
        self.shifted = self.shifted or bool(self.picture_offset or self.base_offset)

    def carries(self, seq: int) -> bool:
        """Whether a packet of the route's is one of those that the leg was fed: not older than the first of them."""
        route = self.route
        if route is None:
            return False
        return is_newer(seq, self.first) or route.received - self.received_before >= REORDERED

    def shift(self, packet: memoryview, seq: int, timestamp: int, size: int | None = None) -> bool:
        """Put the offsets into a decrypted packet. False if it must not go out: it is older than the leg's first.

        size: how many bytes of the buffer the packet is; None: all.
        """
        if not self.carries(seq):
            return False
        NUMBERS.pack_into(packet, 2, (seq + self.seq_offset) & 0xFFFF, (timestamp + self.time_offset) & 0xFFFFFFFF)
        if self.picture_offset or self.base_offset:
            self.shift_pictures(packet, len(packet) if size is None else size)
        return True

    def shift_pictures(self, packet: memoryview, size: int, before: int = 0) -> None:
        """Put the pictures' offsets into a packet, whose payload has so many bytes before it."""
        at = payload_offset(packet, size)
        if at is not None:
            shift_pictures(packet, at + before, size, self.picture_offset, self.base_offset)
