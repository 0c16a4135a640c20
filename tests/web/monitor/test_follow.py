"""web.monitor.follow: following rooms live, and the next one due."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, text

from broker.staff import Role
from broker.storage.models import StaffJail
from broker.visit import VisitKind
from config import keys
from config.facts import EndReason
from rooms.wall.alert import AlertKind
from tests.support.desk import Browser, Desk, next_message, post, sign_in
from tests.support.monitoring import amiss, events_of, live
from web.entry import room_spec
from web.keys import TICKETS
from web.monitor.follow import layout_of, named, seated

JSON = "application/json"


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
    async with desk.db.read() as uow:
        looks = await uow.monitoring.follows([visit.id])
        entries = [each for each in await uow.audit.newest(9) if each.event == "room:watch"]
    assert {look.participant for look in looks} == participants == {entry.subject for entry in entries}
    assert {entry.visit_id for entry in entries} == {visit.id}


async def test_a_room_that_was_just_opened_is_not_the_next_look(desk: Desk, monitor: Browser) -> None:
    """Its watch begins when its page has its ticket; the page names another room, or none."""
    first, other = [await live(desk, await desk.book(terminal=number)) for number in range(2)]
    page = await (await monitor.get(f"/monitor/rooms/{first.id}")).text()
    assert f'data-next="{other.id}"' in page
    both = await (await monitor.get(f"/monitor/follow?rooms={first.id},{other.id}")).text()
    assert 'data-next=""' in both


async def test_no_ticket_is_made_that_is_not_in_the_audit(desk: Desk, monitor: Browser) -> None:
    """Fail closed."""
    visit = await live(desk, await desk.book())
    async with desk.db.begin() as uow:
        await uow.session.execute(text("ALTER TABLE audit RENAME TO lost"))
        await uow.commit()
    answer = await post(monitor, f"/monitor/rooms/{visit.id}/entry", accept=JSON)
    assert (answer.status, await answer.json()) == (503, {"error": "unavailable"})
    assert not await desk.redis.keys(keys.ticket("*"))


async def test_watching_leaves_no_trace_in_the_room(desk: Desk, monitor: Browser) -> None:
    """Page and ticket change nothing of the room or of who is seen in it."""
    visit = await live(desk, await desk.book())
    before = await desk.registry.room(visit.id), await desk.registry.presence(visit.id)
    await monitor.get(f"/monitor/rooms/{visit.id}")
    await post(monitor, f"/monitor/rooms/{visit.id}/entry", accept=JSON)
    assert (await desk.registry.room(visit.id), await desk.registry.presence(visit.id)) == before


async def test_rooms_out_of_scope_are_refused(desk: Desk, monitor: Browser) -> None:
    """403 for the page and for the ticket: scope is asked each time; among others they are just not there."""
    mine, theirs = await live(desk, await desk.book()), await live(desk, await desk.book(desk.elsewhere))
    assert (await monitor.get(f"/monitor/rooms/{theirs.id}")).status == 403
    assert (await post(monitor, f"/monitor/rooms/{theirs.id}/entry", accept=JSON)).status == 403
    page = await (await monitor.get(f"/monitor/follow?rooms={mine.id},{theirs.id}")).text()
    assert str(mine.visrn) in page
    assert str(theirs.visrn) not in page


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.STATE_ADMIN, Role.SYSTEM_ADMIN])
async def test_other_roles_may_not_watch(desk: Desk, role: Role) -> None:
    """Being staff of the jail is not enough to look into a visit."""
    visit = await live(desk, await desk.book())
    await desk.hire("other", role, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "other")
        for path in (f"/monitor/rooms/{visit.id}", f"/monitor/follow?rooms={visit.id}", "/monitor/follow/events"):
            assert (await browser.get(path)).status == 403
        for path in (f"/monitor/rooms/{visit.id}/entry", "/monitor/next"):
            assert (await post(browser, path, accept=JSON)).status == 403


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


async def test_a_followed_room_that_ends_stays_and_says_so(desk: Desk, monitor: Browser) -> None:
    """Whoever looked away reads afterwards how it ended; a lawyer's tile has no button for sound."""
    visit = await live(desk, await desk.book())
    legal = await live(desk, await desk.book(terminal=1, kind=VisitKind.LEGAL))
    path = f"/monitor/follow/events?rooms={visit.id},{legal.id}"
    async with asyncio.timeout(15), monitor.get(path) as stream:
        first = await next_message(stream)
        assert first["order"] == [f"room-{visit.id}", f"room-{legal.id}"]
        assert 'data-action="sound"' in first["items"][f"room-{visit.id}"]
        assert 'data-action="sound"' not in first["items"][f"room-{legal.id}"]
        await desk.registry.request_end(visit.id, EndReason.ENDED_BY_STAFF, "staff:1")
        await next_message(stream, lambda data: 'data-ended="ended_by_staff"' in str(data["items"]))


async def test_the_next_look_goes_where_something_is_amiss_and_to_no_two_monitors(desk: Desk, monitor: Browser) -> None:
    """Two who press at once get two rooms; whoever comes when all are taken is told."""
    quiet, loud = await live(desk, await desk.book()), await live(desk, await desk.book(terminal=1))
    await amiss(desk, loud, AlertKind.ONE_WAY)
    await desk.hire("nitin", Role.MONITOR, desk.here)
    async with desk.browser() as other:
        await sign_in(other, "nitin")
        one = await post(monitor, "/monitor/next", accept=JSON, layout="1")
        two = await post(other, "/monitor/next", accept=JSON, layout="1")
        assert (await one.json())["rooms"] == [loud.id]
        assert (await two.json())["rooms"] == [quiet.id]
        again = await post(other, "/monitor/next", accept=JSON, rooms=quiet.id, layout="1")
        assert (again.status, (await again.json())["error"]) == (409, "nothing_due")


async def test_a_room_that_somebody_follows_is_not_next(desk: Desk, monitor: Browser) -> None:
    """The card says that it is looked into; when nobody does any more, how long ago that was."""
    visit = await live(desk, await desk.book())
    await post(monitor, f"/monitor/rooms/{visit.id}/entry", accept=JSON)
    assert "1 monitor follows it." in await (await monitor.get("/monitor")).text()
    answer = await post(monitor, "/monitor/next")
    assert (answer.status, answer.headers["Location"]) == (303, "/monitor?said=nothing_due")
    desk.clock.advance(7 * 60)
    assert "7 min unseen" in await (await monitor.get("/monitor")).text()
    answer = await post(monitor, "/monitor/next", layout="2")
    assert answer.headers["Location"] == f"/monitor/follow?rooms={visit.id}&layout=2"


async def test_a_layout_is_filled_with_those_that_are_due(desk: Desk, monitor: Browser) -> None:
    """As many as there are, and those followed already stay."""
    rooms = [(await live(desk, await desk.book(terminal=number))).id for number in range(3)]
    answer = await post(monitor, "/monitor/next", accept=JSON, rooms=rooms[1], layout="4", fill="1")
    said = await answer.json()
    assert (said["rooms"][0], sorted(said["rooms"]), said["layout"]) == (rooms[1], sorted(rooms), 4)
    assert [event for event, _ in await events_of(desk)].count("room:watch") == 0, "nobody has watched yet"


def test_who_goes_when_all_places_are_taken() -> None:
    """A room that has ended; else the one that was there for longest, but never the one that is heard."""
    live_ones = {"a", "b", "c", "d"}
    assert seated([], 1, "a", live_ones, "") == ["a"]
    assert seated(["a"], 2, "b", live_ones, "") == ["a", "b"]
    assert seated(["a", "b"], 2, "c", live_ones, "") == ["b", "c"]
    assert seated(["a", "b"], 2, "c", live_ones, "a") == ["a", "c"]
    assert seated(["a", "over"], 2, "c", live_ones, "") == ["a", "c"]
    assert seated(["a"], 1, "c", live_ones, "a") == ["c"]


def test_an_address_names_each_room_once_and_no_more_than_nine() -> None:
    """By commas or repeated; anything else is passed over."""
    ids = [f"{number:032x}" for number in range(12)]
    assert named([",".join(ids[:2]), ids[0], "x", "", "G" * 32]) == ids[:2]
    assert named(ids) == ids[:9]
    assert [layout_of(asked, 3) for asked in ("9", "2", "", "x", "²")] == [9, 4, 4, 4, 4]
    assert layout_of("", 0) == 1
