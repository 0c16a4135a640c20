"""Choosing the time of a visit that makes up for a lost one, on a real phone's screen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.support.desk import Desk
from tests.support.lost_pages import lost_visit, makeup_path
from tests.support.reading import readable
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


async def test_time_is_chosen_and_confirmed_with_two_taps(page: Page) -> None:
    """Each page on the way is clean, and fits a phone."""
    await page.click(".other-times > summary")
    await readable(page)
    await page.locator("[data-action=choose]").first.click()
    await expect(page.locator("h1")).to_have_text("Take this time?")
    await readable(page)
    await page.click("[data-action=take]")
    await expect(page.locator("[data-makeup=taken]")).to_be_visible()
    await readable(page)
