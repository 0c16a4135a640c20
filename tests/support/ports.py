"""Ports of the loopback address that nothing uses, and that nothing else takes before their finder does.

They lie below those that the kernel gives to outgoing connections, a process begins at a place of its own among them,
and gives out none twice: a port that the kernel chose and got back may be somebody else's a moment later.
"""

from __future__ import annotations

import itertools
import os
import random
import socket
from collections.abc import Iterator

_FIRST, _AFTER = 10_240, 32_700
"""Linux takes those from 32768 on for itself (net.ipv4.ip_local_port_range)."""


def _all() -> Iterator[int]:
    count = _AFTER - _FIRST
    start = random.Random(os.getpid()).randrange(count)
    return (_FIRST + (start + step) % count for step in itertools.cycle(range(count)))


_untried = _all()


def free_port() -> int:
    """Return a TCP port of the loopback address that nothing listens on."""
    return next(port for port in _untried if _is_free(port))


def free_port_pair() -> int:
    """A port that is free together with its successor, for TCP and, the successor, for UDP."""
    while True:
        first, second = free_port(), next(_untried)
        if second == first + 1 and _is_free(second) and _is_free(second, "0.0.0.0", socket.SOCK_DGRAM):
            return first


def _is_free(port: int, host: str = "127.0.0.1", kind: socket.SocketKind = socket.SOCK_STREAM) -> bool:
    with socket.socket(type=kind) as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
