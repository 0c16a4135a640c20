"""Janus' JSON API, spoken to a server that answers as it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bench.janus.api import PROTOCOL, JanusApi, JanusRefused, session

ANSWERS: dict[str, list[dict[str, Any]]] = {
    "create": [{"janus": "success", "data": {"id": 7}}],
    "attach": [{"janus": "success", "data": {"id": 9}}],
    "good": [
        {"janus": "ack"},
        {"janus": "webrtcup", "sender": 9, "transaction": ""},
        {"janus": "event", "plugindata": {"data": {"videoroom": "done"}}, "jsep": {"sdp": "v=0"}},
    ],
    "bad": [{"janus": "ack"}, {"janus": "event", "plugindata": {"data": {"error": "No such room"}}}],
    "end": [],
    "worse": [{"janus": "error", "error": {"code": 457, "reason": "Missing mandatory element"}}],
}


async def _serve(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(protocols=[PROTOCOL])
    await socket.prepare(request)
    async for frame in socket:
        asked = frame.json()
        what = asked["body"]["request"] if asked["janus"] == "message" else asked["janus"]
        for answer in ANSWERS[what]:
            await socket.send_json({"transaction": asked["transaction"], **answer})
        if not ANSWERS[what]:
            await socket.close()
    return socket


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[JanusApi]:
    """A session with the made-up server."""
    app = web.Application()
    app.router.add_get("/", _serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.UnixSite(runner, str(tmp_path / "api.sock")).start()
    async with session(tmp_path / "api.sock") as api:
        yield api
    await runner.cleanup()


async def test_the_answer_is_the_event_and_not_the_acknowledgement(api: JanusApi) -> None:
    """And an event about a handle in between finds the handle."""
    handle = await api.attach()
    assert not handle.up.is_set()
    answer = await handle.ask({"request": "good"}, ("offer", "v=0"))
    assert answer["jsep"]["sdp"] == "v=0"
    await asyncio.wait_for(handle.is_up(), 5)


@pytest.mark.parametrize(("request_", "reason"), [("bad", "No such room"), ("worse", "Missing mandatory element")])
async def test_a_refusal_is_raised_whoever_refuses(api: JanusApi, request_: str, reason: str) -> None:
    """The plugin in an event, or Janus itself."""
    handle = await api.attach()
    with pytest.raises(JanusRefused, match=reason):
        await handle.ask({"request": request_})


async def test_a_server_that_goes_away_keeps_nobody_waiting(api: JanusApi) -> None:
    """Who asked is told at once."""
    handle = await api.attach()
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(handle.ask({"request": "end"}), 5)
