"""Choosing the time of a visit that makes up for a lost one, on a real phone's screen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.support.desk import Desk
from tests.support.lost_pages import lost_visit, makeup_path
from tests.support.superintendent import open_office_at

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """Somebody who has opened the link of the letter on a phone."""
    visit = await lost_visit(shown, await open_office_at(shown))
    context = await browsers["chromium"].new_context(viewport={"width": 360, "height": 740}, locale="en-GB")
    opened = await context.new_page()
    await opened.goto(str(shown.server.make_url(makeup_path(shown, visit))))
    yield opened
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_time_is_chosen_and_confirmed_with_two_taps(page: Page, scheme: str) -> None:
    """Each page on the way is clean, and fits a phone."""
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.click(".other-times > summary")
    await _is_fine(page)
    await page.locator("[data-action=choose]").first.click()
    await expect(page.locator("h1")).to_have_text("Take this time?")
    await _is_fine(page)
    await page.click("[data-action=take]")
    await expect(page.locator("[data-makeup=taken]")).to_be_visible()
    await _is_fine(page)


async def _is_fine(page: Page) -> None:
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
