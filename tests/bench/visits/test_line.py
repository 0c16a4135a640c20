"""The WebSocket of the measurements, against the server that nodes have."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from bench.visits.line import Line, LineClosed

LONG = "x" * 70_000


async def talk(request: web.Request) -> web.WebSocketResponse:
    """Say what was said and who said it, in a short and in two longer messages; close when asked to."""
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for frame in socket:
        assert frame.type is WSMsgType.TEXT
        said = frame.json()
        if said["type"] == "close":
            await socket.close(code=4010)
            break
        await socket.ping(b"there?")
        for extra in ("", "y" * 200, LONG):
            await socket.send_json({**said, "from": request.remote, "extra": extra})
    return socket


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    """Serve it."""
    app = web.Application()
    app.router.add_get("/ws", talk)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


async def test_messages_of_every_length_come_with_the_time_of_their_arrival(server: TestServer) -> None:
    """Both ways, from the address that was asked for; the stamp is the kernel's, before they were read."""
    heard = asyncio.Queue[tuple[dict[str, Any], int]]()
    line = await Line.open(
        str(server.make_url("/ws")), "http://here", lambda *each: heard.put_nowait(each), source="127.0.0.9"
    )
    before = time.time_ns()
    line.say({"type": "hello", "long": LONG[:60_000]})
    async with asyncio.timeout(5):
        messages = [await heard.get() for _ in range(3)]
    assert [len(message["extra"]) for message, _ in messages] == [0, 200, len(LONG)]
    assert all(message["from"] == "127.0.0.9" and len(message["long"]) == 60_000 for message, _ in messages)
    assert all(before <= stamp <= time.time_ns() for _, stamp in messages)
    line.close()


async def test_a_stamp_is_not_later_because_the_reader_is() -> None:
    """Read 0.2 s late, it says when it came."""
    heard = asyncio.Queue[tuple[dict[str, Any], int]]()
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _ = server.accept()
    near.setblocking(False)  # noqa: FBT003 - the standard library's
    line = Line(near, lambda *each: heard.put_nowait(each))
    with far:
        far.sendall(b"\x81\x10" + b'{"type":"hello"}')
        time.sleep(0.2)  # noqa: ASYNC251 - the point
        async with asyncio.timeout(5):
            message, stamp = await heard.get()
    assert message == {"type": "hello"}
    assert time.time_ns() - stamp > 150_000_000
    line.close()


async def test_a_close_is_heard_with_its_code(server: TestServer) -> None:
    """And nothing can be said after it."""
    line = await Line.open(str(server.make_url("/ws")), "http://here", lambda *_: None)
    line.say({"type": "close"})
    async with asyncio.timeout(5):
        while line.code is None:  # noqa: ASYNC110 - it is told to nobody
            await asyncio.sleep(0.01)
    assert line.code == 4010
    with pytest.raises(LineClosed):
        line.say({"type": "hello"})


async def test_who_is_not_taken_is_told_so(server: TestServer) -> None:
    """A page that is no WebSocket; and a port where nobody listens."""
    with pytest.raises(LineClosed, match="404"):
        await Line.open(str(server.make_url("/other")), "http://here", lambda *_: None)
    with pytest.raises(ConnectionRefusedError):
        await Line.open("ws://127.0.0.1:1/ws", "http://here", lambda *_: None)
