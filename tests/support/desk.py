"""The staff's area to test with: the web application on a real Redis and SQLite, with jails, staff and browsers."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import make_url

from bench.serving import PageServer
from broker.staff import Role, Staff, hash_password
from broker.storage.database import Database
from broker.storage.models import JailRow
from broker.storage.staff import NewStaff
from broker.visit import Slot, Visit, VisitKind
from config import keys
from config.settings import Settings
from rooms.host.link import NodeLink
from rooms.presence import Devices, Presence, PresenceState, Quality
from rooms.seats import Role as RoomRole
from tests.support.clock import ManualClock
from tests.support.sqlite import make_furnished
from tests.support.visits import Place, free_inmate, request
from web.app import create_app
from web.keys import DB, REDIS, REGISTRY

PASSWORD = "korrekt pferd batterie"
NODE_URL = "ws://127.0.0.1:1/ws"

Browser = aiohttp.ClientSession


async def password_hash() -> str:
    """The hash of PASSWORD."""
    return await hash_password(PASSWORD)


@dataclass
class Desk:
    """A running web process. `here` and `elsewhere` are two jails of different states."""

    server: PageServer
    clock: ManualClock
    here: Place
    elsewhere: Place

    @property
    def app(self) -> aiohttp.web.Application:
        """The application behind the server."""
        return self.server.app

    @property
    def db(self) -> Database:
        """The durable store."""
        return self.app[DB]

    @property
    def redis(self) -> Any:
        """The live state."""
        return self.app[REDIS]

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """A fresh browser: its own cookies, and it does not follow redirects."""
        async with aiohttp.ClientSession(
            self.server.make_url("/"), cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"Accept": "text/html"}
        ) as session:
            yield session

    async def hire(self, username: str, role: Role, *places: Place, totp_secret: str | None = None) -> Staff:
        """Store a member of staff whose password is PASSWORD and whose scope is these jails."""
        async with self.db.begin() as uow:
            staff = await uow.staff.add(
                NewStaff(
                    username=username,
                    name=f"Name of {username}",
                    role=role,
                    password_hash=await password_hash(),
                    totp_secret=totp_secret,
                    jail_ids=frozenset(place.jail.id for place in places),
                )
            )
            await uow.commit()
        return staff

    async def book(
        self,
        place: Place | None = None,
        *,
        starts_in: float = 0.0,
        minutes: float = 15,
        terminal: int = 0,
        kind: VisitKind = VisitKind.FAMILY,
        visitors: int = 1,
    ) -> Visit:
        """Store an approved visit whose slot begins so many seconds from now."""
        place = place or self.here
        now = self.clock.now()
        starts_at = now + timedelta(seconds=starts_in)
        new = replace(request(place, starts_at=starts_at, minutes=minutes, visitors=visitors), kind=kind)
        async with self.db.begin() as uow:
            inmate = await free_inmate(uow, place, new.starts_at, new.ends_at)
            await uow.visits.add(replace(new, inmate_id=inmate.id), now)
            slot = Slot(place.terminals[terminal].id, new.starts_at, new.ends_at)
            visit = await uow.visits.approve(new.id, slot, "system:test", now)
            await uow.commit()
        return visit

    async def visit(self, visit_id: str) -> Visit:
        """The visit as it is stored now."""
        async with self.db.read() as uow:
            return await uow.visits.get(visit_id)

    async def announce_node(self) -> None:
        """Let a room node be known, and alive through the longest test."""
        link = NodeLink(self.redis, NODE_URL)
        beat = await link.announce()
        assert beat is not None
        await self.redis.zadd(keys.NODES, {link.node: beat + 600})

    async def show(
        self,
        visit: Visit,
        participant: str,
        state: PresenceState,
        *,
        devices: Devices | None = None,
        quality: Quality | None = None,
    ) -> None:
        """Write a participant's presence as their room's node would, and wake the consoles."""
        role = RoomRole.TERMINAL if participant.startswith("terminal-") else RoomRole.VISITOR
        presence = Presence(role, state, self.clock.now(), devices, quality)
        await self.redis.hset(keys.presence(visit.id), participant, presence.to_json())
        await self.redis.publish(keys.jail_changed(visit.jail.id), "")

    async def room_says(self, visit: Visit, state: str) -> None:
        """Write a room's state as its node would, and wake the consoles."""
        await self.redis.hset(keys.room(visit.id), "state", state)
        await self.redis.publish(keys.jail_changed(visit.jail.id), "")

    @property
    def registry(self) -> Any:
        """The rooms as the web process sees them."""
        return self.app[REGISTRY]


async def csrf_of(browser: Browser, path: str = "/staff/sign-in") -> str:
    """The form token of this browser's session, as its pages carry it."""
    answer = await browser.get(path, allow_redirects=False)
    found = re.search(r'name="csrf-token" content="([^"]+)"', await answer.text())
    assert found, answer.status
    return found[1]


async def post(browser: Browser, path: str, /, *, accept: str = "text/html", **fields: str) -> aiohttp.ClientResponse:
    """Send a form of ours; redirects are not followed."""
    data = {"csrf": await csrf_of(browser), **fields}
    return await browser.post(path, data=data, allow_redirects=False, headers={"Accept": accept})


async def sign_in(browser: Browser, username: str, **fields: str) -> aiohttp.ClientResponse:
    """Fill in the sign-in form."""
    return await post(browser, "/staff/sign-in", **({"username": username, "password": PASSWORD} | fields))


async def next_event(answer: aiohttp.ClientResponse) -> tuple[str, Any]:
    """The next event of a stream: its name ("message" without one) and its data."""
    name, data = "message", None
    while True:
        line = (await answer.content.readline()).decode()
        assert line, "the stream has ended"
        if line.startswith("event: "):
            name = line[7:].strip()
        elif line.startswith("data: "):
            data = json.loads(line[6:])
        elif line == "\n" and data is not None:
            return name, data


async def next_message(answer: aiohttp.ClientResponse, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
    """The data of the next message that fits; beats and others are passed over."""
    while True:
        name, data = await next_event(answer)
        if name == "message" and wanted(data):
            return data


@asynccontextmanager
async def open_desk(settings: Settings, *, midday: bool = False) -> AsyncIterator[Desk]:
    """The web application, running, with two jails and a room node that is alive. `midday`: at the jails it is noon."""
    here, elsewhere = make_furnished(Path(make_url(settings.database_url).database or ""))
    clock = ManualClock(datetime.now(UTC))
    server = PageServer(create_app(settings, clock=clock), port=settings.port)
    await server.start_server()
    try:
        if midday:
            db, now = server.app[DB], clock.now()
            here, elsewhere = await _at_midday(db, here, now), await _at_midday(db, elsewhere, now)
        made = Desk(server, clock, here, elsewhere)
        await made.announce_node()
        yield made
    finally:
        await server.close()


async def _at_midday(db: Database, place: Place, now: datetime) -> Place:
    """Move the jail to a time zone where it is about noon: what is booked some hours from now is then today's, whenever
    the test runs (Redis keeps its own time, so the tests' clock stands at the real one).
    """
    east = 12 - now.hour
    async with db.begin() as uow:
        row = await uow.session.get_one(JailRow, place.jail.id)
        row.timezone = f"Etc/GMT{-east:+d}" if east else "UTC"
        await uow.commit()
    return replace(place, jail=replace(place.jail, timezone=row.timezone))


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    """The web application for one test."""
    async with open_desk(settings) as opened:
        yield opened


@pytest.fixture(name="desk")
async def midday_desk(settings: Settings) -> AsyncIterator[Desk]:
    """The web application for one test about a jail's day."""
    async with open_desk(settings, midday=True) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def shown(settings: Settings) -> AsyncIterator[Desk]:
    """The web application for one test about a jail's day in a real browser, in the browsers' loop."""
    async with open_desk(settings, midday=True) as opened:
        yield opened
