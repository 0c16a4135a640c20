"""The web application, running, with a jail that takes requests; and a browser in the test's own loop."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.support.browsers import launch_shell
from tests.support.desk import Desk, desk
from tests.support.registering import Bookable, bookable

__all__ = ["desk"]


@pytest.fixture
async def jail(desk: Desk) -> Bookable:
    """A jail with two terminals that takes visits from 10:00 to 12:15, from two days ahead."""
    return await bookable(desk.db, code=42)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser in the test's own loop, as the server is."""
    async with async_playwright() as playwright:
        browser = await launch_shell(playwright)
        yield browser
        await browser.close()
