"""The monitor's console in a real browser: rooms come by themselves, W watches."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from broker.staff import Role
from broker.visit import VisitStatus
from rooms.presence import PresenceState, Quality
from tests.support.desk import PASSWORD, Desk
from web.entry import room_spec

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_room_appears_and_w_watches_it(browsers: dict[str, Browser], shown: Desk) -> None:
    """The list fills without a reload, can be read by everybody, and its key opens the watch page."""
    await shown.hire("mira", Role.MONITOR, shown.here)
    context = await browsers["chromium"].new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(str(shown.server.make_url("/staff/sign-in")))
    await page.fill("[name=username]", "mira")
    await page.fill("[name=password]", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_selector("[data-key=empty]")
    visit = await shown.book()
    await shown.registry.place(room_spec(visit))
    async with shown.db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, "staff:1", "", shown.clock.now())
        await uow.commit()
    await shown.registry.open_room(visit.id, "staff:1")
    await shown.show(visit, visit.visitors[0].id, PresenceState.CONNECTED, quality=Quality.BAD)
    await page.wait_for_selector(f'[data-visrn="{visit.visrn}"][data-state="ready"]')
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.keyboard.press("w")
    await page.wait_for_url(f"**/monitor/rooms/{visit.id}")
    await context.close()
