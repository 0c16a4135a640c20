"""Room nodes for tests: the real application on a real port, and a page that talks to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from redis.asyncio import Redis

from broker.tickets import Seat as TicketSeat
from broker.tickets import Ticket, TicketStore
from config.clock import SystemClock
from config.settings import Settings
from rooms.host import RoomHost, SteadyClock
from rooms.media import MediaNode
from rooms.registry import Registry
from rooms.seats import Role, RoomSpec
from signaling.limits import Limits
from signaling.node.app import create_app
from tests.support.live import PATIENCE, make_spec
from tests.support.ports import free_port

#: The limits of every day, but for the waits.
QUICK = Limits(probe_within=0.3, hello_within=2.0)
#: For clients whose machine may be busy with pictures meanwhile.
PATIENT = replace(QUICK, hello_within=60.0)
BOTH = {"camera": True, "microphone": True}


def running(seconds: float = 900, starts_in: float = -1, room_id: str = "room-1", **changes: Any) -> RoomSpec:
    """Return a spec whose slot has so many seconds left from now."""
    starts_at = datetime.now(UTC) + timedelta(seconds=starts_in)
    return make_spec(room_id, starts_at, (seconds - starts_in) / 60, **changes)


def make_ticket(spec: RoomSpec, participant: str, role: Role, node: str) -> Ticket:
    """Return a ticket for a room on a node."""
    return Ticket(
        room=spec.room_id,
        participant=participant,
        role=role.value,
        visrn=spec.visrn,
        kind=spec.kind.value,
        jail_id=spec.jail_id,
        terminal_id=spec.terminal_id,
        node=node,
        starts_at=spec.starts_at,
        ends_at=spec.ends_at,
        language="en",
        label="",
        seats=tuple(TicketSeat(seat.participant, seat.role.value, seat.label) for seat in spec.seats),
    )


class TestNode:
    """A node: application, port, and what belongs to it."""

    __test__ = False

    def __init__(self, settings: Settings, redis: Redis, limits: Limits, port: int, media: MediaNode) -> None:
        self.url = f"ws://127.0.0.1:{port}/ws"
        self.origin = settings.allowed_origins[0]
        self.redis = redis
        self.registry = Registry(redis)
        self.media = media
        clock = SteadyClock(SystemClock())
        self.host = RoomHost(redis, media, self.url, clock, heartbeat=0.2)
        app = create_app(settings, redis, media, clock, self.url, limits=limits, host=self.host)
        self._runner = web.AppRunner(app, access_log=None)
        self._port = port

    async def start(self) -> None:
        """Serve."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        """Leave, as on SIGTERM."""
        await self._runner.cleanup()

    async def ticket(self, spec: RoomSpec, participant: str, role: Role) -> str:
        """Place the room and issue a ticket for it, as web does."""
        claim = await self.registry.place(spec)
        ticket = make_ticket(spec, participant, role, claim.node)
        return await TicketStore(self.redis).issue(ticket, datetime.now(UTC))

    def page(self) -> Page:
        """Return a page that is about to connect."""
        return Page(self.url, self.origin)

    async def enter(self, spec: RoomSpec, participant: str, role: Role) -> Page:
        """Return a page that has been welcomed."""
        # The ticket first: from the open socket on, the node waits for the hello.
        ticket = await self.ticket(spec, participant, role)
        page = await self.page().open()
        try:
            await page.hello(ticket)
            await page.hears("welcome")
        except BaseException:
            await page.drop()
            raise
        return page


class Page:
    """A page's side of the socket. It answers pings by itself unless told not to."""

    def __init__(self, url: str, origin: str | None) -> None:
        self.url = url
        self.said: list[dict[str, Any]] = []
        self.silent = False
        self.close_code: int | None = None
        self._headers = {} if origin is None else {"Origin": origin}
        self._session: ClientSession | None = None
        self._socket: ClientWebSocketResponse | None = None
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def open(self) -> Self:
        """Connect."""
        self._session = ClientSession()
        try:
            self._socket = await self._session.ws_connect(self.url, headers=self._headers, max_msg_size=0)
        except BaseException:
            await self._session.close()
            raise
        self._task = asyncio.create_task(self._read(self._socket))
        return self

    async def __aenter__(self) -> Self:
        if self._session is None:
            await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.drop()

    @property
    def session(self) -> str:
        """The session token of the welcome."""
        return next(str(each["session"]) for each in reversed(self.said) if each["type"] == "welcome")

    @property
    def last_seq(self) -> int:
        """The last message's number."""
        return int(self.said[-1]["seq"])

    async def send(self, kind: str, **fields: Any) -> None:
        """Say something."""
        assert self._socket is not None
        await self._socket.send_json({"type": kind, **fields})

    async def send_raw(self, text: str | bytes) -> None:
        """Send a frame as it is."""
        assert self._socket is not None
        await (self._socket.send_str(text) if isinstance(text, str) else self._socket.send_bytes(text))

    async def hello(self, ticket: str, session: str | None = None) -> None:
        """Say hello, with a proposal for the session's token or without."""
        await self.send("hello", version=1, ticket=ticket, **({"session": session} if session else {}))

    async def resume(self, session: str, last_seq: int) -> None:
        """Come back."""
        await self.send("resume", version=1, session=session, last_seq=last_seq)

    async def hears(self, kind: str, fits: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """Wait until a message of this type was heard, and return it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in self.said:
                    if message["type"] == kind and fits(message):
                        return message
                assert self.close_code is None, f"closed with {self.close_code} after {self.said}"
                self._news.clear()
                await self._news.wait()

    async def closes(self) -> int:
        """Wait for the close, and return its code."""
        async with asyncio.timeout(PATIENCE):
            while self.close_code is None:
                self._news.clear()
                await self._news.wait()
        return self.close_code

    async def drop(self) -> None:
        """Lose the connection without a word."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._socket is not None and self._socket._conn is not None:
            self._socket._conn.close()
        if self._session is not None:
            await self._session.close()

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            message = frame.json()
            self.said.append(message)
            self._news.set()
            if message["type"] == "ping" and not self.silent:
                await socket.send_json({"type": "pong"})
        self.close_code = socket.close_code
        self._news.set()


@pytest.fixture
async def live_redis(redis_url: str) -> AsyncIterator[Redis]:
    """Return a client of an empty private Redis."""
    client = Redis.from_url(redis_url, decode_responses=True, protocol=2)
    yield client
    await client.aclose()


@pytest.fixture
async def start_node(settings: Settings, live_redis: Redis) -> AsyncIterator[Callable[..., Any]]:
    """Start nodes; they are stopped at the end."""
    nodes: list[TestNode] = []

    async def start(limits: Limits = QUICK, client: Redis = live_redis) -> TestNode:
        media = MediaNode("127.0.0.1", 0, ["127.0.0.1"], SystemClock())
        node = TestNode(settings, client, limits, free_port(), media)
        nodes.append(node)
        await node.start()
        return node

    yield start
    for node in nodes:
        await node.stop()


@pytest.fixture
async def node(start_node: Callable[..., Any]) -> TestNode:
    """Return a node that serves."""
    started: TestNode = await start_node()
    return started
