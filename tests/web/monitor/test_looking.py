"""web.monitor.looking: looks, recorded before and while something is shown."""

from __future__ import annotations

import pytest

from broker.staff import Role, Staff
from broker.vocabulary import LookKind
from config import keys
from rooms.wall import interest
from tests.support.desk import Desk
from tests.support.monitoring import events_of, live
from web.monitor import looking


@pytest.fixture
async def mira(desk: Desk) -> Staff:
    """A monitor of the first jail."""
    return await desk.hire("mira", Role.MONITOR, desk.here)


async def test_a_wall_loaded_again_goes_on_with_the_same_looks(desk: Desk, mira: Staff) -> None:
    """And a room that is new on it begins one; somebody else's look is another one."""
    one, two = await live(desk, await desk.book()), await live(desk, await desk.book(terminal=1))
    first = await looking.begin(desk.app, mira, [one.id])
    began = desk.clock.now()
    desk.clock.advance(20)
    assert await looking.begin(desk.app, mira, [one.id, two.id]) == first | {two.id: first[one.id] + 1}
    async with desk.db.read() as uow:
        (look,) = await uow.monitoring.looks([one.id])
    assert (look.started_at, look.ended_at) == (began, desk.clock.now()), "also where the page is loaded by hand"
    nitin = await desk.hire("nitin", Role.MONITOR, desk.here)
    assert (await looking.begin(desk.app, nitin, [one.id]))[one.id] > first[one.id] + 1
    assert await looking.begin(desk.app, mira, []) == {}
    assert 0 < await desk.redis.ttl(keys.wall_look(mira.id, one.id)) <= looking.REMEMBERED


async def test_a_picture_begins_a_look_and_writes_nothing_where_one_goes_on(desk: Desk, mira: Staff) -> None:
    """A wall asks for dozens of them a minute; the look is moved on by its page."""
    visit = await live(desk, await desk.book())
    began = desk.clock.now()
    for _ in range(3):
        await looking.see(desk.app, mira, visit.id)
        desk.clock.advance(10)
    async with desk.db.read() as uow:
        (look,) = await uow.monitoring.looks([visit.id])
    assert (look.started_at, look.ended_at) == (began, began)
    assert 0 < await desk.redis.ttl(keys.wall_look(mira.id, visit.id)) <= looking.REMEMBERED


async def test_a_page_keeps_its_looks_going_without_a_row_for_each_refresh(desk: Desk, mira: Staff) -> None:
    """Moved on every some seconds, and once more when it is closed; what it showed no longer stands still."""
    one, two = await live(desk, await desk.book()), await live(desk, await desk.book(terminal=1))
    page = looking.Showing(desk.app, pictures=True)
    began = desk.clock.now()
    for _ in range(10):
        await page.show(mira, [one.id])
        desk.clock.advance(2)
    await page.show(mira, [two.id])
    left = desk.clock.now()
    desk.clock.advance(3)
    await page.close()
    async with desk.db.read() as uow:
        looks = {look.visit_id: look for look in await uow.monitoring.looks([one.id, two.id])}
        assert len(await uow.monitoring.looks([one.id, two.id])) == 2
    assert (looks[one.id].started_at, looks[one.id].ended_at) == (began, left)
    assert (looks[two.id].started_at, looks[two.id].ended_at) == (left, desk.clock.now())
    assert await interest.shown(desk.redis, [one.id, two.id]) == {one.id, two.id}


async def test_a_page_that_follows_moves_on_its_own_follows_and_no_others(desk: Desk, mira: Staff) -> None:
    """A colleague's goes on by the colleague's page alone."""
    visit, nitin = await live(desk, await desk.book()), await desk.hire("nitin", Role.MONITOR, desk.here)
    began = desk.clock.now()
    async with desk.db.begin() as uow:
        for number, staff in enumerate((mira, nitin)):
            await uow.monitoring.begin_looks([visit.id], staff.id, LookKind.FOLLOW, began, f"monitor-{number}")
        await uow.commit()
    page = looking.Showing(desk.app, pictures=False, follows=True)
    await page.show(mira, [visit.id])
    desk.clock.advance(looking.MOVED_EVERY)
    await page.show(mira, [visit.id])
    async with desk.db.read() as uow:
        hers, theirs = await uow.monitoring.follows([visit.id])
    assert (hers.ended_at, theirs.ended_at) == (desk.clock.now(), began)
    assert await interest.shown(desk.redis, [visit.id]) == {visit.id}


async def test_a_follow_of_a_few_seconds_ends_with_its_page(desk: Desk, mira: Staff) -> None:
    """It begins after the page's stream, and is over before the looks are moved on for the first time."""
    visit = await live(desk, await desk.book())
    page = looking.Showing(desk.app, pictures=False, follows=True)
    await page.show(mira, [visit.id])
    async with desk.db.begin() as uow:
        await uow.monitoring.begin_looks([visit.id], mira.id, LookKind.FOLLOW, desk.clock.now(), "monitor-1")
        await uow.commit()
    desk.clock.advance(4)
    await page.show(mira, [visit.id])
    await page.close()
    async with desk.db.read() as uow:
        (look,) = await uow.monitoring.follows([visit.id])
    assert look.length.total_seconds() == 4


async def test_a_page_that_nobody_sees_records_and_asks_nothing(desk: Desk, mira: Staff) -> None:
    """It shows none of what is in the rooms."""
    visit = await live(desk, await desk.book())
    page = looking.Showing(desk.app, pictures=False)
    await page.show(mira, [visit.id])
    await page.close()
    async with desk.db.read() as uow:
        assert await uow.monitoring.looks([visit.id]) == []
    assert await interest.shown(desk.redis, [visit.id]) == frozenset()


async def test_a_page_loaded_is_an_opening_and_its_stream_is_none(desk: Desk, mira: Staff) -> None:
    """But a stream without a page is: there is no way past the audit."""
    await looking.opened(desk.app, mira, anew=True)
    await looking.opened(desk.app, mira, anew=False)
    assert await events_of(desk) == [("room:list", f"staff:{mira.id}")]
    await looking.opened(desk.app, mira, anew=True)
    await desk.redis.delete(keys.wall_opened(mira.id))
    await looking.opened(desk.app, mira, anew=False)
    assert len(await events_of(desk)) == 3
