"""The account in a real browser on a phone: nothing sticks out, nothing is unreadable, and the way through works."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from broker.deciding.commands import Question
from broker.deciding.refusing import ask as ask_family
from broker.links import link_token
from broker.reasons import AskFor
from broker.visit import VisitMode, VisitStatus
from config.settings import Settings
from tests.support.account import EMAIL, approve, ask, mailed_code, morning, open_account, open_hours
from tests.support.desk import Desk, open_desk
from web.keys import SETTINGS

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def shown(settings: Settings) -> AsyncIterator[Desk]:
    """The web application, in the browsers' loop."""
    async with open_desk(settings) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """A phone in Lagos; any error in the page fails the test."""
    context = await browsers["chromium"].new_context(
        viewport={"width": 360, "height": 740},
        timezone_id="Africa/Lagos",
        base_url=str(shown.server.make_url("/")),
    )
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    await context.close()
    assert not errors


async def fits(page: Page) -> None:
    """Nothing is wider than the phone, and nothing shuts somebody out."""
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url
    found = await Axe().run(page)
    assert not found.violations_count, found.generate_report()


async def sign_in(page: Page, desk: Desk) -> None:
    """Type the address, wait for the work, type the code."""
    await page.goto("/account/sign-in")
    await fits(page)
    await page.fill("[name=email]", EMAIL)
    await page.click("button[type=submit]")
    await page.wait_for_url("**/account/code")
    await fits(page)
    await page.fill("[name=otp]", await mailed_code(desk))
    await page.click("form[data-step=code] button[type=submit]")
    await page.wait_for_url("**/account")


async def test_from_the_first_page_to_a_cancelled_visit(page: Page, shown: Desk) -> None:
    """By what stands on the pages alone; their own clock stands beside the jail's."""
    await open_hours(shown)
    visit = await approve(shown, await ask(shown, await open_account(shown, timezone="Africa/Lagos")))
    await page.goto("/")
    await fits(page)
    await page.click('[data-action="account"]')
    await sign_in(page, shown)
    await fits(page)
    assert "05:30" in await page.inner_text(f'[data-visrn="{visit.visrn}"]')
    await page.click(f'[data-visrn="{visit.visrn}"]')
    await page.wait_for_selector('[data-stage="approved"]')
    await fits(page)
    await page.click('[data-action="withdraw"]')
    await page.wait_for_selector("button[data-action=withdraw]")
    await fits(page)
    await page.click("button[data-action=withdraw]")
    await page.wait_for_selector('[data-stage="cancelled"]')
    await fits(page)
    assert (await shown.visit(visit.id)).status is VisitStatus.CANCELLED


async def test_every_other_page_fits_a_phone(page: Page, shown: Desk) -> None:
    """A request, other times with an error, a question with errors, a pass."""
    await open_hours(shown)
    account = await open_account(shown, timezone="Africa/Lagos")
    visit = await ask(shown, account)
    at_jail = await approve(shown, await ask(shown, account, starts_at=morning(shown, 4), mode=VisitMode.IN_PERSON))
    wants = (AskFor.BETTER_ID, AskFor.PRISONER_DETAILS, AskFor.VISITOR_DETAILS)
    await sign_in(page, shown)
    await page.goto(f"/account/visits/{visit.id}/change")
    await page.click("button[type=submit]:has-text('Ask for')")
    await page.wait_for_selector("[role=alert]")
    await fits(page)
    question = Question(visit.id, wants, "The number can't be read.")
    await ask_family(shown.db, shown.app[SETTINGS], question, "staff:7", shown.clock.now())
    await page.goto(f"/account/visits/{visit.id}")
    await fits(page)
    await page.click('[data-action="answer"]')
    await page.click("button[type=submit]:has-text('Send the')")
    await page.wait_for_selector("[role=alert]:focus")
    await fits(page)
    token = link_token(shown.app[SETTINGS].secret_key, at_jail.visitors[0].id)
    await page.goto(f"/pass/{token}")
    assert await page.is_visible("[data-print]")
    await fits(page)
