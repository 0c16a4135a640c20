"""web.account.changing: other times for a visit."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

from broker.visit import VisitStatus
from tests.support.account import QUARTER, approve, ask, morning, open_account, open_hours, sign_in
from tests.support.desk import Desk
from tests.support.family import get, submit
from tests.support.visits import booked
from web.account.changing import DAYS_A_PAGE, chosen
from web.timewords import iso


def test_what_was_chosen_is_read_in_its_order_and_once() -> None:
    """An empty field, the same time twice, and what is no time are passed over."""
    first, second = "2026-03-04T04:30:00.000Z", "2026-03-04T04:45:00.000Z"
    assert [moment.isoformat() for moment in chosen([second, "", first])] == [
        "2026-03-04T04:45:00+00:00",
        "2026-03-04T04:30:00+00:00",
    ]
    assert len(chosen([first, first, "10:00"])) == 1
    assert chosen(["2026-03-04T04:30", "0001-01-01T00:00+14:00", "tomorrow"]) == ()


async def test_other_times_are_asked_for_and_the_first_is_held(desk: Desk) -> None:
    """An approved visit is a request again; the old slot is free for others."""
    await open_hours(desk)
    visit = await approve(desk, await ask(desk, await open_account(desk)))
    wanted = [iso(morning(desk, 4) + number * QUARTER) for number in (4, 1)]
    path = f"/account/visits/{visit.id}/change"
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        done = await submit(browser, path, choice_1=wanted[0], choice_2=wanted[1])
        page = await get(browser, done.location)
    changed = await desk.visit(visit.id)
    assert changed.status is VisitStatus.REQUESTED
    assert iso(changed.starts_at) == wanted[0]
    assert "The jail has your new times" in page.words
    async with desk.db.read() as uow:
        request = await uow.visits.request(visit.id)
    assert request is not None
    assert [iso(moment) for moment in request.preferences] == wanted


async def test_only_free_times_are_offered_a_few_days_at_once(desk: Desk) -> None:
    """What is booked on every terminal is not there; later days are a page further."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk), starts_at=morning(desk, 5))
    full = morning(desk, 3).astimezone(UTC)
    for terminal in range(3):
        await booked(desk.db, desk.here, terminal=terminal, starts_at=full)
    path = f"/account/visits/{visit.id}/change"
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, path)
        later = re.search(r'href="([^"]+\?from=[^"]+)"', page.text)
        assert later
        following = await get(browser, later[1])
    assert iso(full) not in page.text
    assert iso(full + QUARTER) in page.text
    assert page.text.count("<optgroup") == 3 * DAYS_A_PAGE
    assert iso(morning(desk, DAYS_A_PAGE + 2)) in following.text
    assert "The first free days" in following.words


async def test_a_family_abroad_reads_both_clocks(desk: Desk) -> None:
    """In the list itself, which no script touches."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk, timezone="Africa/Lagos"))
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, f"/account/visits/{visit.id}/change")
    assert "10:00 (your time: 05:30)" in page.words


async def test_no_choice_is_said_at_its_field(desk: Desk) -> None:
    """And nothing has changed."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk))
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await submit(browser, f"/account/visits/{visit.id}/change", choice_1="")
    assert page.status == 422
    assert "Please choose at least one time." in page.words
    assert (await desk.visit(visit.id)).starts_at == visit.starts_at


async def test_a_time_that_is_gone_leaves_the_old_one(desk: Desk) -> None:
    """Somebody else was faster: the page says that nothing is lost."""
    await open_hours(desk)
    visit = await ask(desk, await open_account(desk))
    gone = morning(desk, 6).astimezone(UTC)
    for terminal in range(3):
        await booked(desk.db, desk.here, terminal=terminal, starts_at=gone)
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await submit(browser, f"/account/visits/{visit.id}/change", choice_1=iso(gone))
    assert page.status == 409
    assert "You still have your old one." in page.words
    async with desk.db.read() as uow:
        assert (await uow.holds.of_visit(visit.id)) is not None


async def test_what_has_begun_is_not_changed(desk: Desk) -> None:
    """The page leads back to the visit."""
    await open_hours(desk)
    visit = await approve(desk, await ask(desk, await open_account(desk)))
    desk.clock.advance(timedelta(days=5).total_seconds())
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, f"/account/visits/{visit.id}/change")
    assert page.location == f"/account/visits/{visit.id}?said=too_late"
