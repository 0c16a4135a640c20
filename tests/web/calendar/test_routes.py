"""The calendar's pages and acts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from broker.slots.calendar import Block, Session
from broker.staff import Role
from broker.vocabulary import BlockReason, VisitMode
from tests.support.desk import Browser, Desk, post, sign_in
from tests.support.rules import enact, working

PATH = "/superintendent/calendar"
HOURS = {"mode": "video", "weekday": "0", "first": "09:00", "last": "12:45", "gap": "0"}


@pytest.fixture
async def desk_of_superintendent(desk: Desk) -> AsyncIterator[tuple[Desk, Browser]]:
    """The superintendent of the first jail at their desk."""
    await desk.hire("vasant", Role.SUPERINTENDENT, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "vasant")
        yield desk, browser


async def sessions(desk: Desk) -> tuple[Session, ...]:
    """The hours of the first jail."""
    async with desk.db.read() as uow:
        return await uow.calendars.sessions(desk.here.jail.id)


async def blocks(desk: Desk) -> tuple[Block, ...]:
    """What is blocked in the first jail."""
    now = desk.clock.now()
    async with desk.db.read() as uow:
        return await uow.calendars.blocks(desk.here.jail.id, now, now + timedelta(days=30))


def whole_day(desk: Desk, days: int = 2, **changes: str) -> dict[str, str]:
    """The block form for a day some days from now."""
    day = (desk.clock.now() + timedelta(days=days)).date().isoformat()
    return {"station": "", "from_day": day, "to_day": day, "reason": "lockdown", "note": ""} | changes


async def test_hours_are_added_changed_and_removed(desk_of_superintendent: tuple[Desk, Browser]) -> None:
    """Each act leads back to the page, which says what happened."""
    desk, browser = desk_of_superintendent
    added = await post(browser, f"{PATH}/hours", **HOURS)
    assert (added.status, await sessions(desk)) == (303, (working(0, "09:00", "12:45"),))
    page = await browser.get(added.headers["Location"])
    text = await page.text()
    assert "The hours are saved." in text
    assert 'data-hours="video-0-0900"' in text
    changing = await (await browser.get(f"{PATH}?change=video-0-0900")).text()
    assert 'name="replaces" value="video-0-0900"' in changing
    await post(browser, f"{PATH}/hours", **HOURS | {"replaces": "video-0-0900", "last": "11:00", "capacity": "2"})
    assert await sessions(desk) == (working(0, "09:00", "11:00", capacity=2),)
    await post(browser, f"{PATH}/hours/remove", key="video-0-0900")
    assert await sessions(desk) == ()


async def test_wrong_hours_come_back_as_typed(desk_of_superintendent: tuple[Desk, Browser]) -> None:
    """422, the sentence at the field and above the form, and nothing stored."""
    desk, browser = desk_of_superintendent
    answer = await post(browser, f"{PATH}/hours", **HOURS | {"last": "08:00"})
    text = await answer.text()
    assert answer.status == 422
    assert text.count("The last visit begins before the first one.") == 2
    assert re.search(r'id="hours-last"[^>]+value="08:00"[^>]+aria-invalid="true"', text)
    assert await sessions(desk) == ()


async def test_a_block_brings_what_it_touches_to_the_queue(desk_of_superintendent: tuple[Desk, Browser]) -> None:
    """The visit stays booked, and somebody is told to look at it; lifted, the time is free again."""
    desk, browser = desk_of_superintendent
    visit = await desk.book(starts_in=2 * 86_400)
    day = (visit.starts_at + timedelta(hours=5, minutes=30)).date().isoformat()
    answer = await post(browser, f"{PATH}/blocks", **whole_day(desk, from_day=day, to_day=day))
    assert answer.status == 303
    assert answer.headers["Location"].endswith("said=blocked&touched=1")
    assert 'data-touched="1"' in await (await browser.get(answer.headers["Location"])).text()
    (made,) = await blocks(desk)
    async with desk.db.read() as uow:
        reviews = await uow.decisions.reviews(visit.id)
    assert [review.visit_id for review in reviews] == [visit.id]
    assert (await desk.visit(visit.id)).live
    lifted = await post(browser, f"{PATH}/blocks/{made.id}/lift")
    assert (lifted.status, await blocks(desk)) == (303, ())


async def test_a_wrong_block_comes_back_as_typed(desk_of_superintendent: tuple[Desk, Browser]) -> None:
    """Nothing is blocked by half a form."""
    desk, browser = desk_of_superintendent
    answer = await post(browser, f"{PATH}/blocks", **whole_day(desk, reason="other"))
    assert answer.status == 422
    assert "Say in a few words why." in await answer.text()
    assert await blocks(desk) == ()


async def test_terminals_and_counters_get_the_next_free_name(desk_of_superintendent: tuple[Desk, Browser]) -> None:
    """T4 after T3, and a first counter."""
    desk, browser = desk_of_superintendent
    for mode in ("video", "in_person"):
        assert (await post(browser, f"{PATH}/stations", mode=mode)).status == 303
    assert (await post(browser, f"{PATH}/stations", mode="by_letter")).status == 400
    async with desk.db.read() as uow:
        names = [station.name for mode in VisitMode for station in await uow.jails.terminals(desk.here.jail.id, mode)]
    assert names == ["C1", "T1", "T2", "T3", "T4"]


async def test_the_page_says_when_nobody_can_ask_at_all(desk_of_superintendent: tuple[Desk, Browser]) -> None:
    """A state without a rule takes no requests, whatever the calendar."""
    desk, browser = desk_of_superintendent
    assert "has no rule in force" in await (await browser.get(PATH)).text()
    await enact(desk.db)
    assert "has no rule in force" not in await (await browser.get(PATH)).text()


async def test_nobody_touches_another_jail_s_calendar(desk_of_superintendent: tuple[Desk, Browser]) -> None:
    """Neither by its number in the address, nor a block of it by its id."""
    desk, browser = desk_of_superintendent
    other = desk.elsewhere.jail.id
    assert (await browser.get(f"{PATH}?jail={other}")).status == 403
    assert (await post(browser, f"{PATH}/hours?jail={other}", **HOURS)).status == 403
    now = desk.clock.now()
    async with desk.db.begin() as uow:
        theirs = await uow.calendars.block(
            other, now, now + timedelta(days=1), reason=BlockReason.HOLIDAY, note="", by="staff:1", now=now
        )
        await uow.commit()
    assert (await post(browser, f"{PATH}/blocks/{theirs.id}/lift")).status == 404
    assert (await post(browser, f"{PATH}/blocks/404/lift")).status == 404


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.MONITOR, Role.STATE_ADMIN, Role.SYSTEM_ADMIN])
async def test_only_superintendents_have_a_calendar(desk: Desk, role: Role) -> None:
    """Everybody else is refused, in reading as in writing."""
    await desk.hire("asha", role, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        assert (await browser.get(PATH)).status == 403
        assert (await post(browser, f"{PATH}/hours", **HOURS)).status == 403
