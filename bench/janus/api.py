"""Janus' JSON API over a WebSocket: requests, and the events that follow them.

https://janus.conf.meetecho.com/docs/rest.html and videoroom.html. A request to a plugin is first acknowledged; what
became of it comes as an event with the same transaction.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

PROTOCOL = "janus-protocol"
PLUGIN = "janus.plugin.videoroom"
TIMEOUT = 30.0

Message = dict[str, Any]


class JanusRefused(Exception):
    """Janus answered with an error."""


class Handle:
    """One attachment to the plugin, which can have one peer connection."""

    def __init__(self, api: JanusApi, handle_id: int) -> None:
        self._api = api
        self.handle_id = handle_id
        self.up = asyncio.Event()

    async def is_up(self) -> None:
        """Wait until Janus says that the peer connection is up. Raises TimeoutError."""
        async with asyncio.timeout(TIMEOUT):
            await self.up.wait()

    async def ask(self, body: Message, sdp: tuple[str, str] | None = None) -> Message:
        """Send the plugin a request and return its answer.

        sdp: type ("offer", "answer") and text. Raises JanusRefused, also when it is the plugin that refuses.
        """
        jsep = {"jsep": {"type": sdp[0], "sdp": sdp[1]}} if sdp is not None else {}
        answer = await self._api.request("message", handle_id=self.handle_id, body=body, **jsep)
        data = answer.get("plugindata", {}).get("data", {})
        if "error" in data:
            raise JanusRefused(f"{body['request']}: {data['error']}")
        return answer


class JanusApi:
    """One session over one socket; made by session()."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Message]] = {}
        self._handles: dict[int, Handle] = {}
        self._session_id: int | None = None

    async def open(self) -> None:
        """Make the session that all handles belong to."""
        self._session_id = (await self.request("create"))["data"]["id"]

    async def attach(self) -> Handle:
        """Make another handle on the plugin."""
        handle = Handle(self, (await self.request("attach", plugin=PLUGIN))["data"]["id"])
        self._handles[handle.handle_id] = handle
        return handle

    async def request(self, what: str, **fields: object) -> Message:
        """Send a request and return what became of it. Raises JanusRefused, ConnectionError, TimeoutError."""
        transaction = str(next(self._numbers))
        session = {"session_id": self._session_id} if self._session_id is not None else {}
        answer = asyncio.get_running_loop().create_future()
        self._waiting[transaction] = answer
        try:
            await self._socket.send_json({"janus": what, "transaction": transaction, **session, **fields})
            async with asyncio.timeout(TIMEOUT):
                message: Message = await answer
        finally:
            del self._waiting[transaction]
        if message["janus"] == "error":
            raise JanusRefused(f"{what}: {message['error']['reason']}")
        return message

    async def read(self) -> None:
        """Take what Janus says, until it closes the socket; who still waits for an answer gets a ConnectionError."""
        async for frame in self._socket:
            message = frame.json()
            if message["janus"] == "webrtcup":
                self._handles[message["sender"]].up.set()
            waiting = self._waiting.get(message.get("transaction", ""))
            if waiting is not None and not waiting.done() and message["janus"] != "ack":
                waiting.set_result(message)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("Janus has closed its socket"))


@asynccontextmanager
async def session(path: Path) -> AsyncIterator[JanusApi]:
    """Open a session over the Unix socket at `path`, and close it."""
    async with (
        aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=str(path))) as http,
        http.ws_connect("http://janus/", protocols=[PROTOCOL], max_msg_size=0) as socket,
    ):
        api = JanusApi(socket)
        reader = asyncio.create_task(api.read())
        try:
            await api.open()
            yield api
        finally:
            reader.cancel()
            await asyncio.wait([reader])
