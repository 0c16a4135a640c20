"""The rule pages in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from broker.rules.service import load_files
from broker.staff import Role
from tests.support.desk import PASSWORD, Desk
from tests.support.reading import readable

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """The state's administrator, reading the rule."""
    await shown.hire("rohini", Role.STATE_ADMIN, shown.here)
    await load_files(shown.db, shown.clock.now())
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    opened = await context.new_page()
    await opened.goto(str(shown.server.make_url("/staff/sign-in")))
    await opened.fill("[name=username]", "rohini")
    await opened.fill("[name=password]", PASSWORD)
    await opened.click("button[type=submit]")
    await opened.wait_for_url(lambda url: "sign-in" not in url)
    await opened.goto(str(shown.server.make_url("/rules")))
    yield opened
    await context.close()


async def test_a_rule_is_changed_by_hand(page: Page) -> None:
    """Read, edit, see what changes, make it: the history says so."""
    await page.click("[data-action=edit]")
    await page.fill("#quota-convict-family-video", "3")
    await page.fill("#note", "Order 7 of 2026")
    await page.click("[data-action=preview]")
    await expect(page.locator("[data-preview] [data-change=quota]")).to_contain_text("3 a month")
    await page.click("[data-action=make]")
    await expect(page.locator('[data-version="2"]')).to_contain_text("Order 7 of 2026")
    await expect(page.locator('[data-clause="quota"]')).to_contain_text("convicts 3 visits a month")


@pytest.mark.parametrize("size", [(1366, 768), (360, 740)])
async def test_the_rule_pages_can_be_read_by_everybody(page: Page, size: tuple[int, int]) -> None:
    """No finding of axe in reading, previewing and with mistakes; nothing to scroll sideways for."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await readable(page)
    await page.click("[data-action=edit]")
    await page.fill("#last_day", "0")
    await page.click("[data-action=preview]")
    await page.wait_for_selector("[data-problems]")
    await readable(page)
    await page.fill("#last_day", "14")
    await page.fill("#note", "Order 7")
    await page.click("[data-action=preview]")
    await page.wait_for_selector("[data-preview]")
    await readable(page)
