"""Ports of the loopback address that nothing uses at the moment."""

from __future__ import annotations

import socket


def free_port() -> int:
    """Return a TCP port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_port_pair() -> int:
    """A port that is free together with its successor, for TCP and, the successor, for UDP."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket(type=socket.SOCK_DGRAM) as media:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
                media.bind(("0.0.0.0", port + 1))
            except (OSError, OverflowError):
                continue
            return port
