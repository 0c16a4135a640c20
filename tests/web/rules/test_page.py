"""The rule pages in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from broker.rules.service import load_files
from broker.staff import Role
from tests.support.desk import PASSWORD, Desk

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
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_rule_pages_can_be_read_by_everybody(page: Page, size: tuple[int, int], scheme: str) -> None:
    """No finding of axe in reading, previewing and with mistakes; nothing to scroll sideways for."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await _is_fine(page, size[0])
    await page.click("[data-action=edit]")
    await page.fill("#last_day", "0")
    await page.click("[data-action=preview]")
    await page.wait_for_selector("[data-problems]")
    await _is_fine(page, size[0])
    await page.fill("#last_day", "14")
    await page.fill("#note", "Order 7")
    await page.click("[data-action=preview]")
    await page.wait_for_selector("[data-preview]")
    await _is_fine(page, size[0])


async def _is_fine(page: Page, width: int) -> None:
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
