"""The calendar in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from broker.staff import Role
from broker.vocabulary import VisitKind, VisitMode
from tests.support.desk import PASSWORD, Desk
from tests.support.reading import readable
from tests.support.rules import enact, every_day

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """The superintendent's calendar with some hours in it."""
    await shown.hire("vasant", Role.SUPERINTENDENT, shown.here)
    await enact(shown.db)
    async with shown.db.begin() as uow:
        await uow.terminals.add(shown.here.jail.id, "C1", VisitMode.IN_PERSON)
        await uow.calendars.set_sessions(
            shown.here.jail.id,
            [
                *every_day("09:00", "12:45", gap_minutes=5, capacity=2, minutes={VisitKind.LEGAL: 45}),
                *every_day("10:00", "16:00", mode=VisitMode.IN_PERSON),
            ],
        )
        await uow.commit()
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    opened = await context.new_page()
    await opened.goto(str(shown.server.make_url("/staff/sign-in?next=/superintendent/calendar")))
    await opened.fill("[name=username]", "vasant")
    await opened.fill("[name=password]", PASSWORD)
    await opened.click("button[type=submit]")
    await opened.goto(str(shown.server.make_url("/superintendent/calendar")))
    await opened.wait_for_selector(".week")
    yield opened
    await context.close()


async def test_hours_are_changed_by_hand(page: Page) -> None:
    """Change, another time, save: the week shows it."""
    await page.click('[data-hours="video-2-0900"] [data-action=change]')
    await expect(page.locator("#hours-weekday-2")).to_be_checked()
    await page.fill("#hours-last", "11:30")
    await page.click("[data-action=save-hours]")
    await expect(page.locator('[data-hours="video-2-0900"]')).to_contain_text("09:00 – 11:30")
    await expect(page.locator(".notice--ok")).to_contain_text("The hours are saved.")


async def test_a_mistake_brings_the_reader_to_it(page: Page) -> None:
    """The summary has the focus, its link leads to the field, and the form is open."""
    await page.click("text=Block a time…")
    await page.click("[data-action=block]")
    summary = page.locator("[data-problems]")
    await expect(summary).to_be_focused()
    await summary.locator("a", has_text="Reason").click()
    await expect(page.locator("#block-reason")).to_be_focused()


@pytest.mark.parametrize("size", [(1366, 768), (360, 740)])
async def test_the_calendar_can_be_read_by_everybody(page: Page, size: tuple[int, int]) -> None:
    """No finding of axe with both forms open and wrong, in either scheme, and nothing to scroll sideways for."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.click("text=Block a time…")
    await page.click("[data-action=block]")
    await page.wait_for_selector("[data-problems]")
    await readable(page)
    cut = "(all) => all.some((each) => each.scrollWidth > each.clientWidth)"
    assert not await page.locator(".table-frame").evaluate_all(cut), "no time is out of sight"
