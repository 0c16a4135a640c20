"""The register's pages in a real browser: readable by everybody, on a desk and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from broker.staff import Role
from tests.support.desk import PASSWORD, Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HEAD = "number,name,father_name,age,gender,category,status\n"
GOOD = HEAD + "UT/1/26,Sanjay Kolte,Mahadev Kolte,35,male,undertrial,away\nC/7,Imran Shaikh,Yusuf,41,M,C,\n"
BAD = HEAD + "UT/9,,Mahadev Kolte,340,male,undertrial,\n"


async def check(page: Page, width: int) -> None:
    """No finding of axe, and nothing to scroll sideways for."""
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url


@pytest.mark.parametrize("width", [1366, 360])
async def test_the_registers_pages_can_be_read_by_everybody(
    browsers: dict[str, Browser], shown: Desk, width: int
) -> None:
    """The list, the form, a file with bad lines, and one that is then imported."""
    await shown.hire("supi", Role.SUPERINTENDENT, shown.here)
    context = await browsers["chromium"].new_context(viewport={"width": width, "height": 740})
    page = await context.new_page()
    await page.goto(str(shown.server.make_url("/staff/sign-in?next=/inmates")))
    await page.fill("[name=username]", "supi")
    await page.fill("[name=password]", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_selector("[data-inmate]")
    await check(page, width)
    for content, wait_for in ((BAD, "[data-fault]"), (GOOD, "[data-action=confirm]")):
        await page.goto(str(shown.server.make_url("/inmates/import")))
        await check(page, width)
        file = {"name": "register.csv", "mimeType": "text/csv", "buffer": content.encode()}
        await page.set_input_files("#file", file)  # type: ignore[arg-type]
        await page.click("[data-form=import] button[type=submit]")
        await page.wait_for_selector(wait_for)
        await check(page, width)
    await page.click("[data-action=confirm]")
    await page.wait_for_selector("text=The register is up to date with the file.")
    await page.goto(str(shown.server.make_url("/inmates/new")))
    await page.click("[data-form=inmate] button[type=submit]")
    await page.wait_for_selector("[role=alert]:focus")
    await check(page, width)
    await context.close()
