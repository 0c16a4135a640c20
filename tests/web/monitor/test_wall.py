"""web.monitor.wall: the live rooms of a scope, page by page."""

from __future__ import annotations

from broker.staff import Role
from rooms.wall.alert import AlertKind
from tests.support.desk import Desk
from tests.support.monitoring import amiss, family, live, picture
from tests.web.monitor.test_card import made
from web.monitor import jails, wall


async def test_a_card_is_made_of_all_that_is_known_of_its_room(desk: Desk) -> None:
    """Where it is, who speaks, what is amiss, and who has looked into it."""
    visit = await live(desk, await desk.book())
    await live(desk, await desk.book(desk.elsewhere))
    await picture(desk, visit, family(visit), speaking=True)
    alert = await amiss(desk, visit, AlertKind.SILENCE)
    (card,) = await wall.load(desk.app, [desk.here.jail.id])
    assert (card.room.room_id, card.jail, card.terminal, card.state) == (visit.id, desk.here.jail, "T1", "live")
    assert card.sides[0].speaking
    assert [line.alert for line in card.open_alerts] == [alert]
    assert card.seen is None


async def test_a_room_nobody_started_is_on_no_wall(desk: Desk) -> None:
    """An empty scope has an empty wall."""
    await desk.book()
    assert await wall.load(desk.app, [desk.here.jail.id]) == []
    assert await wall.load(desk.app, []) == []
    assert await wall.cards_of(desk.app, []) == []


def test_a_large_wall_has_pages_and_counts_them_all() -> None:
    """A page beyond the last is the last; what is next is found among all rooms."""
    cards = [made() for _ in range(wall.PER_PAGE + 2)]
    first, last = wall.paged(cards, 1), wall.paged(cards, 9)
    assert (len(first.cards), first.page, first.pages) == (wall.PER_PAGE, 1, 2)
    assert (len(last.cards), last.page) == (2, 2)
    assert first.live + first.waiting == last.live + last.waiting == wall.PER_PAGE + 2
    assert first.next_due is not None
    empty = wall.paged([], 0)
    assert (empty.page, empty.pages, empty.next_due) == (1, 1, None)


async def test_a_monitor_reads_the_clock_of_the_own_jails(desk: Desk) -> None:
    """UTC for a scope of none, whatever other jails there are."""
    staff = await desk.hire("mira", Role.MONITOR, desk.elsewhere)
    nobody = await desk.hire("nobody", Role.MONITOR)
    now = desk.clock.now()
    assert wall.timezone(await jails.in_scope(desk.app, staff, now)) == desk.elsewhere.jail.timezone
    assert wall.timezone(await jails.in_scope(desk.app, nobody, now)) == "UTC"
