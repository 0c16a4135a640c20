"""A way to Redis that can be cut, and mended."""

from __future__ import annotations

import asyncio
import contextlib


class Proxy:
    """A TCP way to Redis that can be cut and mended."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @classmethod
    async def start(cls, target: str) -> Proxy:
        """Listen, and pass everything on."""
        proxy = cls(target)
        await proxy.mend()
        return proxy

    @property
    def url(self) -> str:
        """Where to connect to."""
        return f"redis://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """Pass on again."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Close everything, and take nothing more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._writers):
            writer.close()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._target.startswith("unix://"):
            upstream, down = await asyncio.open_unix_connection(self._target.removeprefix("unix://"))
        else:
            host, port = self._target.removeprefix("redis://").split(":")
            upstream, down = await asyncio.open_connection(host, int(port))
        if self._server is None:  # cut while this one was being accepted
            writer.close()
            down.close()
            return
        self._writers |= {writer, down}
        await asyncio.gather(self._pass(reader, down), self._pass(upstream, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()
        self._writers.discard(writer)
