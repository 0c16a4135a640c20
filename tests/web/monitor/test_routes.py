"""web.monitor: the live rooms in scope, and the ticket that watches one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete

from broker.staff import Role
from broker.storage.models import StaffJail
from broker.visit import Visit, VisitKind, VisitStatus
from config.facts import EndReason
from rooms.presence import PresenceState, Quality
from tests.support.desk import Browser, Desk, next_message, post, sign_in
from web.entry import room_spec
from web.keys import TICKETS

JSON = "application/json"


@pytest.fixture
async def monitor(desk: Desk) -> AsyncIterator[Browser]:
    """A browser in which a monitor of the first jail is signed in."""
    await desk.hire("mira", Role.MONITOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "mira")
        yield browser


async def live(desk: Desk, visit: Visit) -> Visit:
    """Start the visit's session and let its room be live."""
    await desk.registry.place(room_spec(visit))
    async with desk.db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, "staff:1", "", desk.clock.now())
        await uow.commit()
    await desk.registry.open_room(visit.id, "staff:1")
    await desk.show(visit, f"terminal-{visit.terminal.id}" if visit.terminal else "", PresenceState.CONNECTED)
    await desk.show(visit, visit.visitors[0].id, PresenceState.CONNECTED)
    await desk.room_says(visit, "live")
    return visit


async def test_the_list_shows_the_live_rooms_in_scope_only(desk: Desk, monitor: Browser) -> None:
    """Started rooms of the own jails; neither other jails' nor those nobody has started."""
    mine = await live(desk, await desk.book())
    theirs = await live(desk, await desk.book(desk.elsewhere))
    waiting = await desk.book(terminal=1)
    await desk.registry.place(room_spec(waiting))
    page = await (await monitor.get("/monitor")).text()
    assert f'data-visrn="{mine.visrn}" data-state="live"' in page
    assert 'data-action="watch"' in page
    assert str(theirs.visrn) not in page
    assert str(waiting.visrn) not in page


async def test_the_list_names_the_worst_connection_and_who_is_missing(desk: Desk, monitor: Browser) -> None:
    """A monitor sees at a glance where something is wrong."""
    visit = await live(desk, await desk.book(visitors=2))
    await desk.show(visit, visit.visitors[0].id, PresenceState.CONNECTED, quality=Quality.BAD)
    await desk.show(visit, f"terminal-{desk.here.terminals[0].id}", PresenceState.CONNECTED, quality=Quality.GOOD)
    page = await (await monitor.get("/monitor")).text()
    assert "1 of 2 are in the call." in page
    assert "Bad connection!" in page


async def test_a_lawyers_room_is_marked_picture_only(desk: Desk, monitor: Browser) -> None:
    """Staff know before they look that they will not hear."""
    await live(desk, await desk.book(kind=VisitKind.LEGAL))
    assert "picture only" in await (await monitor.get("/monitor")).text()


async def test_rooms_come_and_go_by_themselves(desk: Desk, monitor: Browser) -> None:
    """The stream brings a room when it starts and takes it away when it ends."""
    async with asyncio.timeout(15), monitor.get("/monitor/events") as stream:
        assert (await next_message(stream))["order"] == ["empty"]
        visit = await live(desk, await desk.book())
        await next_message(stream, lambda data: data["order"] == [f"room-{visit.id}"])
        await desk.registry.request_end(visit.id, EndReason.ENDED_BY_STAFF, "staff:1")
        await next_message(stream, lambda data: data["order"] == ["empty"])


async def test_watching_gives_a_monitors_ticket_under_an_id_made_for_it(desk: Desk, monitor: Browser) -> None:
    """Each watch is another id, so that two watches cannot be told to be one person's; the role is monitor."""
    visit = await live(desk, await desk.book())
    assert (await monitor.get(f"/monitor/rooms/{visit.id}")).status == 200
    participants = set()
    for _ in range(2):
        answer = await post(monitor, f"/monitor/rooms/{visit.id}/entry", accept=JSON)
        assert answer.status == 200
        body = await answer.json()
        assert body["role"] == "monitor"
        ticket = await desk.app[TICKETS].redeem(body["ticket"])
        assert ticket is not None
        assert ticket.role == "monitor"
        assert ticket.participant.startswith("monitor-")
        assert ticket.participant not in {seat.participant for seat in ticket.seats}
        assert "mira" not in ticket.to_json()
        participants.add(ticket.participant)
    assert len(participants) == 2


async def test_watching_leaves_no_trace_in_the_room(desk: Desk, monitor: Browser) -> None:
    """Page and ticket change nothing of the room or of who is seen in it."""
    visit = await live(desk, await desk.book())
    before = await desk.registry.room(visit.id), await desk.registry.presence(visit.id)
    await monitor.get(f"/monitor/rooms/{visit.id}")
    await post(monitor, f"/monitor/rooms/{visit.id}/entry", accept=JSON)
    assert (await desk.registry.room(visit.id), await desk.registry.presence(visit.id)) == before


async def test_rooms_out_of_scope_are_refused(desk: Desk, monitor: Browser) -> None:
    """403 for the page and for the ticket: scope is asked each time."""
    theirs = await live(desk, await desk.book(desk.elsewhere))
    assert (await monitor.get(f"/monitor/rooms/{theirs.id}")).status == 403
    assert (await post(monitor, f"/monitor/rooms/{theirs.id}/entry", accept=JSON)).status == 403


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.STATE_ADMIN, Role.SYSTEM_ADMIN])
async def test_other_roles_may_not_watch(desk: Desk, role: Role) -> None:
    """Being staff of the jail is not enough to look into a visit."""
    visit = await live(desk, await desk.book())
    await desk.hire("other", role, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "other")
        assert (await browser.get(f"/monitor/rooms/{visit.id}")).status == 403
        assert (await post(browser, f"/monitor/rooms/{visit.id}/entry", accept=JSON)).status == 403


async def test_a_room_that_nobody_started_or_that_ended_gives_no_ticket(desk: Desk, monitor: Browser) -> None:
    """There is nothing to watch before the start and after the end."""
    visit = await desk.book()
    path = f"/monitor/rooms/{visit.id}/entry"
    assert (await post(monitor, path, accept=JSON)).status == 404
    await desk.registry.place(room_spec(visit))
    assert (await post(monitor, path, accept=JSON)).status == 409
    await live(desk, visit)
    assert (await post(monitor, path, accept=JSON)).status == 200
    await desk.registry.request_end(visit.id, EndReason.ENDED_BY_STAFF, "staff:1")
    assert (await post(monitor, path, accept=JSON)).status == 410


async def test_a_scope_taken_away_closes_the_door_at_once(desk: Desk, monitor: Browser) -> None:
    """Scope is read at each request, not at the sign-in."""
    visit = await live(desk, await desk.book())
    async with desk.db.begin() as uow:
        await uow.session.execute(delete(StaffJail))
        await uow.commit()
    assert (await monitor.get(f"/monitor/rooms/{visit.id}")).status == 403
