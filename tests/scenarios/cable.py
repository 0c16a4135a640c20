"""A cable between browsers and node that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from tests.scenarios.figures import eventually


@dataclass
class Cable:
    """A TCP forwarder in front of the node's WebSocket, that can be cut."""

    target: int
    port: int = 0
    host: str = "127.0.0.1"
    _pairs: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def lay(self) -> None:
        """Begin to forward, on a port of its own if none is given."""
        self._server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._pairs |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._pairs -= {writer, far_writer}

    @staticmethod
    async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.transport.abort()

    def cut(self) -> None:
        """Reset every connection that is up."""
        for writer in list(self._pairs):
            writer.transport.abort()

    async def cut_and_mended(self) -> None:
        """Reset every connection that is up, and wait until as many are up again."""
        before, known = len(self._pairs), set(self._pairs)
        self.cut()

        async def back() -> bool:
            return len(self._pairs - known) >= before

        await eventually(back, "the connections are up again")

    async def roll_up(self) -> None:
        """Forward no more."""
        if self._server:
            self._server.close()
        self.cut()
