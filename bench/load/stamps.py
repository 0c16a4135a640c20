"""When a datagram arrived by the kernel's own stamp, so that time in the generator's queue is no latency (Linux).

And how many did not find room in that queue: those the server has sent, and has not lost.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from struct import Struct

_SO_TIMESTAMPNS = 35
_SO_RCVBUFFORCE = 33
_SO_MEMINFO = 55
_TIMESPEC = Struct("qq")
_MEMINFO = Struct("9I")
"""Of which the last is SK_MEMINFO_DROPS (linux/sock_diag.h)."""
_RECEIVE_BUFFER = 1 << 20

ANCILLARY = 64
"""Bytes to give recvmsg() for it."""

_DATAGRAM = 2048


def stamp_arrivals(sock: socket.socket) -> None:
    """Have the kernel stamp what arrives; of a stream, what recvmsg() returns has the stamp of its last piece."""
    sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)


def stamped(sock: socket.socket) -> socket.socket:
    """Have the kernel stamp what arrives, and keep it until there is time to look."""
    stamp_arrivals(sock)
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER)
    except PermissionError:  # not root: as much as net.core.rmem_max allows
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    return sock


def overflowed(sock: socket.socket) -> int:
    """Return how many datagrams the kernel has dropped that were for this socket, for want of room in its buffer."""
    return int(_MEMINFO.unpack(sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size))[-1])


def arrived(ancillary: Iterable[tuple[int, int, bytes]]) -> int | None:
    """Return the stamp that recvmsg() brought, in nanoseconds of the wall clock; None without one."""
    for _, kind, value in ancillary:
        if kind == _SO_TIMESTAMPNS:
            seconds, nanoseconds = _TIMESPEC.unpack(value)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return None


def datagrams(sock: socket.socket) -> Iterator[tuple[bytes, int | None]]:
    """Take what a non-blocking socket holds, each datagram with its stamp."""
    while True:
        try:
            data, ancillary, _, _ = sock.recvmsg(_DATAGRAM, ANCILLARY)
        except OSError:
            return
        yield data, arrived(ancillary)
