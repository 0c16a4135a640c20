"""The web application, running, for families; and a browser for what the pages' script does."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.support.browsers import launch_shell
from tests.support.desk import desk

__all__ = ["desk"]


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser in the test's own loop, as the server is."""
    async with async_playwright() as playwright:
        browser = await launch_shell(playwright)
        yield browser
        await browser.close()
