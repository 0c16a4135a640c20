"""A mail server that takes everything (RFC 5321), and hands out the newest mail to an address as soon as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy

HOST = "127.0.0.1"
_DOT = b"."


class Postbox:
    """What has come, by address in small letters. port: once it serves."""

    def __init__(self) -> None:
        self.port = 0
        self._mails: dict[str, str] = {}
        self._came: dict[str, asyncio.Event] = {}

    async def mail(self, to: str) -> str:
        """Wait for a mail to an address; its text."""
        await self._event(to).wait()
        return self._mails[to.lower()]

    def _event(self, to: str) -> asyncio.Event:
        return self._came.setdefault(to.lower(), asyncio.Event())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client."""
        recipients: list[str] = []
        try:
            writer.write(b"220 postbox ESMTP\r\n")
            while line := await reader.readline():
                verb, _, rest = line.strip().partition(b" ")
                match verb.upper():
                    case b"RCPT":
                        recipients.append(rest.partition(b"<")[2].partition(b">")[0].decode())
                        answer = b"250 taken"
                    case b"DATA":
                        writer.write(b"354 go on\r\n")
                        self._take(recipients, await _data(reader))
                        recipients, answer = [], b"250 taken"
                    case b"QUIT":
                        writer.write(b"221 goodbye\r\n")
                        return
                    case _:
                        answer = b"250 postbox"
                writer.write(answer + b"\r\n")
                await writer.drain()
        finally:
            writer.close()

    def _take(self, recipients: list[str], data: bytes) -> None:
        body = message_from_bytes(data, policy=policy.default).get_body(("plain",))
        for to in recipients:
            self._mails[to.lower()] = str(body.get_content()) if body is not None else ""
            self._event(to).set()


async def _data(reader: asyncio.StreamReader) -> bytes:
    """The message up to the lonely dot, with the dots that were doubled made single (section 4.5.2)."""
    lines = []
    while (line := await reader.readline()) not in (b".\r\n", b""):
        lines.append(line[1:] if line.startswith(_DOT) else line)
    return b"".join(lines)


@asynccontextmanager
async def postbox() -> AsyncIterator[Postbox]:
    """Serve on a free port."""
    box = Postbox()
    server = await asyncio.start_server(box.serve, HOST, 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
