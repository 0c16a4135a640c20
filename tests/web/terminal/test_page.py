"""The terminal's idle page in a real browser: calm, and back by itself after a restart of the server."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from bench.serving import PageServer
from config import keys
from config.secrets import digest
from config.settings import Settings
from tests.support.desk import Desk, open_desk
from tests.support.live import until
from web.app import create_app
from web.terminal import commands
from web.terminal.commands import CommandName
from web.terminal.health import DeviceState, Health

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
    back = PageServer(create_app(settings), port=settings.port)
    await back.start_server()
    await page.wait_for_selector("[data-offline][hidden]", state="attached")
    await context.close()
    await back.close()


async def test_the_page_tests_its_devices_says_so_and_does_what_it_is_asked(
    browsers: dict[str, Browser], make_settings: Callable[..., Settings], redis_url: str
) -> None:
    """When it is loaded, when staff ask, and again after a reload that staff asked for; then it lets go of both."""
    settings = make_settings(redis_url=redis_url)
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    await context.add_init_script(
        "window.open_tracks = []; const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
        "navigator.mediaDevices.getUserMedia = async (wanted) => { const stream = await ask(wanted);"
        " window.open_tracks.push(...stream.getTracks()); return stream; };"
    )
    page = await context.new_page()
    async with open_desk(settings, midday=True) as desk:
        await pair(desk)
        terminal = desk.here.terminals[0].id
        await context.add_cookies([{"name": "terminal", "value": SECRET, "url": settings.public_url}])
        await page.goto(f"{settings.public_url}/terminal")

        async def health(fits: Callable[[Health], bool]) -> Health:
            async def found() -> Health | None:
                told = (await commands.healths(desk.redis, [terminal])).get(terminal)
                return told if told is not None and fits(told) else None

            return await until(found, seconds=30)

        first = await health(lambda told: told.tested_at is not None)
        assert (first.camera, first.microphone) == (DeviceState.OK, DeviceState.OK)
        assert first.browser.startswith("Chrome")
        await expect(page.locator('[data-say="health"]')).to_have_text("Camera and microphone work.")
        assert await page.evaluate("window.open_tracks.map((track) => track.readyState)") == ["ended", "ended"]

        test = await commands.ask(desk.redis, terminal, CommandName.TEST, "staff:1", desk.clock.now())
        await desk.redis.publish(keys.jail_changed(desk.here.jail.id), "")
        again = await health(lambda told: told.done == test.id)
        assert again.rtt_ms is not None
        assert len(await page.evaluate("window.open_tracks")) == 4

        reload = await commands.ask(desk.redis, terminal, CommandName.RELOAD, "staff:1", desk.clock.now())
        await desk.redis.publish(keys.jail_changed(desk.here.jail.id), "")
        await health(lambda told: told.done == reload.id)
        assert len(await page.evaluate("window.open_tracks")) == 2
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    await context.close()
