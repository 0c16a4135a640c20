"""web.monitor.pictures: small pictures, each a look of somebody's."""

from __future__ import annotations

from sqlalchemy import text

from broker.staff import Role
from config.facts import EndReason
from rooms.wall import interest
from tests.support.desk import Browser, Desk, sign_in
from tests.support.monitoring import family, jpeg, live, picture, prison


async def test_a_picture_is_sent_again_only_when_there_is_a_newer_one(desk: Desk, monitor: Browser) -> None:
    """Kept by no cache; whoever says which one they have is told that nothing changed."""
    visit = await live(desk, await desk.book())
    await picture(desk, visit, family(visit), 90)
    path = f"/monitor/rooms/{visit.id}/pictures/{family(visit)}"
    first = await monitor.get(path)
    assert (first.status, first.content_type, await first.read()) == (200, "image/jpeg", jpeg(90))
    assert first.headers["Cache-Control"] == "no-store"
    have = {"If-None-Match": first.headers["ETag"]}
    assert (await monitor.get(path, headers=have)).status == 304
    await picture(desk, visit, family(visit), 120)
    assert await (await monitor.get(path, headers=have)).read() == jpeg(120)


async def test_a_picture_shown_is_a_look_and_asks_for_the_next(desk: Desk, monitor: Browser) -> None:
    """Also on a page without scripts: one look, however many pictures."""
    visit = await live(desk, await desk.book())
    for participant in (family(visit), prison(visit)):
        await picture(desk, visit, participant)
        assert (await monitor.get(f"/monitor/rooms/{visit.id}/pictures/{participant}")).status == 200
    async with desk.db.read() as uow:
        assert [look.how for look in await uow.monitoring.looks([visit.id])] == ["wall"]
    assert await interest.shown(desk.redis, [visit.id]) == {visit.id}


async def test_a_look_that_cannot_be_recorded_shows_nothing(desk: Desk, monitor: Browser) -> None:
    """Fail closed."""
    visit = await live(desk, await desk.book())
    await picture(desk, visit, family(visit))
    async with desk.db.begin() as uow:
        await uow.session.execute(text("ALTER TABLE looks RENAME TO lost"))
        await uow.commit()
    assert (await monitor.get(f"/monitor/rooms/{visit.id}/pictures/{family(visit)}")).status == 503


async def test_there_is_no_picture_of_strangers_of_ended_visits_or_elsewhere(desk: Desk, monitor: Browser) -> None:
    """404 for what is not there, 403 for what is not hers; nobody but who may watch gets one."""
    mine, theirs = await live(desk, await desk.book()), await live(desk, await desk.book(desk.elsewhere))
    for visit in (mine, theirs):
        await picture(desk, visit, family(visit))
    assert (await monitor.get(f"/monitor/rooms/{mine.id}/pictures/monitor-1")).status == 404
    assert (await monitor.get(f"/monitor/rooms/{mine.id}/pictures/{prison(mine)}")).status == 404
    assert (await monitor.get(f"/monitor/rooms/{'0' * 32}/pictures/{family(mine)}")).status == 404
    assert (await monitor.get(f"/monitor/rooms/{theirs.id}/pictures/{family(theirs)}")).status == 403
    await desk.hire("admin", Role.STATE_ADMIN, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "admin")
        assert (await browser.get(f"/monitor/rooms/{mine.id}/pictures/{family(mine)}")).status == 403
    await desk.registry.request_end(mine.id, EndReason.ENDED_BY_STAFF, "staff:1")
    assert (await monitor.get(f"/monitor/rooms/{mine.id}/pictures/{family(mine)}")).status == 404
