"""Blocking a day."""

from __future__ import annotations

from datetime import time, timedelta
from urllib.parse import urlencode

from broker.staff import Role
from broker.visit import VisitStatus
from tests.support.deciding import Office, hold_of, letters
from tests.support.desk import Desk, csrf_of, post
from tests.support.superintendent import at_the_desk, in_days, read, requested, sentences


def wanted(desk: Desk, office: Office, days: int = 5, **changes: str) -> dict[str, str]:
    """The form for one whole day."""
    day = in_days(desk, days).date().isoformat()
    return {"jail": str(office.jail.id), "day": day, "reason": "lockdown", "note": "No visits."} | changes


async def test_what_it_touches_is_shown_first_and_nothing_is_done(desk: Desk, office: Office) -> None:
    """Requests and approved visits of that day, and no others."""
    there, elsewhere = await requested(desk, office, days=5), await requested(desk, office, days=6)
    async with desk.browser() as browser:
        await at_the_desk(browser)
        assert "data-touched" not in await read(browser, "/superintendent/lockdown")
        html = await read(browser, f"/superintendent/lockdown?{urlencode(wanted(desk, office))}")
    assert 'data-touched="1"' in html
    assert there.id in html
    assert elsewhere.id not in html
    async with desk.db.read() as uow:
        assert await uow.calendars.blocks(office.jail.id, in_days(desk, 0), in_days(desk, 30)) == ()


async def test_the_ticked_are_cancelled_and_the_others_come_to_the_queue(desk: Desk, office: Office) -> None:
    """Each family is told; what was left unticked is looked at one by one."""
    ticked, left = [await requested(desk, office, at=time(hour)) for hour in (10, 11)]
    async with desk.browser() as browser:
        await at_the_desk(browser)
        data = {**wanted(desk, office), "csrf": await csrf_of(browser, "/superintendent"), "visit": ticked.id}
        answer = await browser.post("/superintendent/lockdown", data=data, allow_redirects=False)
        assert answer.headers["Location"] == f"/superintendent?jail={office.jail.id}"
        html = await read(browser, answer.headers["Location"])
    assert "1 visit is cancelled" in html
    assert (await desk.visit(ticked.id)).status is VisitStatus.CANCELLED
    assert "cancelled" in await letters(desk.db, ticked)
    assert (await desk.visit(left.id)).status is VisitStatus.REQUESTED
    async with desk.db.read() as uow:
        reviews = await uow.decisions.open_reviews([office.jail.id])
        blocks = await uow.calendars.blocks(office.jail.id, in_days(desk, 5, time(0)), in_days(desk, 6, time(0)))
    assert left.id in {review.visit_id for review in reviews}
    assert [(block.terminal_id, block.reason.value) for block in blocks] == [(None, "lockdown")]


async def test_one_terminal_for_some_hours_touches_only_what_stands_there(desk: Desk, office: Office) -> None:
    """By the terminal that a visit has or that is held for it."""
    one, two = await requested(desk, office), await requested(desk, office)
    late = await requested(desk, office, at=time(15))
    terminal = (await hold_of(desk.db, one)).terminal_id
    fields = wanted(desk, office, place=str(terminal), from_time="09:00", to_time="12:00")
    async with desk.browser() as browser:
        await at_the_desk(browser)
        html = await read(browser, f"/superintendent/lockdown?{urlencode(fields)}")
    assert one.id in html
    assert two.id not in html
    assert late.id not in html


async def test_what_can_not_be_is_said(desk: Desk, office: Office) -> None:
    """An end before the beginning, a day that is over, no reason, and a reason that says nothing."""
    visit = await requested(desk, office)
    day = in_days(desk, 5).date().isoformat()
    async with desk.browser() as browser:
        await at_the_desk(browser)
        for fields, sentence in (
            (wanted(desk, office, 5, last_day=in_days(desk, 4).date().isoformat()), "The end must be after"),
            (wanted(desk, office, -3), "That day is over."),
            (wanted(desk, office, reason=""), "Choose the reason."),
            (wanted(desk, office, from_time="25:00"), "Choose a time of day."),
        ):
            answer = await browser.get(f"/superintendent/lockdown?{urlencode(fields)}")
            assert answer.status == 422
            assert sentence in sentences(await answer.text())[0]
        answer = await post(
            browser, "/superintendent/lockdown", jail=str(office.jail.id), day=day, reason="other", visit=visit.id
        )
        assert answer.status == 422
        html = await answer.text()
        assert "write a sentence to the family" in sentences(html)[0]
        assert f'value="{visit.id}" checked' in html
    assert (await desk.visit(visit.id)).status is VisitStatus.REQUESTED


async def test_a_terminal_of_another_jail_is_not_the_whole_jail(desk: Desk, office: Office) -> None:
    """Nothing is blocked, and nobody's visit is cancelled."""
    visit = await requested(desk, office)
    fields = wanted(desk, office, place=str(desk.elsewhere.terminals[0].id))
    async with desk.browser() as browser:
        await at_the_desk(browser)
        assert (await post(browser, "/superintendent/lockdown", **fields, visit=visit.id)).status == 422
    assert (await desk.visit(visit.id)).status is VisitStatus.REQUESTED
    async with desk.db.read() as uow:
        day = in_days(desk, 5)
        assert await uow.calendars.blocks(office.jail.id, day - timedelta(days=9), day + timedelta(days=9)) == ()


async def test_another_jail_can_not_be_blocked(desk: Desk, office: Office) -> None:
    """Neither shown nor done; and the state's administrator has no such page."""
    await desk.hire("state", Role.STATE_ADMIN, desk.here)
    fields = wanted(desk, office, jail=str(desk.elsewhere.jail.id))
    async with desk.browser() as browser:
        await at_the_desk(browser)
        assert (await browser.get(f"/superintendent/lockdown?{urlencode(fields)}")).status == 403
        assert (await post(browser, "/superintendent/lockdown", **fields)).status == 403
    async with desk.browser() as browser:
        await at_the_desk(browser, "state")
        assert (await browser.get("/superintendent/lockdown")).status == 403
