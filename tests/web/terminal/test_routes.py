"""web.terminal.routes: the idle page, its stream, and the ticket for the session that was started."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from broker.losses.heard import heard
from broker.visit import Visit, VisitStatus
from config.facts import EndReason
from config.secrets import digest
from tests.support.desk import Browser, Desk, next_event, next_message
from web.entry import room_spec
from web.keys import TICKETS
from web.terminal import commands
from web.terminal.commands import CommandName

SECRET = "a terminal's secret"


@pytest.fixture
async def terminal(desk: Desk) -> AsyncIterator[Browser]:
    """A browser that is T1 of the first jail."""
    async with desk.browser() as browser:
        await pair(desk, browser, desk.here.terminals[0].id, SECRET)
        yield browser


async def pair(desk: Desk, browser: Browser, terminal_id: int, secret: str) -> None:
    """Give a browser a terminal's cookie."""
    async with desk.db.begin() as uow:
        await uow.terminals.pair(terminal_id, digest(secret))
        await uow.commit()
    browser.cookie_jar.update_cookies({"terminal": secret}, desk.server.make_url("/"))


async def started(desk: Desk, visit: Visit) -> Visit:
    """Start the visit's session as the operator's button does."""
    await desk.registry.place(room_spec(visit))
    async with desk.db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, "staff:1", "", desk.clock.now())
        await uow.commit()
    await desk.registry.open_room(visit.id, "staff:1")
    return visit


@asynccontextmanager
async def events(browser: Browser) -> AsyncIterator[aiohttp.ClientResponse]:
    """The terminal's open stream."""
    async with asyncio.timeout(10), browser.get("/terminal/events") as answer:
        assert answer.status == 200
        yield answer


async def entry(browser: Browser) -> tuple[int, Any]:
    """Ask for a ticket as the page does."""
    answer = await browser.post("/terminal/entry", json={})
    return answer.status, await answer.json()


async def test_the_idle_page_says_where_and_when_but_not_who(desk: Desk, terminal: Browser) -> None:
    """Jail, terminal and the next time are shown; names never are."""
    visit = await desk.book(starts_in=3600)
    page = await (await terminal.get("/terminal")).text()
    assert "T1" in page
    assert visit.starts_at.strftime("%Y-%m-%dT%H:%M") in page
    assert "Kolte" not in page
    assert str(visit.visrn) not in page


async def test_the_stream_tells_the_next_time_then_the_started_session(desk: Desk, terminal: Browser) -> None:
    """The page learns of its session within the moment it is started."""
    visit = await desk.book(starts_in=60)
    async with events(terminal) as stream:
        first = await next_message(stream)
        assert first["session"] is None
        assert first["next"] is not None
        await started(desk, visit)
        told = await next_message(stream, lambda data: data["session"])
        assert set(told["session"]) == {"visit_id", "visrn", "starts_at", "ends_at"}
        assert told["session"]["visit_id"] == visit.id


async def test_the_stream_takes_the_session_back_when_it_ends(desk: Desk, terminal: Browser) -> None:
    """An ended room sends the terminal back to its idle page although the slot still runs."""
    visit = await started(desk, await desk.book())
    async with events(terminal) as stream:
        assert (await next_message(stream))["session"]["visit_id"] == visit.id
        await desk.registry.request_end(visit.id, EndReason.ENDED_BY_STAFF, "staff:1")
        assert (await next_message(stream))["session"] is None


async def test_the_stream_takes_the_session_back_at_the_slots_end(desk: Desk, terminal: Browser) -> None:
    """The boundary alone is enough."""
    await started(desk, await desk.book())
    async with events(terminal) as stream:
        assert (await next_message(stream))["session"]
        desk.clock.advance(15 * 60)
        assert (await next_message(stream))["session"] is None


async def test_sessions_of_other_terminals_and_jails_are_not_told(desk: Desk, terminal: Browser) -> None:
    """A terminal joins its own session only."""
    await started(desk, await desk.book(terminal=1))
    await started(desk, await desk.book(desk.elsewhere))
    async with events(terminal) as stream:
        assert (await next_message(stream)) == {"session": None, "next": None, "command": None}
    assert await entry(terminal) == (409, {"error": "no_session"})


async def test_a_visit_that_was_not_started_gives_no_ticket(desk: Desk, terminal: Browser) -> None:
    """Before the operator's start there is nothing to join."""
    await desk.book()
    assert await entry(terminal) == (409, {"error": "no_session"})


async def test_a_started_session_gives_a_ticket_for_the_terminals_own_seat(desk: Desk, terminal: Browser) -> None:
    """The entry names node, slot and jail; the ticket is the terminal's."""
    visit = await started(desk, await desk.book())
    status, body = await entry(terminal)
    assert status == 200
    assert body["role"] == "terminal"
    assert body["visrn"] == str(visit.visrn)
    assert body["terminal"] == "T1"
    ticket = await tickets(desk).redeem(body["ticket"])
    assert ticket is not None
    assert (ticket.room, ticket.participant) == (visit.id, f"terminal-{desk.here.terminals[0].id}")


async def test_an_ended_session_gives_no_ticket(desk: Desk, terminal: Browser) -> None:
    """The terminal cannot go back into a room that staff have ended."""
    visit = await started(desk, await desk.book())
    await desk.registry.request_end(visit.id, EndReason.ENDED_BY_STAFF, "staff:1")
    assert await entry(terminal) == (410, {"error": "ended"})


async def test_an_unpaired_browser_gets_nothing(desk: Desk) -> None:
    """Neither the stream nor a ticket, with no cookie or a made-up one."""
    await started(desk, await desk.book())
    async with desk.browser() as stranger:
        for secret in ("", "made up"):
            stranger.cookie_jar.update_cookies({"terminal": secret}, desk.server.make_url("/"))
            assert await entry(stranger) == (401, {"error": "not_paired"})
            assert (await stranger.get("/terminal/events")).status == 401


async def test_the_terminal_of_another_jail_gets_nothing(desk: Desk) -> None:
    """Being a terminal somewhere opens nothing elsewhere."""
    await started(desk, await desk.book())
    async with desk.browser() as browser:
        await pair(desk, browser, desk.elsewhere.terminals[0].id, "another secret")
        assert await entry(browser) == (409, {"error": "no_session"})


async def test_the_stream_ends_when_the_pairing_does(desk: Desk, terminal: Browser) -> None:
    """A replaced terminal is told so, and no session any more."""
    async with events(terminal) as stream:
        await next_message(stream)
        async with desk.db.begin() as uow:
            await uow.terminals.pair(desk.here.terminals[0].id, digest("the next browser's secret"))
            await uow.commit()
        while (found := await next_event(stream))[0] == "beat":
            pass
        assert found[0] == "over"


async def test_an_open_page_is_seen_by_the_operator(desk: Desk, terminal: Browser) -> None:
    """The terminal's stream is what `connected` on the operator's page means."""
    async with events(terminal) as stream:
        await next_message(stream)
        seen = await desk.redis.keys("*terminal:*:seen")
    assert len(seen) == 1


async def test_page_that_tells_its_health_is_heard_of_by_that_alone(desk: Desk, terminal: Browser) -> None:
    """Our side of its stream goes on for a while when the line is cut: what the page itself says is what counts."""
    report = {"camera": "ok", "microphone": "ok", "open": 5, "in_call": False}
    answer = await terminal.post("/terminal/health", json=report)
    assert answer.status == 204
    said = desk.clock.now()
    desk.clock.advance(60)
    async with events(terminal) as stream:
        await next_message(stream)
    terminal_id = desk.here.terminals[0].id
    found = await heard(desk.redis, [terminal_id], desk.clock.now())
    assert found[terminal_id].gaps == ((said.replace(microsecond=said.microsecond // 1000 * 1000), desk.clock.now()),)


async def test_another_sites_page_gets_no_ticket_out_of_the_terminal(desk: Desk, terminal: Browser) -> None:
    """The entry carries no form token, so the origin is what guards it."""
    await started(desk, await desk.book())
    answer = await terminal.post("/terminal/entry", json={}, headers={"Origin": "https://evil.example"})
    assert answer.status == 403


def tickets(desk: Desk) -> Any:
    """The store of tickets, as signalling reads it."""
    return desk.app[TICKETS]


REPORT = {"camera": "ok", "microphone": "silent", "tested": 3.5, "rtt": 24, "open": 60, "in_call": False, "done": ""}


async def test_a_terminal_says_how_it_is_without_a_form_token(desk: Desk, terminal: Browser) -> None:
    """Its page outlives any session; the report is kept under the server's clock."""
    answer = await terminal.post("/terminal/health", json=REPORT, headers={"User-Agent": "X11; Linux Firefox/140"})
    assert answer.status == 204
    terminal_id = desk.here.terminals[0].id
    health = (await commands.healths(desk.redis, [terminal_id]))[terminal_id]
    assert (health.at, health.camera, health.microphone, health.browser) == (
        desk.clock.now(), "ok", "silent", "Firefox, Linux",
    )  # fmt: skip


async def test_nobody_else_says_how_a_terminal_is(desk: Desk, terminal: Browser) -> None:
    """Not without the terminal's secret, not from another site, and nothing that is no report."""
    async with desk.browser() as stranger:
        assert (await stranger.post("/terminal/health", json=REPORT)).status == 401
    other_site = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert (await terminal.post("/terminal/health", json=REPORT, headers=other_site)).status == 403
    nonsense: list[object] = [{}, {**REPORT, "camera": "fine"}, [], "x"]
    for each in nonsense:
        assert (await terminal.post("/terminal/health", json=each)).status == 400
    assert await commands.healths(desk.redis, [desk.here.terminals[0].id]) == {}


async def test_the_stream_hands_on_what_staff_ask_until_it_is_done(desk: Desk, terminal: Browser) -> None:
    """And no longer than a minute."""
    terminal_id = desk.here.terminals[0].id
    async with events(terminal) as stream:
        assert (await next_message(stream))["command"] is None
        asked = await commands.ask(desk.redis, terminal_id, CommandName.TEST, "staff:1", desk.clock.now())
        assert (await next_message(stream))["command"] == {"id": asked.id, "name": "test"}
        await terminal.post("/terminal/health", json={**REPORT, "done": asked.id})
        assert (await next_message(stream))["command"] is None
        late = await commands.ask(desk.redis, terminal_id, CommandName.RELOAD, "staff:1", desk.clock.now())
        assert (await next_message(stream))["command"] == {"id": late.id, "name": "reload"}
        desk.clock.advance(60)
        assert (await next_message(stream))["command"] is None
