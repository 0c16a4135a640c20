"""The audit in a real browser: by keyboard, on a desk and on a phone, with and without scripts."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from broker.audit import state
from broker.audit.events import AuditEvent
from broker.audit.walk import Fault, FaultKind
from broker.staff import Reach, Role
from tests.support.desk import PASSWORD, Desk
from tests.support.members import hire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def check(page: Page, width: int) -> None:
    """No finding of axe, and nothing to scroll sideways for."""
    found = await Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url


async def fill(desk: Desk) -> None:
    """What a day leaves."""
    visit = await desk.book()
    operator = await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.db.begin() as uow:
        for number in range(60):
            uow.audit.record(
                list(AuditEvent)[number],
                by=(f"staff:{operator.id}", "system:worker")[number % 2],
                at=desk.clock.now(),
                jail_id=desk.here.jail.id,
                visit_id=visit.id,
                subject=f"inmate:{desk.here.inmate.id}",
                why="A quarrel that could be heard next door, and did not end " * (number % 3),
                details={"reviews": number, "special": True, "jails": [desk.here.jail.id]},
            )
        await uow.commit()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize("width", [1366, 360])
async def test_the_audit_can_be_read_by_everybody(
    browsers: dict[str, Browser], shown: Desk, *, width: int, scripts: bool
) -> None:
    """The list, a search, what was typed wrongly, and the broken chain."""
    await fill(shown)
    await hire(shown.db, "noor", Role.AUDITOR, Reach(every_jail=True))
    context = await browsers["chromium"].new_context(
        viewport={"width": width, "height": 768}, java_script_enabled=scripts
    )
    page = await context.new_page()
    await page.goto(str(shown.server.make_url("/staff/sign-in?next=/audit")))
    await page.fill("[name=username]", "noor")
    await page.fill("[name=password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-entry]")
    if scripts:
        await check(page, width)
    await page.fill("[name=who]", "asha")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-entry]")).to_have_count(30)
    await page.locator("[data-entry] .audit__about").first.click()
    await expect(page.locator("[name=subject] option:checked")).to_have_text(re.compile("^Person in prison"))
    await page.fill("[name=who]", "nobody at all")
    await page.keyboard.press("Enter")
    await expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    if scripts:
        await expect(page.locator("[aria-invalid=true]")).to_be_focused()
        await state.say(
            shown.redis, 60, shown.clock.now(), whole_at=None, faults={"new": Fault(FaultKind.MISSING, 3, 9)}
        )
        await page.goto(str(shown.server.make_url("/audit")))
        await expect(page.locator("[data-chain=broken]")).to_contain_text("Entries are missing: from 3 to 9.")
        await check(page, width)
    await context.close()
