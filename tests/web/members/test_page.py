"""The pages of accounts in a real browser: readable by everybody, on a desk and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from broker.members import service
from broker.staff import Reach, Role
from config.settings import Settings
from tests.support.desk import PASSWORD, Desk
from tests.support.members import hire, invitation, links

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def check(page: Page, width: int) -> None:
    """No finding of axe, and nothing to scroll sideways for."""
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url


@pytest.mark.parametrize("width", [1366, 360])
async def test_the_pages_of_accounts_can_be_read_by_everybody(
    browsers: dict[str, Browser], shown: Desk, settings: Settings, width: int
) -> None:
    """The invitation, the list, the forms with what is wrong, one's own account; errors are in front of the reader."""
    admin = await hire(shown.db, "admin.mh", Role.STATE_ADMIN, Reach(state_codes=frozenset({27})))
    new = invitation("asha", Role.SUPERINTENDENT, shown.here.jail.id)
    await service.invite(shown.db, settings, new, admin, shown.clock.now())
    (token,) = await links(shown.db)
    context = await browsers["chromium"].new_context(viewport={"width": width, "height": 740})
    page = await context.new_page()

    async def open_(path: str) -> None:
        await page.goto(str(shown.server.make_url(path)))

    await open_(f"/staff/invite/{token}")
    await page.fill("[name=password]", "short")
    await page.click("button[type=submit]")
    await expect(page.locator("[role=alert]")).to_be_focused()
    await check(page, width)
    await open_("/staff/sign-in")
    await page.fill("[name=username]", "admin.mh")
    await page.fill("[name=password]", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_selector("[data-member]")
    await check(page, width)
    await page.click("[data-member] a")
    await check(page, width)
    await open_("/members/invite")
    await expect(page.locator("#jails")).to_be_visible()
    await page.check("#scope-states")
    await expect(page.locator("#jails")).to_be_hidden()
    await page.click("[data-form=member] button[type=submit]")
    await expect(page.locator("[role=alert]")).to_be_focused()
    for path in ("/keys", "/staff/account", "/staff/account/authenticator"):
        await open_(path)
        await check(page, width)
    await context.close()
