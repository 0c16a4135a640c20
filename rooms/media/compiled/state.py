"""Gate, path, route and leg in C memory: the logic of rooms/media/routes.py, with what C reads kept in structures.

Each class is its plain one with some attributes overridden: a number lives in the structure alone; a reference to
another object lives twice, in the plain attribute, which keeps that object alive, and as a pointer. So whoever changes
one of these objects tells nobody, whichever engine runs, and no pointer outlives what it points to.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from struct import Struct
from typing import Any

from ..counters import Losses, NodeTotals, Paused
from ..levels import LevelMeter
from ..link.srtp import context_address
from ..routes import Gate, Keys, Leg, Path, Route
from ..wire.rtp import Layer, Stream
from ..wire.stun import Address
from .binding import ffi, lib

IPV4 = Struct("=H2s4s8x")
"""A sockaddr_in: family, port and address in network order (ip(7))."""

IPV6 = Struct("=H2s4s16sL")
"""A sockaddr_in6: family, port, flow information, address, scope (ipv6(7))."""


def number(name: str) -> Any:
    """Return an attribute that is a number of the structure."""

    def read(self: Any) -> Any:
        return getattr(self.struct, name)

    def write(self: Any, value: float) -> None:
        setattr(self.struct, name, value)

    return property(read, write)


def flag(name: str) -> Any:
    """Return an attribute that is a byte of the structure, and a bool here."""

    def read(self: Any) -> bool:
        return bool(getattr(self.struct, name))

    def write(self: Any, value: bool) -> None:  # noqa: FBT001 - it is assigned
        setattr(self.struct, name, value)

    return property(read, write)


def mirrored(plain: type, name: str, convert: Callable[[Any], Any]) -> Any:
    """Return an attribute that is kept as it is in the plain class's own place, and converted in the structure."""
    kept = getattr(plain, name)

    def write(self: Any, value: Any) -> None:
        kept.__set__(self, value)
        setattr(self.struct, name, convert(value))

    return property(kept.__get__, write)


def pointers(plain: type, name: str) -> Any:
    """Return an attribute that is a tuple of these objects, and in the structure an array of pointers and a count."""
    kept = getattr(plain, name)

    def write(self: Any, value: tuple[Any, ...]) -> None:
        array = ffi.new("hop_leg *[]", [each.struct for each in value])
        kept.__set__(self, value)
        setattr(self.struct, name, array)
        setattr(self.struct, f"{name}_count", len(value))
        self._array = array

    return property(kept.__get__, write)


def pointer(to: Any) -> Any:
    """Return the pointer to another of these objects, or NULL."""
    return ffi.NULL if to is None else to.struct


def context(keys: Keys | None) -> Any:
    """Return the pointer to a libsrtp context, or NULL."""
    return ffi.NULL if keys is None else ffi.cast("void *", context_address(keys))


def socket_address(address: Address | None) -> tuple[bytes, int]:
    """Return what a hop_address is made of."""
    if address is None:
        return b"", 0
    port = address[1].to_bytes(2)
    if ":" not in address[0]:
        packed = IPV4.pack(socket.AF_INET, port, socket.inet_pton(socket.AF_INET, address[0]))
    else:
        flow, scope = address[2:] if len(address) == 4 else (0, 0)
        host = socket.inet_pton(socket.AF_INET6, address[0])
        packed = IPV6.pack(socket.AF_INET6, port, flow.to_bytes(4), host, scope)
    return packed, len(packed)


def python_address(address: Any) -> Address:
    """Return the address of a hop_address, as recvfrom() would."""
    packed = bytes(ffi.buffer(address.bytes, address.length))
    if len(packed) == IPV4.size:
        _, port, host = IPV4.unpack(packed)
        return socket.inet_ntop(socket.AF_INET, host), int.from_bytes(port)
    _, port, flow, host, scope = IPV6.unpack(packed)
    return socket.inet_ntop(socket.AF_INET6, host), int.from_bytes(port), int.from_bytes(flow), scope


class StructTotals(NodeTotals):
    """See NodeTotals."""

    __slots__ = ("struct",)

    received = number("received")
    forwarded = number("forwarded")
    rejected = number("rejected")
    refused = number("refused")
    ignored = number("ignored")
    dropped = number("dropped")

    def __init__(self) -> None:
        self.struct = ffi.new("hop_totals *")
        self.losses = Losses()
        self.paused = Paused()


class StructGate(Gate):
    """See Gate."""

    __slots__ = ("struct",)

    deadline = number("deadline")
    last_forwarded = number("last_forwarded")
    received = number("received")
    refused = number("refused")

    def __init__(self, deadline: float) -> None:
        self.struct = ffi.new("hop_gate *")
        super().__init__(deadline)


class StructPath(Path):
    """See Path."""

    __slots__ = ("_handle", "_over", "struct")

    gate = mirrored(Path, "gate", pointer)
    rx = mirrored(Path, "rx", context)
    tx = mirrored(Path, "tx", context)
    address = mirrored(Path, "address", socket_address)
    allowance = number("allowance")
    strangers = number("strangers")

    def __init__(self, gate: Gate, owner: Any, *, upstream: bool) -> None:
        self.struct = ffi.new("hop_path *")
        self._handle = self.struct.self = ffi.new_handle(self)
        self._over: tuple[StructRoute, ...] = ()
        super().__init__(gate, owner, upstream=upstream)

    def add(self, route: Route) -> None:
        """See Path."""
        super().add(route)
        for index, each in enumerate(self.routes.values()):
            self.struct.routes[index] = pointer(each)
        self.struct.routes_count = len(self.routes)

    def cut(self) -> None:
        """See Path."""
        self.struct.routes_count = 0
        self._over = tuple(route for route in self.routes.values() if isinstance(route, StructRoute))
        super().cut()

    def let_go(self) -> None:
        """See Path. A handle holds what it is of: with it, only the collector would free this and its routes.

        That is not done at the cut, which may come while the engine is at one of their packets.
        """
        super().let_go()
        for route in self._over:
            route.let_go()
        self._over = ()
        self._handle, self.struct.self = None, ffi.NULL


class StructRoute(Route):
    """See Route."""

    __slots__ = ("_array", "_handle", "struct")

    path = mirrored(Route, "path", pointer)
    legs = pointers(Route, "legs")
    tap = mirrored(Route, "tap", lambda tap: tap is not None)
    gaps = mirrored(Route, "gaps", lambda gaps: gaps is not None)
    meter = mirrored(Route, "meter", pointer)
    history = mirrored(Route, "history", lambda history: ffi.NULL if history is None else history)
    by_hand = flag("by_hand")
    awaits = number("awaits")
    payload_type = number("payload_type")
    ssrc = number("ssrc")
    highest = number("highest")
    timestamp = number("timestamp")
    received = number("received")
    frames = number("frames")
    last_at = number("last_at")

    def __init__(self, path: Path, stream: Stream, layer: Layer = Layer.MAIN, **first: Any) -> None:
        self.struct = ffi.new("hop_route *")
        self._handle = self.struct.self = ffi.new_handle(self)
        super().__init__(path, stream, layer, **first)

    def let_go(self) -> None:
        """Give the handle back: nothing finds its way here any more."""
        self._handle, self.struct.self = None, ffi.NULL

    def _new_history(self) -> Any:
        made = lib.hop_history_new()
        return None if made == ffi.NULL else ffi.gc(made, lib.hop_history_free)

    def _kept(self, seq: int) -> bytes:
        if self.history is None:
            return b""
        found = ffi.new("uint8_t **")
        size = lib.hop_history_at(self.history, seq, found)
        return bytes(ffi.buffer(found[0], size))


class StructMeter(LevelMeter):
    """See LevelMeter."""

    __slots__ = ("struct",)

    known = flag("known")
    level = number("level")
    loudest = number("loudest")

    def __init__(self) -> None:
        self.struct = ffi.new("hop_meter *")
        super().__init__()


class StructLeg(Leg):
    """See Leg."""

    __slots__ = ("struct",)

    path = mirrored(Leg, "path", pointer)
    route = mirrored(Leg, "route", pointer)
    shifted = flag("shifted")
    count = number("count")
    first = number("first")
    received_before = number("received_before")
    seq_offset = number("seq_offset")
    picture_offset = number("picture_offset")
    base_offset = number("base_offset")
    ssrc = number("ssrc")
    time_offset = number("time_offset")

    def __init__(self, path: Path, stream: Stream, primary: Leg | None = None) -> None:
        self.struct = ffi.new("hop_leg *")
        super().__init__(path, stream, primary)

    def _begin_at_zero(self) -> None:
        """A structure does."""
