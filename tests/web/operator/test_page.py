"""The operator's console in a real browser: what it keeps, what it says, and its keys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from broker.staff import Role
from broker.visit import Visit, VisitStatus
from config import keys
from config.facts import EndReason
from rooms.presence import Devices, PresenceState, Quality
from tests.support.desk import PASSWORD, Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# The acts that stick out of their row.
STICKING_OUT = """
[...document.querySelectorAll("[data-visrn] :is(button, select)")]
  .filter((act) => act.getBoundingClientRect().right > act.closest("[data-visrn]").getBoundingClientRect().right)
  .map((act) => act.outerHTML)
"""


async def signed_in(page: Page, desk: Desk, username: str) -> None:
    """Fill in the sign-in form and arrive on the console."""
    await page.goto(str(desk.server.make_url("/staff/sign-in")))
    await page.fill("[name=username]", username)
    await page.fill("[name=password]", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_selector("[data-console]")


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """The operator's console of the first jail, on a desk; any error in the page fails the test."""
    await shown.hire("asha", Role.OPERATOR, shown.here)
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    await signed_in(opened, shown, "asha")
    yield opened
    await context.close()
    assert not errors


def selector(visit: Visit, state: str = "") -> str:
    """The row of a visit, as automation finds it."""
    return f'[data-visrn="{visit.visrn}"]' + (f'[data-state="{state}"]' if state else "")


async def test_an_update_keeps_the_focus_and_a_reason_that_was_chosen(page: Page, shown: Desk) -> None:
    """Somebody who is about to end a session is not thrown out of it by news about the same row."""
    visit = await shown.book()
    await page.click(f'{selector(visit)} [data-action="start"]')
    reason = page.locator(f"{selector(visit, 'ready')} [data-reason]")
    await reason.select_option("technical_failure")
    await reason.focus()
    await shown.show(visit, visit.visitors[0].id, PresenceState.CONNECTED, quality=Quality.BAD)
    await page.wait_for_selector(f"{selector(visit)} >> text=Bad connection!")
    await expect(reason).to_be_focused()
    await expect(reason).to_have_value("technical_failure")


async def test_a_new_visit_above_does_not_move_the_focus(page: Page, shown: Desk) -> None:
    """Rows are put in their place around the one that is being worked on."""
    later = await shown.book(starts_in=600)
    button = page.locator(f'{selector(later)} [data-action="start"]')
    await button.focus()
    earlier = await shown.book(starts_in=60, terminal=1, minutes=5)
    await page.wait_for_selector(selector(earlier))
    await expect(button).to_be_focused()
    order = await page.locator("[data-visrn]").evaluate_all("rows => rows.map(row => row.dataset.visrn)")
    assert order == [str(earlier.visrn), str(later.visrn)]


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


async def test_ending_without_a_reason_does_not_leave_the_page(page: Page, shown: Desk) -> None:
    """The browser itself asks for the reason."""
    visit = await shown.book()
    await page.click(f'{selector(visit)} [data-action="start"]')
    await page.click(f'{selector(visit, "ready")} [data-action="end"]')
    assert await page.locator(f"{selector(visit)} [data-reason]:invalid").count() == 1
    assert (await shown.registry.room(visit.id)).end_reason is None


async def test_a_refused_start_says_why(page: Page, shown: Desk) -> None:
    """The words appear on the page that is open."""
    visit = await shown.book()
    await page.wait_for_selector(selector(visit))
    await shown.redis.delete(keys.NODES)
    await page.click(f'{selector(visit)} [data-action="start"]')
    await page.wait_for_selector("[data-said] >> text=no room server is running")


async def test_good_news_goes_by_itself_and_a_started_row_counts_nothing_down(page: Page, shown: Desk) -> None:
    """Ten seconds of green; the time left is that of a call, and there is none yet."""
    visit = await shown.book(starts_in=600)
    await page.click(f'{selector(visit)} [data-action="start"]')
    await page.wait_for_selector("[data-said] >> text=The session is started.")
    await page.wait_for_selector(selector(visit, "ready"))
    assert await page.locator(f"{selector(visit)} [data-left-to]").count() == 0
    await expect(page.locator("[data-said]")).to_have_text("", timeout=12_000)


async def test_old_data_says_so_after_six_seconds_and_stops_saying_so(page: Page, shown: Desk) -> None:
    """A picture that may be old is marked, and unmarked when news comes again."""
    visit = await shown.book()
    await page.wait_for_selector(selector(visit))
    assert await page.locator("[data-stale]").is_hidden()
    await shown.redis.set(keys.presence(visit.id), "what no presence is")
    await page.wait_for_selector("[data-stale]:not([hidden])", timeout=12_000)
    await shown.redis.delete(keys.presence(visit.id))
    await page.wait_for_selector("[data-stale][hidden]", state="attached", timeout=12_000)


async def test_the_page_signs_itself_out_with_its_session(page: Page, shown: Desk) -> None:
    """A console whose session has ended shows the sign-in, not yesterday's names."""
    await page.wait_for_selector("[data-items]")
    shown.clock.advance(3601)
    await page.wait_for_selector("form[data-step=sign-in]")
    assert await page.locator("[data-visrn]").count() == 0


async def test_the_day_works_without_scripts(browsers: dict[str, Browser], shown: Desk) -> None:
    """Start and end are forms; the page that comes back says how it went."""
    await shown.hire("asha", Role.OPERATOR, shown.here)
    visit = await shown.book()
    context = await browsers["chromium"].new_context(java_script_enabled=False)
    page = await context.new_page()
    await signed_in(page, shown, "asha")
    await page.click(f'{selector(visit, "expected")} [data-action="start"]')
    await page.wait_for_selector("text=The session is started.")
    await page.select_option(f"{selector(visit, 'ready')} [data-reason]", "visit_finished")
    await page.click(f'{selector(visit)} [data-action="end"]')
    await page.wait_for_selector("text=The session is ended.")
    assert await page.locator(selector(visit, "ended")).count() == 1
    await context.close()


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_can_be_read_by_everybody(page: Page, shown: Desk, size: tuple[int, int], scheme: str) -> None:
    """No finding of axe in any state of a row, in either scheme, and nothing to scroll sideways for."""
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    waiting = await shown.book(visitors=2)
    started = await shown.book(terminal=1)
    await shown.book(terminal=2, starts_in=7200)
    over = await shown.book(starts_in=-3600, terminal=2)
    await shown.show(
        waiting,
        waiting.visitors[0].id,
        PresenceState.WAITING,
        devices=Devices(camera=False, microphone=True),
        quality=Quality.POOR,
    )
    await page.click(f'{selector(started)} [data-action="start"]')
    for row in (selector(waiting, "family_waiting"), selector(started, "ready"), selector(over, "ended")):
        await page.wait_for_selector(row)
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.evaluate(STICKING_OUT) == []
