"""A WebSocket client as thin as it can be (RFC 6455), whose messages come with the kernel's own stamp of arrival.

When a thousand of them are told the same in one second, this process reads the last of them much later than it came;
by the stamps that is no lateness of the node. No extension is offered; text in frames of one piece is all a node sends.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ..load.stamps import ANCILLARY, arrived, stamp_arrivals

_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_WITHIN = 30.0
_CHUNK = 65536


class LineClosed(ConnectionError):
    """The other side has closed, or did not take the connection."""


class Line:
    """A connected WebSocket. hear: is given each message, and when it came, in nanoseconds of the wall clock."""

    def __init__(self, sock: socket.socket, hear: Callable[[dict[str, Any], int], None]) -> None:
        self.code: int | None = None
        self._sock = sock
        self._hear = hear
        self._unread = bytearray()
        stamp_arrivals(sock)
        asyncio.get_running_loop().add_reader(sock.fileno(), self._read)

    @classmethod
    async def open(cls, url: str, origin: str, hear: Callable[[dict[str, Any], int], None], source: str = "") -> Line:
        """Connect, from the address `source` if one is given. Raises OSError (LineClosed, TimeoutError among them)."""
        parts, loop = urlsplit(url), asyncio.get_running_loop()
        sock = socket.socket()
        sock.setblocking(False)  # noqa: FBT003 - the standard library's
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if source:
                sock.bind((source, 0))
            async with asyncio.timeout(_WITHIN):
                await loop.sock_connect(sock, (parts.hostname or "", parts.port or 80))
                await loop.sock_sendall(sock, _request(parts.netloc, parts.path, origin))
                left = await _switched(sock)
        except BaseException:
            sock.close()
            raise
        line = cls(sock, hear)
        line._take(left, time.time_ns())
        return line

    def say(self, message: dict[str, Any]) -> None:
        """Send a message."""
        self._frame(_TEXT, json.dumps(message).encode())

    def close(self) -> None:
        """Drop the connection."""
        if self._sock.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._sock.fileno())
            self._sock.close()

    def _frame(self, kind: int, payload: bytes) -> None:
        """Send a frame, masked with zeros, which is a mask as good as any other against nobody (section 5.3)."""
        if self._sock.fileno() < 0:
            raise LineClosed("closed")
        size = len(payload)
        header = bytes([0x80 | kind, 0x80 | size]) if size < 126 else bytes([0x80 | kind, 0xFE]) + size.to_bytes(2)
        whole = header + bytes(4) + payload
        if self._sock.send(whole) != len(whole):
            raise LineClosed("the node takes nothing")

    def _read(self) -> None:
        try:
            data, ancillary, _, _ = self._sock.recvmsg(_CHUNK, ANCILLARY)
        except BlockingIOError:
            return
        except OSError:
            data, ancillary = b"", []
        if not data:
            self.close()
            return
        self._take(data, arrived(ancillary) or time.time_ns())

    def _take(self, data: bytes, stamp: int) -> None:
        self._unread += data
        while (frame := _first(self._unread)) is not None:
            kind, payload, size = frame
            del self._unread[:size]
            if kind == _TEXT:
                self._hear(json.loads(payload), stamp)
            elif kind == _PING:
                self._frame(_PONG, payload)
            elif kind == _CLOSE:
                self.code = int.from_bytes(payload[:2]) if len(payload) >= 2 else None
                with contextlib.suppress(OSError):  # it may be gone
                    self._frame(_CLOSE, payload[:2])
                self.close()
                return


def _request(netloc: str, path: str, origin: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1", f"Host: {netloc}", f"Origin: {origin}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
    ]  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode()


async def _switched(sock: socket.socket) -> bytes:
    """Wait for the answer that protocols are switched; return what came behind it."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = await asyncio.get_running_loop().sock_recv(sock, 4096)
        if not part:
            raise LineClosed("closed instead of an answer")
        answer += part
    head, _, left = answer.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    if status != b"101":
        raise LineClosed(f"status {status.decode(errors='replace')}")
    return left


def _first(unread: bytearray) -> tuple[int, bytes, int] | None:
    """The first frame that is there as a whole: its kind, its payload, and its size with the header."""
    if len(unread) < 2:
        return None
    begin, size = 2, unread[1] & 0x7F
    if size >= 126:
        length = 2 if size == 126 else 8
        begin, size = 2 + length, int.from_bytes(unread[2 : 2 + length])
    if len(unread) < begin + size:
        return None
    return unread[0] & 0x0F, bytes(unread[begin : begin + size]), begin + size
