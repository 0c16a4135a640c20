"""Server-sent events for the consoles and the terminals (HTML standard, section 9.2).

A stream sends a snapshot when something has changed, and a `beat` otherwise, so that
a page always knows how old its picture is. It is woken by the jails' Redis channels
and looks by itself every `EVERY` seconds, so that a lost message only costs time.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from config import keys
from web.keys import CLOCK, REDIS

EVERY = 2.0  # seconds between two looks when nothing wakes the stream
_PAUSE = 0.15  # seconds in which several changes become one snapshot
_AGAIN = 1.0  # seconds before subscribing again after Redis went away
_LOOK_LIMIT = 5.0  # seconds one snapshot may take

Payload = Mapping[str, Any]
Take = Callable[[], Awaitable[Payload | None]]
Diff = Callable[[Payload | None, Payload], Payload]

log = structlog.get_logger(__name__)


class Signals:
    """One subscription a process to every jail's channel, handed out to the streams."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._listeners: dict[int, set[asyncio.Event]] = {}
        self.closing = False

    @contextmanager
    def listen(self, jail_ids: Iterable[int]) -> Iterator[asyncio.Event]:
        """An event that is set whenever one of the jails has changed, and when the server stops."""
        event = asyncio.Event()
        wanted = frozenset(jail_ids)
        for jail_id in wanted:
            self._listeners.setdefault(jail_id, set()).add(event)
        try:
            yield event
        finally:
            for jail_id in wanted:
                listeners = self._listeners[jail_id]
                listeners.discard(event)
                if not listeners:
                    del self._listeners[jail_id]

    async def run(self) -> None:
        """Pass the channels' messages on until cancelled; subscribes again when Redis comes back."""
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as channels:
                    await channels.psubscribe(keys.JAILS_CHANGED)
                    async for message in channels.listen():
                        self._wake(message["channel"])
            except (RedisError, OSError) as error:
                log.warning("sse.signals_lost", error=type(error).__name__)
            await asyncio.sleep(_AGAIN)

    def close(self) -> None:
        """Let every stream end, so that the server need not wait for them."""
        self.closing = True
        for listeners in self._listeners.values():
            for event in listeners:
                event.set()

    def _wake(self, channel: str) -> None:
        for jail_id, listeners in self._listeners.items():
            if channel == keys.jail_changed(jail_id):
                for event in listeners:
                    event.set()


SIGNALS: web.AppKey[Signals] = web.AppKey("signals", Signals)


def setup(app: web.Application) -> None:
    """Give the application its one `Signals`; a second call does nothing."""
    if _signals_context not in app.cleanup_ctx:
        app.cleanup_ctx.append(_signals_context)
        app.on_shutdown.append(_close)


async def _signals_context(app: web.Application) -> AsyncIterator[None]:
    signals = app[SIGNALS] = Signals(app[REDIS])
    task = asyncio.create_task(signals.run(), name="sse-signals")
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _close(app: web.Application) -> None:
    app[SIGNALS].close()


async def stream(
    request: web.Request, jail_ids: Iterable[int], take: Take, diff: Diff | None = None
) -> web.StreamResponse:
    """Answer the request with snapshots until the client goes, `take` says None, or the server stops.

    `take` makes a snapshot (JSON); None means that the reader may see no more and sends
    `event: over`. `diff(last, new)` may shorten what is sent; by default the whole is.
    While snapshots fail, nothing at all is sent: the page then says that it is stale.
    """
    signals = request.app[SIGNALS]
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request)
    last: Payload | None = None
    with signals.listen(jail_ids) as woken, suppress(ConnectionError):
        await response.write(b"retry: 1000\n\n")
        while not signals.closing:
            woken.clear()
            try:
                payload = await asyncio.wait_for(take(), _LOOK_LIMIT)
            except (RedisError, SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("sse.look_failed", error=type(error).__name__)
            else:
                if payload is None:
                    await response.write(frame({}, "over"))
                    break
                changed = payload != last
                body = diff(last, payload) if diff is not None else payload
                await response.write(
                    frame(body) if changed else frame({"now": stamp(request.app[CLOCK].now())}, "beat")
                )
                last = payload
            await _pause(woken)
    return response


async def _pause(woken: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), EVERY)
        await asyncio.sleep(_PAUSE)


def frame(payload: Payload, event: str = "") -> bytes:
    """One event on the wire. JSON has no raw line breaks, so one data line always holds it."""
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {json.dumps(payload, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def stamp(at: datetime) -> str:
    """A time on the wire: ISO 8601, UTC, milliseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
