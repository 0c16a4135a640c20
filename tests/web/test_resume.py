"""web.resume: where a page finds its room again after its node has gone."""

from __future__ import annotations

from typing import Any

import pytest

from broker.tickets import Ticket, TicketStore
from broker.visit import Visit
from config import keys
from config.facts import EndReason
from signaling.sessions import SessionStore
from tests.support.desk import NODE_URL, Browser, Desk
from web.entry import enter
from web.timewords import iso


async def session_of(desk: Desk, visit: Visit) -> str:
    """A session token as a room node gives it for a redeemed ticket."""
    entry = await enter(desk.app, visit, visit.visitors[0].id, "visitor", "en", "Savita")
    ticket = await TicketStore(desk.redis).redeem(entry.ticket)
    assert isinstance(ticket, Ticket)
    token, _ = await SessionStore(desk.redis).create(ticket)
    return token


async def ask(browser: Browser, body: Any, **headers: str) -> tuple[int, Any]:
    """Ask as a page does: without a form token, for the session token is the authority."""
    answer = await browser.post("/api/rooms/resume", json=body, headers=headers)
    return answer.status, await answer.json()


async def test_a_session_finds_its_rooms_node(desk: Desk) -> None:
    """The claim's socket, while its node lives."""
    token = await session_of(desk, await desk.book())
    async with desk.browser() as browser:
        assert await ask(browser, {"session": token}) == (200, {"url": NODE_URL})


async def test_a_dead_nodes_room_is_placed_anew(desk: Desk) -> None:
    """No node: ask again soon. A new one: there."""
    token = await session_of(desk, await desk.book())
    await desk.redis.delete(keys.NODES)
    async with desk.browser() as browser:
        assert await ask(browser, {"session": token}) == (503, {"error": "no_node"})
        await desk.announce_node()
        assert await ask(browser, {"session": token}) == (200, {"url": NODE_URL})


async def test_a_room_that_has_ended_says_why_and_when(desk: Desk) -> None:
    """Ended by staff before its time, and nothing brings it back."""
    visit = await desk.book()
    token = await session_of(desk, visit)
    await desk.registry.request_end(visit.id, EndReason.ENDED_BY_STAFF, "staff:7")
    async with desk.browser() as browser:
        status, found = await ask(browser, {"session": token})
    assert (status, found["reason"]) == (410, "ended_by_staff")
    assert found["ended_at"] is not None


async def test_after_the_slot_it_is_over_at_the_slots_end(desk: Desk) -> None:
    """By the server's clock."""
    visit = await desk.book(minutes=1)
    token = await session_of(desk, visit)
    desk.clock.advance(60)
    async with desk.browser() as browser:
        assert await ask(browser, {"session": token}) == (410, {"reason": "slot_over", "ended_at": iso(visit.ends_at)})


async def test_an_unknown_session_is_gone(desk: Desk) -> None:
    """Made up, or replaced by a newer one."""
    async with desk.browser() as browser:
        assert await ask(browser, {"session": "x" * 24}) == (410, {"reason": "session_unknown", "ended_at": None})


@pytest.mark.parametrize("body", [None, [], "x", {}, {"session": ""}, {"session": 7}, {"session": "x" * 201}])
async def test_nonsense_is_refused(desk: Desk, body: Any) -> None:
    """Neither a crash nor a search."""
    async with desk.browser() as browser:
        assert await ask(browser, body) == (400, {"error": "bad_request"})


async def test_another_sites_page_cannot_ask(desk: Desk) -> None:
    """No token of the form is needed, but the origin is looked at."""
    token = await session_of(desk, await desk.book())
    async with desk.browser() as browser:
        for origin in ("https://elsewhere.example", "null"):
            assert await ask(browser, {"session": token}, Origin=origin) == (403, {"error": "cross_site"})
