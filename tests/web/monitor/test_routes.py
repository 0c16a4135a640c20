"""web.monitor.routes: the wall and its stream."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from broker.audit.events import AuditEvent
from broker.staff import Role
from broker.visit import VisitKind
from config.facts import EndReason
from rooms.presence import PresenceState, Quality
from rooms.wall import interest
from rooms.wall.alert import AlertKind
from tests.support.desk import Browser, Desk, next_message, sign_in
from tests.support.monitoring import amiss, events_of, family, live, picture, prison
from web.entry import room_spec


async def test_the_wall_shows_the_live_rooms_in_scope_only(desk: Desk, monitor: Browser) -> None:
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


async def test_the_wall_names_the_worst_connection_and_who_is_missing(desk: Desk, monitor: Browser) -> None:
    """A monitor sees at a glance where something is wrong."""
    visit = await live(desk, await desk.book(visitors=2))
    await desk.show(visit, family(visit), PresenceState.CONNECTED, quality=Quality.BAD)
    await desk.show(visit, prison(visit), PresenceState.CONNECTED, quality=Quality.GOOD)
    page = await (await monitor.get("/monitor")).text()
    assert "1 of 2 are in the call." in page
    assert "Very weak connection!" in page


async def test_a_lawyers_room_is_marked_picture_only(desk: Desk, monitor: Browser) -> None:
    """Staff know before they look that they will not hear."""
    await live(desk, await desk.book(kind=VisitKind.LEGAL))
    assert "picture only" in await (await monitor.get("/monitor")).text()


async def test_opening_the_wall_is_audited_once_and_its_rooms_are_looks(desk: Desk, monitor: Browser) -> None:
    """The page and the stream behind it are one opening; each room on it is one look of hers."""
    visit = await live(desk, await desk.book())
    await picture(desk, visit, family(visit))
    assert f"/pictures/{family(visit)}" in await (await monitor.get("/monitor")).text()
    async with asyncio.timeout(15), monitor.get("/monitor/events") as stream:
        await next_message(stream)
    opened = [event for event, _ in await events_of(desk) if event == AuditEvent.ROOM_LIST]
    assert len(opened) == 1
    async with desk.db.read() as uow:
        (look,) = await uow.monitoring.looks([visit.id])
    assert look.how == "wall"


async def test_a_wall_that_cannot_be_recorded_is_not_shown(desk: Desk, monitor: Browser) -> None:
    """Fail closed: without the audit there are no rooms to see."""
    visit = await live(desk, await desk.book())
    async with desk.db.begin() as uow:
        await uow.session.execute(text("ALTER TABLE audit RENAME TO lost"))
        await uow.commit()
    answer = await monitor.get("/monitor")
    assert answer.status == 503
    assert str(visit.visrn) not in await answer.text()


async def test_rooms_come_and_go_by_themselves(desk: Desk, monitor: Browser) -> None:
    """The stream brings a room when it starts and takes it away when it ends."""
    async with asyncio.timeout(15), monitor.get("/monitor/events") as stream:
        assert (await next_message(stream))["order"] == ["empty"]
        visit = await live(desk, await desk.book())
        await next_message(stream, lambda data: data["order"] == [f"room-{visit.id}"])
        await desk.registry.request_end(visit.id, EndReason.ENDED_BY_STAFF, "staff:1")
        await next_message(stream, lambda data: data["order"] == ["empty"])


async def test_only_a_wall_that_is_seen_asks_for_pictures(desk: Desk, monitor: Browser) -> None:
    """A hidden page has its alerts, and its rooms are on nobody's wall; nor do they count as looked at."""
    visit = await live(desk, await desk.book())
    await amiss(desk, visit, AlertKind.ONE_WAY, prison(visit))
    async with asyncio.timeout(15), monitor.get("/monitor/events?pictures=no") as stream:
        found = await next_message(stream)
        assert 'data-alert="one_way"' in found["items"][f"room-{visit.id}"]
        assert await interest.shown(desk.redis, [visit.id]) == frozenset()
    async with desk.db.read() as uow:
        assert await uow.monitoring.looks([visit.id]) == []
    async with asyncio.timeout(15), monitor.get("/monitor/events") as stream:
        await next_message(stream)
        assert await interest.shown(desk.redis, [visit.id]) == {visit.id}


async def test_a_state_administrator_sees_that_rooms_are_live_and_asks_for_nothing(desk: Desk) -> None:
    """No picture, no interest, no look."""
    visit = await live(desk, await desk.book())
    await picture(desk, visit, family(visit))
    await desk.hire("admin", Role.STATE_ADMIN, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "admin")
        assert "<img" not in await (await browser.get("/monitor")).text()
        async with asyncio.timeout(15), browser.get("/monitor/events") as stream:
            await next_message(stream)
    assert await interest.shown(desk.redis, [visit.id]) == frozenset()


@pytest.mark.parametrize(("query", "status"), [("jail=1", 200), ("jail=2", 403), ("jail=x", 404), ("page=²", 404)])
async def test_a_wall_can_be_narrowed_to_one_jail_of_the_scope(
    desk: Desk, monitor: Browser, query: str, status: int
) -> None:
    """And to no other; what is no number is nothing."""
    assert (desk.here.jail.id, desk.elsewhere.jail.id) == (1, 2)
    assert (await monitor.get(f"/monitor?{query}")).status == status


async def test_what_an_act_came_to_is_said_and_nothing_else(monitor: Browser) -> None:
    """The address cannot put words into our mouth."""
    assert "The warning was given." in await (await monitor.get("/monitor?said=warned")).text()
    page = await (await monitor.get("/monitor?said=<b>send%20money</b>")).text()
    assert "money" not in page.split("data-said", 1)[1].split("</div>", 1)[0]
