"""Pages of real browsers on a stand of our own: no runner of another language, no packages of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from tests.web.client.stand import Stand

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page


@pytest_asyncio.fixture(loop_scope="session")
async def stand() -> AsyncIterator[Stand]:
    """A server whose words the test chooses."""
    stand = Stand()
    server = TestServer(stand.app())
    await server.start_server()
    stand.url = str(server.make_url("")).rstrip("/")
    yield stand
    await server.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def blanks(browsers: dict[str, Browser]) -> AsyncIterator[dict[str, Page]]:
    """One page of each browser, kept: modules alone leave nothing behind that a new document would not clear."""
    pages = {name: await (await browser.new_context()).new_page() for name, browser in browsers.items()}
    yield pages
    for page in pages.values():
        await page.context.close()


@pytest_asyncio.fixture(loop_scope="session", params=["chromium", "firefox"])
async def modules(request: pytest.FixtureRequest, blanks: dict[str, Page], stand: Stand) -> AsyncIterator[Page]:
    """An empty document from which the scripts' modules can be imported, in each browser."""
    page = blanks[request.param]
    await page.goto(f"{stand.url}/blank")
    yield page
    await page.goto("about:blank")


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], stand: Stand) -> AsyncIterator[Page]:
    """A phone's page that the test sends where it likes; an error of the scripts fails the test."""
    phone = {"width": 360, "height": 740}
    options: dict[str, Any] = {"viewport": phone, "locale": "en-GB", "timezone_id": "Africa/Lagos"}
    context = await browsers["chromium"].new_context(**options)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    await context.close()
    assert errors == []
