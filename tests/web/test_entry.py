"""web.entry: the way into a room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from broker.errors import TicketTooLate
from broker.visit import VisitKind
from config import keys
from config.settings import Settings
from rooms.errors import NoNode, RoomEnded, UnknownRoom
from rooms.seats import Kind, Role
from tests.support.desk import NODE_URL, Desk, open_desk
from tests.support.visits import request
from web.entry import EntryRole, enter, room_spec, terminal_participant


async def test_a_room_has_a_seat_for_each_visitor_and_the_prison(desk: Desk) -> None:
    """Visitors in their order, then the terminal; monitors have none."""
    visit = await desk.book(visitors=2, kind=VisitKind.LEGAL)
    spec = room_spec(visit)
    assert [(seat.participant, seat.role) for seat in spec.seats] == [
        (visit.visitors[0].id, Role.VISITOR),
        (visit.visitors[1].id, Role.VISITOR),
        (terminal_participant(visit), Role.TERMINAL),
    ]
    assert (spec.room_id, spec.kind, spec.starts_at, spec.ends_at) == (
        visit.id,
        Kind.LEGAL,
        visit.starts_at,
        visit.ends_at,
    )


async def test_entering_places_the_room_and_issues_a_ticket_bound_to_its_end(desk: Desk) -> None:
    """Who enters second is sent to the same node, with another ticket."""
    visit = await desk.book(minutes=5)
    app = desk.app
    family = await enter(app, visit, visit.visitors[0].id, "visitor", "hi", "Savita")
    prison = await enter(app, visit, terminal_participant(visit), "terminal", "en", "T1")
    assert family.url == prison.url == NODE_URL
    assert family.ticket != prison.ticket
    assert family.ticket not in repr(family)
    lives = [await desk.redis.pttl(key) for key in await desk.redis.keys(keys.ticket("*"))]
    assert len(lives) == 2
    assert all(0 < life <= timedelta(minutes=5).total_seconds() * 1000 for life in lives)


async def test_a_visit_without_a_slot_has_no_room(desk: Desk) -> None:
    """A request is not a visit yet."""
    new = request(desk.here, starts_at=desk.clock.now())
    async with desk.db.begin() as uow:
        asked = await uow.visits.add(new, desk.clock.now())
        await uow.commit()
    with pytest.raises(UnknownRoom):
        await enter(desk.app, asked, asked.visitors[0].id, "visitor", "en", "x")


async def test_without_a_living_node_nobody_enters(desk: Desk) -> None:
    """The refusal is the room's own."""
    visit = await desk.book()
    await desk.redis.delete(keys.NODES)
    with pytest.raises(NoNode):
        await enter(desk.app, visit, visit.visitors[0].id, "visitor", "en", "x")


async def test_after_the_slot_nobody_enters(desk: Desk) -> None:
    """Whether the room or the ticket says it first."""
    visit = await desk.book(minutes=1)
    desk.clock.advance(61)
    with pytest.raises((RoomEnded, TicketTooLate)):
        await enter(desk.app, visit, visit.visitors[0].id, "visitor", "en", "x")


async def test_everybody_gets_turn_credentials_of_their_own_until_the_slots_end(
    make_settings: Callable[..., Settings], redis_url: str
) -> None:
    """Family, terminal and monitor; in the answer to their page, and nowhere they would be printed."""
    shared = make_settings(
        redis_url=redis_url, turn_urls=("turns:turn.example:443?transport=tcp",), turn_secret=SecretStr("shared")
    )
    async with open_desk(shared) as desk:
        visit = await desk.book(minutes=5)
        roles: dict[str, EntryRole] = {
            visit.visitors[0].id: "visitor",
            terminal_participant(visit): "terminal",
            "monitor-1": "monitor",
        }
        for participant, role in roles.items():
            entry = await enter(desk.app, visit, participant, role, "en", "")
            (server,) = entry.to_json()["ice_servers"]
            until, _, bearer = server["username"].partition(":")
            assert server["urls"] == ["turns:turn.example:443?transport=tcp"]
            assert bearer == participant
            assert 0 <= int(until) - entry.ends_at.timestamp() < 1
            assert server["credential"] not in repr(entry)


async def test_without_turn_servers_the_page_is_given_none(desk: Desk) -> None:
    """The browser's default then: the direct way alone."""
    visit = await desk.book()
    entry = await enter(desk.app, visit, visit.visitors[0].id, "visitor", "en", "")
    assert entry.to_json()["ice_servers"] == []
