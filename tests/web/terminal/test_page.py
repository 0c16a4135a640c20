"""The terminal's idle page in a real browser: calm, and back by itself after a restart of the server."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from config.secrets import digest
from config.settings import Settings
from tests.support.desk import Desk, open_desk
from web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECRET = "a-secret-of-t1"


async def pair(desk: Desk) -> None:
    """Let SECRET be T1 of the first jail."""
    async with desk.db.begin() as uow:
        await uow.terminals.pair(desk.here.terminals[0].id, digest(SECRET))
        await uow.commit()


async def test_the_idle_page_survives_a_restart_of_the_server(
    browsers: dict[str, Browser], make_settings: Callable[..., Settings], redis_url: str
) -> None:
    """While the server is away the page says so; when it is back, the page is, without anybody touching it."""
    settings = make_settings(redis_url=redis_url)
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    page = await context.new_page()
    async with open_desk(settings, midday=True) as desk:
        await pair(desk)
        await context.add_cookies([{"name": "terminal", "value": SECRET, "url": settings.public_url}])
        visit = await desk.book(starts_in=3600)
        await page.goto(f"{settings.public_url}/terminal")
        await expect(page.locator("[data-idle] [data-clock]")).to_have_text(re.compile(r"\d\d:\d\d"))
        assert await page.get_attribute("[data-next-time]", "datetime") is not None
        text = await page.inner_text("body")
        assert not [name for name in ("Kolte", str(visit.visrn)) if name in text]
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    await page.wait_for_selector("[data-offline]:not([hidden])")
    back = TestServer(create_app(settings), port=settings.port)
    await back.start_server()
    await page.wait_for_selector("[data-offline][hidden]", state="attached")
    await context.close()
    await back.close()
