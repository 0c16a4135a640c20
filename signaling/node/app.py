"""The node's web application: /ws, /healthz and /metrics, over a room host and a media path.

Wired once, here. On the way out the rooms are handed over before the sockets go.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from socket import IPPROTO_TCP

import structlog
from aiohttp import web
from redis.asyncio import Redis

from config.settings import Settings
from rooms.host import RoomHost, SteadyClock
from rooms.media import MediaNode
from signaling.errors import HTTP_STATUS, NodeLeaving, OriginRefused, TooFast
from signaling.limits import Limits
from signaling.node.desk import Desk
from signaling.node.driver import Connection
from signaling.node.loop import LoopWatch
from signaling.node.metrics import NodeMetrics

#: Seconds a closing socket waits for the page's own close.
_CLOSE_WITHIN = 2.0
#: Linux' TCP_THIN_LINEAR_TIMEOUTS (tcp(7)), which Python has no name for.
_TCP_THIN_LINEAR_TIMEOUTS = 16
#: Seconds the pages have to hear that the node leaves.
_LEAVE_WITHIN = 3.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Node:
    """Everything a node process holds."""

    settings: Settings
    redis: Redis
    media: MediaNode
    host: RoomHost
    clock: SteadyClock
    limits: Limits
    desk: Desk
    metrics: NodeMetrics
    sockets: Counter[str] = field(default_factory=Counter)
    connections: set[Connection] = field(default_factory=set)
    leaving: bool = False


NODE = web.AppKey("node", Node)


def create_app(
    settings: Settings,
    redis: Redis,
    media: MediaNode,
    clock: SteadyClock,
    url: str,
    *,
    limits: Limits | None = None,
    host: RoomHost | None = None,
    watch: LoopWatch | None = None,
) -> web.Application:
    """Build the application; starting it opens the media port and makes the node known, stopping it undoes both.

    watch: of the loop it will run in.
    """
    host = host or RoomHost(redis, media, url, clock)
    limits = limits or Limits(sockets_an_address=settings.node_sockets_per_address)
    app = web.Application(client_max_size=limits.message_size)
    desk = Desk(redis, host, clock, limits)
    app[NODE] = Node(settings, redis, media, host, clock, limits, desk, NodeMetrics(host, media, watch or LoopWatch()))
    app.cleanup_ctx.append(_live)
    app.on_shutdown.append(_leave)
    app.add_routes([web.get("/ws", talk), web.get("/healthz", health), web.get("/metrics", metrics)])
    return app


async def talk(request: web.Request) -> web.StreamResponse:
    """Take a WebSocket from one of our pages, and own it until it closes."""
    node = request.app[NODE]
    if request.headers.get("Origin") not in node.settings.allowed_origins:
        return _refused(OriginRefused.id)
    address = request.remote or ""
    if 0 < node.limits.sockets_an_address <= node.sockets[address]:
        return _refused(TooFast.id)
    socket = web.WebSocketResponse(
        timeout=_CLOSE_WITHIN, max_msg_size=node.limits.message_size, compress=False, autoping=True
    )
    node.sockets[address] += 1
    try:
        await socket.prepare(request)
        _persist(request.transport)
        connection = Connection(socket, node.desk, node.clock, node.limits)
        node.connections.add(connection)
        try:
            await connection.run()
        finally:
            node.connections.discard(connection)
    finally:
        node.sockets[address] -= 1
        if node.sockets[address] <= 0:
            del node.sockets[address]
    return socket


async def health(request: web.Request) -> web.Response:
    """Say whether the node can take rooms: 200, or 503 while it can't."""
    host = request.app[NODE].host
    well = host.holds_lease
    answer = {"status": "ok" if well else "no_lease", "node": host.node, "rooms": host.rooms}
    return web.json_response(answer, status=200 if well else 503)


async def metrics(request: web.Request) -> web.Response:
    """Return the node's metrics."""
    body = request.app[NODE].metrics.text()
    return web.Response(body=body, content_type="text/plain", charset="utf-8")


async def _live(app: web.Application) -> AsyncIterator[None]:
    node = app[NODE]
    await node.media.open()
    try:
        await node.host.start()
        yield
    finally:
        await node.host.close()
        await node.media.close()


async def _leave(app: web.Application) -> None:
    """Hand the rooms over, and wait until the pages have heard of it."""
    node = app[NODE]
    if node.leaving:
        return
    node.leaving = True
    await node.host.leave()
    for connection in tuple(node.connections):
        connection.refuse(NodeLeaving("the node leaves"))
    talks = [connection.done for connection in node.connections]
    if talks:
        _, left = await asyncio.wait(talks, timeout=_LEAVE_WITHIN)
        log.info("sockets_left", count=len(left))


def _persist(transport: asyncio.Transport | None) -> None:
    """Have what is lost said again soon each time, not after twice as long as the time before.

    A page on a narrow line is to hear at once that its picture should wait; what it is told is little, and seldom.
    """
    connection = transport.get_extra_info("socket") if transport is not None else None
    if connection is not None:
        with contextlib.suppress(OSError):  # not on this system, or not TCP
            connection.setsockopt(IPPROTO_TCP, _TCP_THIN_LINEAR_TIMEOUTS, 1)


def _refused(error_id: str) -> web.Response:
    return web.json_response({"error": error_id}, status=HTTP_STATUS[error_id])
