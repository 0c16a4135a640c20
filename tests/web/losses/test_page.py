"""The operator's page of lost minutes in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from broker.staff import Role
from broker.visit import Visit
from tests.support.desk import PASSWORD, Desk
from tests.support.losses import family_failed, terminal_failed
from tests.support.lost_pages import lost_visit
from tests.support.reading import readable
from tests.support.superintendent import open_office_at

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def visits(shown: Desk) -> list[Visit]:
    """One that the terminal cost, and one that the family's phone did."""
    office = await open_office_at(shown)
    return [
        await lost_visit(shown, office, terminal_failed),
        await lost_visit(shown, office, family_failed, days=3, at=time(11)),
    ]


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], shown: Desk, visits: list[Visit]) -> AsyncIterator[Page]:
    """An operator who has opened the page."""
    assert visits
    await shown.hire("asha", Role.OPERATOR, shown.here)
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    opened = await context.new_page()
    await opened.goto(str(shown.server.make_url("/staff/sign-in?next=%2Foperator%2Flosses")))
    await opened.fill("[name=username]", "asha")
    await opened.fill("[name=password]", PASSWORD)
    await opened.click("button[type=submit]")
    await opened.wait_for_url("**/operator/losses")
    yield opened
    await context.close()


async def test_visits_are_confirmed_and_corrected_by_the_keyboard_alone(page: Page, visits: list[Visit]) -> None:
    """The one that may owe a family something comes first; its cause is changed, the other is agreed with."""
    given, family = visits
    first = page.locator("[data-losses=open]").first
    await expect(first).to_have_attribute("data-visrn", str(family.visrn))
    await first.locator("[data-action=other]").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type("The prison's network")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Our line was down.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".notice--ok")).to_contain_text("a mail offers the family another one")
    await page.locator(f'[data-visrn="{given.visrn}"] [data-action=agree]').focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-losses=open]")).to_have_count(0)
    await expect(page.locator("[data-losses=done]")).to_have_count(2)


async def test_enter_in_the_sentence_of_a_correction_does_not_agree(page: Page) -> None:
    """With no cause changed it is said so, and confirming is one press away; what was typed stands there."""
    first = page.locator("[data-losses=open]").first
    await first.locator("[data-action=other]").click()
    await first.locator("[name=note]").fill("They rang us.")
    await first.locator("[name=note]").press("Enter")
    await expect(page.locator("[role=alert]")).to_contain_text("no cause was changed")
    await expect(first.locator("[name=note]")).to_have_value("They rang us.")
    await expect(page.locator("[data-losses=open]")).to_have_count(2)
    await first.locator("[data-action=confirm]").click()
    await expect(page.locator("[data-judged=confirmed]")).to_have_count(1)


@pytest.mark.parametrize("size", [(1366, 768), (360, 740)])
async def test_page_can_be_read_by_everybody(page: Page, size: tuple[int, int]) -> None:
    """No finding of axe, with everything folded out and with a mistake; nothing to scroll sideways for."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    for summary in await page.locator("summary").all():
        await summary.click()
    await readable(page)
    first = page.locator("[data-losses=open]").first
    await first.locator("select").select_option("prison_network:prison")
    await first.locator("[data-action=correct]").click()
    await expect(page.locator("[role=alert]")).to_contain_text("Please write why")
    await readable(page)
