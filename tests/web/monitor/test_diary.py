"""web.monitor.diary: the looks of a day."""

from __future__ import annotations

from datetime import timedelta

from broker.vocabulary import LookKind
from tests.support.desk import Browser, Desk
from tests.support.monitoring import events_of, live


async def test_a_day_says_which_sessions_were_looked_into_and_which_were_not(desk: Desk, monitor: Browser) -> None:
    """By whom and for how long; pictures on a wall are no look; what nobody started is no session."""
    seen, unseen = await live(desk, await desk.book()), await live(desk, await desk.book(terminal=1))
    missed = await desk.book(terminal=2)
    now = desk.clock.now()
    async with desk.db.begin() as uow:
        mira = await uow.staff.by_username("mira")
        assert mira is not None
        for number in range(2):
            await uow.monitoring.begin_looks([seen.id], mira.staff.id, LookKind.FOLLOW, now, f"monitor-{number}")
            await uow.monitoring.end_follow(f"monitor-{number}", now + timedelta(seconds=65))
        looks = await uow.monitoring.begin_looks([unseen.id], mira.staff.id, LookKind.WALL, now)
        await uow.monitoring.extend(looks.values(), now + timedelta(minutes=5))
        await uow.commit()
    page = await (await monitor.get("/monitor/looks")).text()
    rows = {str(visit.visrn): page.partition(f'<tr data-visrn="{visit.visrn}"')[2].partition("</tr>")[0]
            for visit in (seen, unseen, missed)}  # fmt: skip
    assert 'data-looked="yes"' in rows[str(seen.visrn)]
    assert "2 times, 1:05" in rows[str(seen.visrn)], "two looks at once count once"
    assert "Name of mira" in rows[str(seen.visrn)]
    assert 'data-looked="no"' in rows[str(unseen.visrn)]
    assert "5:00" in rows[str(unseen.visrn)]
    assert ">never</td>" in rows[str(seen.visrn)]
    assert rows[str(missed.visrn)] == ""
    assert "Nobody looked into 1 of them." in page
    assert "room:list" in {event for event, _ in await events_of(desk)}


async def test_a_look_that_was_not_heard_of_again_is_not_said_to_have_lasted_no_time(
    desk: Desk, monitor: Browser
) -> None:
    """On the day's page and in the visit's record: it was shorter than the time between two signs of life."""
    visit = await live(desk, await desk.book())
    async with desk.db.begin() as uow:
        mira = await uow.staff.by_username("mira")
        assert mira is not None
        for how in LookKind:
            await uow.monitoring.begin_looks([visit.id], mira.staff.id, how, desk.clock.now())
        await uow.commit()
    day = await (await monitor.get("/monitor/looks")).text()
    assert "1 time, under 15 s" in day
    assert ">under 15 s</td>" in day
    record = await (await monitor.get(f"/monitor/record/{visit.id}")).text()
    assert record.count("(under 15 s)") == 2


async def test_another_day_or_jail_is_shown_where_it_is_in_scope(desk: Desk, monitor: Browser) -> None:
    """403 for a jail that is not hers, 404 for a day that is none."""
    await live(desk, await desk.book())
    page = await monitor.get(f"/monitor/looks?jail={desk.here.jail.id}&day=2026-03-01")
    assert "No session was started on this day." in await page.text()
    assert (await monitor.get(f"/monitor/looks?jail={desk.elsewhere.jail.id}")).status == 403
    for day in ("yesterday", "0001-01-01", "9999-12-31"):
        assert (await monitor.get(f"/monitor/looks?day={day}")).status == 404
