"""Which engine moves the packets, and what the packet path's objects are made as for it.

The engine reads gates, paths, routes and legs for every packet, so each engine has them where it reads them best: the
Python one in Python objects, the compiled one in C memory. Whoever makes one asks the backend.
"""

from __future__ import annotations

import socket
from typing import Any, Literal, Protocol

import structlog

from .counters import NodeTotals
from .errors import EngineMissing
from .levels import LevelMeter
from .relay import Clock, Engine, PythonEngine, Slow
from .routes import Gate, Leg, Path, Route
from .wire.rtp import Layer, Stream

log = structlog.get_logger()

EngineChoice = Literal["auto", "python", "compiled"]
"""auto: the compiled engine where it was built, else the one in Python."""


class Backend(Protocol):
    """Makes the engine, and all that it reads. Objects of different backends do not mix."""

    name: str

    def gate(self, deadline: float) -> Gate:
        """Make a room's gate."""
        ...

    def path(self, gate: Gate, owner: Any, *, upstream: bool) -> Path:
        """Make a participant's path."""
        ...

    def route(
        self,
        path: Path,
        stream: Stream,
        layer: Layer = Layer.MAIN,
        *,
        ssrc: int,
        seq: int,
        timestamp: int,
        now: float,
    ) -> Route:
        """Make a route for an SSRC whose first packet has these numbers. It is not in its path yet: see Path.add."""
        ...

    def leg(self, path: Path, stream: Stream, primary: Leg | None = None) -> Leg:
        """Make a leg, in the path of who receives it."""
        ...

    def meter(self) -> LevelMeter:
        """Make a meter for the sound of a route."""
        ...

    def totals(self) -> NodeTotals:
        """Make a node's counters."""
        ...

    def engine(self, sock: socket.socket, slow: Slow, clock: Clock, totals: NodeTotals) -> Engine:
        """Make the engine of a non-blocking UDP socket."""
        ...


class PythonBackend:
    """The reference: pure Python around libsrtp, and always there."""

    name = "python"
    gate = Gate
    path = Path
    route = Route
    leg = Leg
    meter = LevelMeter
    totals = NodeTotals
    engine = PythonEngine


def choose(engine: EngineChoice) -> Backend:
    """Return the backend of an engine, and log which one it is. Raises EngineMissing if `compiled` is not there."""
    if engine == "python":
        log.info("media_engine", engine="python", reason="it was asked for")
        return PythonBackend()
    try:
        backend = compiled()
    except EngineMissing as missing:
        if engine == "compiled":
            raise
        log.info("media_engine", engine="python", reason=f"there is no compiled one: {missing.reason}")
        return PythonBackend()
    log.info("media_engine", engine="compiled", reason="it was asked for" if engine == "compiled" else "it was built")
    return backend


def compiled() -> Backend:
    """Return the compiled backend. Raises EngineMissing where it was not built."""
    from .compiled.engine import CompiledBackend  # noqa: PLC0415 - it can only be imported where it was built

    return CompiledBackend()
