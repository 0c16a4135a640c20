"""The operator's console by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from broker.visit import VisitStatus
from config.facts import EndReason
from rooms.presence import PresenceState
from tests.support.consoles import selector
from tests.support.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_s_starts_the_chosen_visit_and_e_ends_it_with_a_reason(page: Page, shown: Desk) -> None:
    """The frequent acts need no mouse; the end asks for its reason in the same motion."""
    first = await shown.book()
    second = await shown.book(terminal=1)
    await page.wait_for_selector(f'{selector(second)} [data-action="start"]')
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("s")
    await page.wait_for_selector(selector(second, "ready"))
    assert (await shown.visit(first.id)).status is VisitStatus.APPROVED
    await page.keyboard.press("e")
    await expect(page.locator(f"{selector(second)} [data-reason]")).to_be_focused()
    await page.keyboard.press("e")
    await expect(page.locator(f"{selector(second)} [data-reason]")).to_have_value("")
    await page.locator(f"{selector(second)} [data-reason]").select_option("emergency")
    await page.locator(selector(second)).focus()
    await page.keyboard.press("e")
    await page.wait_for_selector(selector(second, "ended"))
    assert (await shown.registry.room(second.id)).end_reason is EndReason.ENDED_BY_STAFF


async def test_h_holds_and_lets_go_on(page: Page, shown: Desk) -> None:
    """A hold has a reason that can be changed; the row says who holds it and why."""
    visit = await shown.book()
    await page.click(f'{selector(visit)} [data-action="start"]')
    await page.wait_for_selector(f'{selector(visit, "ready")} [data-action="hold"]')
    await page.locator(selector(visit)).focus()
    await page.keyboard.press("h")
    await page.wait_for_selector(f"{selector(visit, 'held')} >> text=Short interruption")
    assert (await shown.registry.room(visit.id)).held
    await page.keyboard.press("h")
    await page.wait_for_selector(selector(visit, "ready"))
    assert not (await shown.registry.room(visit.id)).held


async def test_what_needs_somebody_is_on_top_and_1_chooses_it(page: Page, shown: Desk) -> None:
    """The family that waits is one key and one more away from its start."""
    first, second = await shown.book(), await shown.book(terminal=1)
    await page.wait_for_selector(selector(second))
    assert await page.locator('[data-need="start"]').count() == 0
    await shown.show(second, second.visitors[0].id, PresenceState.WAITING)
    need = page.locator(f'[data-need="start"][data-for="{second.visrn}"]')
    await expect(need).to_contain_text("The family waits")
    await page.keyboard.press("1")
    await expect(page.locator(selector(second))).to_be_focused()
    await page.keyboard.press("s")
    await page.wait_for_selector(selector(second, "ready"))
    await expect(need).to_have_count(0)
    assert (await shown.visit(first.id)).status is VisitStatus.APPROVED


async def test_1_leads_to_what_can_be_done_about_a_terminal(page: Page, shown: Desk) -> None:
    """Where what is most urgent is no visit: its act, or the terminal's line where somebody has to go and look."""
    await shown.book(starts_in=600)
    need = page.locator("[data-need=terminal_down]")
    await expect(need).to_be_visible()
    await page.keyboard.press("1")
    await expect(need.locator('[data-action="pair"]')).to_be_focused()
    async with shown.db.begin() as uow:
        await uow.terminals.pair(shown.here.terminals[0].id, "c" * 64)
        await uow.commit()
    await expect(need).to_contain_text("Somebody has to look in the VC room")
    await page.keyboard.press("1")
    await expect(page.locator(f'[data-key="line-{shown.here.terminals[0].id}"]')).to_be_focused()


async def test_i_opens_the_visit_and_u_leads_back(page: Page, shown: Desk) -> None:
    """N from the day lands in the note, and what is typed survives news about the visit."""
    visit = await shown.book()
    await page.wait_for_selector(selector(visit))
    await page.keyboard.press("i")
    await page.wait_for_url(f"**/operator/visits/{visit.id}")
    await page.wait_for_selector('[data-console="session"]')
    await page.keyboard.press("u")
    await page.wait_for_selector('[data-console="operator"]')
    await page.wait_for_selector(selector(visit))
    await page.keyboard.press("n")
    note = page.locator("#note-text")
    await expect(note).to_be_focused()
    await page.keyboard.type("Speak slowly.")
    await shown.show(visit, visit.visitors[0].id, PresenceState.WAITING)
    await page.wait_for_selector('[data-presence="waiting"]')
    await expect(note).to_have_value("Speak slowly.")
    await page.click('button[data-action="note"]')
    await page.wait_for_selector("[data-told=note] >> text=Speak slowly.")
    await expect(note).to_have_value("")


async def test_x_asks_how_one_knows_and_then_calls_the_no_show(page: Page, shown: Desk) -> None:
    """What it does stands beside it before it is done."""
    visit = await shown.book()
    shown.clock.advance(10 * 60)
    await page.wait_for_selector(f'{selector(visit, "late")} [data-action="no-show"]')
    assert "Ends the visit for good" in await page.inner_text(selector(visit))
    await page.locator(selector(visit)).focus()
    await page.keyboard.press("x")
    reason = page.locator(f"{selector(visit)} .no-show [data-reason]")
    await expect(reason).to_be_focused()
    await reason.select_option("no_answer")
    await page.locator(selector(visit)).focus()
    await page.keyboard.press("x")
    await page.wait_for_selector(selector(visit, "no_show"))


async def test_c_reaches_each_visitor_who_is_not_here(page: Page, shown: Desk) -> None:
    """With one it opens the help; with two it goes from one to the next and round, and Enter opens; so the keys say."""
    visit = await shown.book(visitors=2)
    row = page.locator(selector(visit))
    links = row.locator('[data-action="help"]')
    await expect(links).to_have_count(2)
    await expect(page.locator(".keys")).to_contain_text("codes of the next visitor")
    await row.focus()
    for number in (0, 1, 0, 1):
        await page.keyboard.press("c")
        await expect(links.nth(number)).to_be_focused()
    second = await links.nth(1).get_attribute("href")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**{second}")
    await page.go_back()
    await shown.show(visit, visit.visitors[0].id, PresenceState.WAITING)
    await expect(links).to_have_count(1)
    await row.focus()
    await page.keyboard.press("c")
    await page.wait_for_url(f"**/help/{visit.visitors[1].id}")
