"""Two operators at one day, each in a browser of their own: they see each other's acts and never undo them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from broker.staff import Role
from config.facts import EndReason
from tests.support.consoles import selector, signed_in
from tests.support.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def other(browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """The same day before a colleague, who reads Hindi."""
    await shown.hire("ravi", Role.OPERATOR, shown.here)
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    opened = await context.new_page()
    await signed_in(opened, shown, "ravi")
    await opened.goto(f"{opened.url.split('?')[0]}?lang=hi")
    yield opened
    await context.close()


async def test_two_operators_see_each_others_acts_and_never_undo_them(page: Page, other: Page, shown: Desk) -> None:
    """Who acts on an old picture is told what the colleague has done, and the room stays held."""
    visit = await shown.book()
    await page.click(f'{selector(visit)} [data-action="start"]')
    await other.wait_for_selector(f'{selector(visit, "ready")} [data-action="hold"]')
    await other.click(f'{selector(visit)} [data-action="hold"]')
    await other.wait_for_selector(selector(visit, "held"))
    await page.locator(f"{selector(visit)} [data-action=end]").evaluate(
        "button => { const form = button.form; form.elements.seen.value = '1'; form.elements.reason.value = 'conduct';"
        " form.requestSubmit(); }"
    )
    await page.wait_for_selector("[data-said].said--bad >> text=Name of ravi put this visit on hold")
    assert (await shown.registry.room(visit.id)).end_reason is None


async def test_a_reason_half_chosen_stays_when_a_colleague_acts(page: Page, other: Page, shown: Desk) -> None:
    """The hold puts a line above the acts and another form beside them; the end that was being made is made."""
    visit = await shown.book()
    await page.click(f'{selector(visit)} [data-action="start"]')
    reason = page.locator(f"{selector(visit, 'ready')} [data-reason]")
    await reason.select_option("conduct")
    await reason.focus()
    await other.click(f'{selector(visit, "ready")} [data-action="hold"]')
    held = page.locator(f"{selector(visit, 'held')} [data-reason]")
    await expect(held).to_be_focused()
    await expect(held).to_have_value("conduct")
    await page.click(f'{selector(visit, "held")} [data-action="end"]')
    await page.wait_for_selector(selector(visit, "ended"))
    assert (await shown.registry.room(visit.id)).end_reason is EndReason.ENDED_BY_STAFF
    told = other.locator(f"{selector(visit, 'ended')} [data-told-by]")
    await expect(told).to_contain_text("Name of asha")


async def test_a_missing_reason_is_asked_for_in_the_pages_language(page: Page, other: Page, shown: Desk) -> None:
    """Not in the browser's; nothing is ended, the page stays, and once a reason is chosen the same press ends it."""
    visit = await shown.book()
    await page.click(f'{selector(visit)} [data-action="start"]')
    asked = "reason => reason.validationMessage"
    for each in (page, other):
        await each.click(f'{selector(visit, "ready")} [data-action="end"]')
        reason = each.locator(f"{selector(visit)} [data-reason]")
        assert await each.locator(f"{selector(visit)} [data-reason]:invalid").count() == 1
        assert await reason.evaluate(asked) == await reason.get_attribute("data-needed")
    assert (await shown.registry.room(visit.id)).end_reason is None
    assert await other.locator(f"{selector(visit)} [data-reason]").evaluate(asked) not in {
        "",
        "Choose the reason first, then press the button again.",
    }
    await page.locator(f"{selector(visit)} [data-reason]").select_option("conduct")
    await page.click(f'{selector(visit)} [data-action="end"]')
    await page.wait_for_selector(selector(visit, "ended"))
