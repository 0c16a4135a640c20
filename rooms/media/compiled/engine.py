"""The compiled engine: hop.c behind the Engine protocol, and what C calls of Python."""

from __future__ import annotations

import math
import secrets
import socket
import time
from collections.abc import Callable
from typing import Any

from ..counters import NodeTotals
from ..link.srtp import cipher_addresses
from ..relay import Clock, Slow
from ..routes import Path, Route
from ..wire.rtp import HEADER
from ..wire.stun import Address
from .binding import ffi, lib
from .state import (
    StructGate,
    StructLeg,
    StructMeter,
    StructPath,
    StructRoute,
    StructTotals,
    python_address,
    socket_address,
)


class CompiledEngine:
    """The engine of hop.c. Its paths and totals are those of CompiledBackend.

    `_paths` owns what the table in C points to. `_held` is what the last call from C was about: C may use it until the
    next one, though that call itself may have let go of it everywhere else.
    """

    def __init__(self, sock: socket.socket, slow: Slow, clock: Clock, totals: NodeTotals) -> None:
        self.slow = slow
        self.clock = clock
        self._socket = sock
        self._totals = totals
        self._paths: dict[Address, Path] = {}
        self._held: object = None
        self._failed: BaseException | None = None
        self._handle = ffi.new_handle(self)
        self._engine = self._new(totals)
        self._drain = lib.hop_drain

    def _new(self, totals: Any) -> Any:
        calls = ffi.new("hop_slow *")
        calls.self = self._handle
        for name in ("on_stun", "on_dtls", "on_rtcp", "on_stranger", "on_tap", "on_disorder", "on_wrapped"):
            setattr(calls, name, getattr(lib, f"hop_{name}"))
        if self.clock.monotonic is not time.monotonic:  # otherwise C asks the system itself
            calls.now = lib.hop_now
        unprotect, protect = (ffi.cast("hop_cipher", address) for address in cipher_addresses())
        engine = lib.hop_new(calls, totals.struct, unprotect, protect, secrets.randbits(64))
        if engine == ffi.NULL:
            raise MemoryError
        return ffi.gc(engine, lib.hop_free)

    def bind(self, address: Address, path: Path) -> None:
        """See Engine."""
        if lib.hop_bind(self._engine, _address(address), _struct(path)) != 0:
            raise MemoryError
        self._paths[address] = path

    def release(self, address: Address, path: Path) -> None:
        """See Engine."""
        if self._paths.get(address) is path:
            lib.hop_release(self._engine, _address(address))
            del self._paths[address]

    def at(self, address: Address) -> Path | None:
        """See Engine."""
        return self._paths.get(address)

    def drain(self) -> int:
        """See Engine. What a call into Python raised is raised when the turn is over: it cannot pass through C."""
        taken: int = self._drain(self._engine, self._socket.fileno())
        if self._failed is not None:
            failed, self._failed = self._failed, None
            raise failed
        return taken

    def insert(self, route: Route, packet: bytes, now: float) -> None:
        """See Engine."""
        if isinstance(route, StructRoute):
            lib.hop_insert(self._engine, self._socket.fileno(), route.struct, packet, len(packet), now)

    def answer(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Do what C asks for. None if that failed; the first failure of a turn is kept."""
        try:
            return call(*arguments)
        except BaseException as error:  # noqa: BLE001 - drain() raises it
            self._failed = self._failed or error
            return None

    def hold(self, about: object) -> None:
        """Keep alive what this call from C is about."""
        self._held = about


def _struct(path: Path) -> Any:
    return path.struct if isinstance(path, StructPath) else ffi.NULL


def _address(address: Address) -> Any:
    return ffi.new("hop_address *", socket_address(address))


# What C calls. Each of these is a function of hop_slow, see hop.h.


@ffi.def_extern()  # type: ignore[untyped-decorator]
def hop_on_stun(handle: Any, datagram: Any, size: int, source: Any) -> None:
    """Hand on a STUN datagram."""
    engine: CompiledEngine = ffi.from_handle(handle)
    engine.answer(engine.slow.on_stun, bytes(ffi.buffer(datagram, size)), python_address(source))


@ffi.def_extern()  # type: ignore[untyped-decorator]
def hop_on_dtls(handle: Any, struct: Any, datagram: Any, size: int) -> None:
    """Hand on a DTLS datagram."""
    engine: CompiledEngine = ffi.from_handle(handle)
    engine.answer(engine.slow.on_dtls, bytes(ffi.buffer(datagram, size)), ffi.from_handle(struct.self))


@ffi.def_extern()  # type: ignore[untyped-decorator]
def hop_on_rtcp(handle: Any, struct: Any, datagram: Any, size: int) -> None:
    """Hand on a compound packet."""
    engine: CompiledEngine = ffi.from_handle(handle)
    engine.answer(engine.slow.on_rtcp, bytes(ffi.buffer(datagram, size)), ffi.from_handle(struct.self))


@ffi.def_extern()  # type: ignore[untyped-decorator]
def hop_on_stranger(handle: Any, struct: Any, packet: Any, size: int, now: float) -> Any:
    """Ask for the route of an SSRC not seen before."""
    engine: CompiledEngine = ffi.from_handle(handle)
    path: Path = ffi.from_handle(struct.self)
    route = engine.answer(engine.slow.on_stranger, path, bytes(ffi.buffer(packet, size)), now)
    engine.hold(route)
    return ffi.NULL if route is None else route.struct


@ffi.def_extern()  # type: ignore[untyped-decorator]
def hop_on_tap(handle: Any, struct: Any, packet: Any, size: int) -> None:
    """Show a decrypted packet to the tap of its route."""
    engine: CompiledEngine = ffi.from_handle(handle)
    route: Route = ffi.from_handle(struct.self)
    engine.hold(route)
    view = memoryview(ffi.buffer(packet, lib.HOP_BUFFER))
    _, second, seq, timestamp, _ = HEADER.unpack_from(view)
    if route.tap is not None:
        engine.answer(route.tap, view, size, second, seq, timestamp)


@ffi.def_extern()  # type: ignore[untyped-decorator]
def hop_on_disorder(handle: Any, struct: Any, seq: int, now: float) -> bool:
    """Ask whether a packet goes on that is not its route's next one."""
    engine: CompiledEngine = ffi.from_handle(handle)
    route: Route = ffi.from_handle(struct.self)
    engine.hold(route)
    return bool(engine.answer(engine.slow.on_disorder, route, seq, now))


@ffi.def_extern()  # type: ignore[untyped-decorator]
def hop_on_wrapped(handle: Any, struct: Any, packet: Any, size: int, now: float) -> bool:
    """Hand on a decrypted packet that is to be taken apart, put together or looked at. Whether it goes on as it is."""
    engine: CompiledEngine = ffi.from_handle(handle)
    route: Route = ffi.from_handle(struct.self)
    engine.hold(route)
    return bool(engine.answer(engine.slow.on_wrapped, route, bytes(ffi.buffer(packet, size)), now))


@ffi.def_extern()  # type: ignore[untyped-decorator]
def hop_now(handle: Any) -> float:
    """Return the node's own time; where it can't be told, nothing passes any gate."""
    engine: CompiledEngine = ffi.from_handle(handle)
    now: float | None = engine.answer(engine.clock.monotonic)
    return math.inf if now is None else now


class CompiledBackend:
    """See Backend."""

    name = "compiled"
    gate = StructGate
    path = StructPath
    route = StructRoute
    leg = StructLeg
    meter = StructMeter
    totals = StructTotals
    engine = CompiledEngine
