"""One session's page in a real browser: what was written down is seen to be, and its history lives."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from broker.staff import Role
from broker.visit import Visit
from tests.support.busy_day import with_proof
from tests.support.consoles import signed_in
from tests.support.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(shown: Desk) -> Visit:
    """A visit that begins now."""
    return await shown.book()


@pytest_asyncio.fixture(loop_scope="session", params=[(1366, 768), (360, 740)])
async def page(
    request: pytest.FixtureRequest, browsers: dict[str, Browser], shown: Desk, visit: Visit
) -> AsyncIterator[Page]:
    """The page of the visit; any error in it fails the test."""
    await shown.hire("asha", Role.OPERATOR, shown.here)
    width, height = request.param
    context = await browsers["chromium"].new_context(viewport={"width": width, "height": height})
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    await signed_in(opened, shown, "asha")
    await opened.goto(str(shown.server.make_url(f"/operator/visits/{visit.id}")))
    yield opened
    await context.close()
    assert not errors


async def test_a_reported_incident_is_said_where_it_is_seen_and_stands_in_the_history(page: Page) -> None:
    """Also by somebody who has scrolled down to the form; and the form is empty for the next."""
    said = page.get_by_role("status").filter(has_text="The incident is reported.")
    await page.select_option("#incident-kind", "behaviour")
    await page.select_option("#incident-severity", "serious")
    await page.fill("#incident-text", "Shouted at the guard.")
    await page.locator('button[data-action="incident"]').scroll_into_view_if_needed()
    await page.click('button[data-action="incident"]')
    await expect(said).to_be_in_viewport()
    line = page.locator("[data-told=incident]")
    await expect(line).to_contain_text("Behaviour · Serious")
    await expect(line).to_contain_text("Shouted at the guard.")
    await expect(page.locator("#incident-text")).to_have_value("")
    await expect(page.locator("#incident-kind")).to_have_value("")


async def test_each_line_of_the_history_keeps_its_own_words_while_others_come(page: Page) -> None:
    """Paper, then turns, all of one instant; it is what a load of the page would show."""
    story = page.locator(".story__line")
    before = await story.all_inner_texts()
    assert before
    await page.click('[data-action="start"]')
    await page.click('[data-action="hold"]')
    await expect(page.locator("[data-told=act]")).to_have_count(2)
    told = await story.all_inner_texts()
    assert told[2:] == before
    await page.reload()
    assert await story.all_inner_texts() == told


@pytest.mark.parametrize("who", ["typed wrong", "typed one"])
async def test_a_refused_answer_by_telephone_is_in_focus_and_nothing_typed_is_lost(
    page: Page, shown: Desk, visit: Visit, who: str
) -> None:
    """The operator has the caller on the line: the eyes and the screen reader are at the problem, the answers stay."""
    known = await with_proof(shown, visit)
    await page.goto(str(shown.server.make_url(f"/operator/visits/{known.id}/help/{known.visitors[0].id}")))
    await page.fill("#id_last4", "Q7X9")
    if who == "typed wrong":
        await page.fill("#birth_year", "1901")
    await page.click('[data-action="read-out"]')
    problem = page.locator("#read_out-problem")
    await expect(problem).to_be_focused()
    await expect(problem).to_be_in_viewport()
    await expect(page.locator("#id_last4")).to_have_value("Q7X9")
    await expect(page.locator("#birth_year")).to_have_value("1901" if who == "typed wrong" else "")
    assert "Q7X9" not in page.url
    if who == "typed one":
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.keyboard.type("1901")
        await expect(page.locator("#birth_year")).to_have_value("1901")
