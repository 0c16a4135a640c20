"""The superintendent's pages in a real browser: keys, focus, and that everybody can read them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from broker.visit import VisitStatus
from broker.vocabulary import ReviewCause
from tests.support.deciding import Office, person, prisoner_of
from tests.support.desk import PASSWORD, Desk
from tests.support.reading import findings, readable
from tests.support.superintendent import USERNAME, in_days, known_person, open_office_at, requested, with_proof
from tests.support.uploads import picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def place(shown: Desk) -> Office:
    """The desk's first jail, with all that deciding needs."""
    return await open_office_at(shown)


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], shown: Desk, place: Office) -> AsyncIterator[Page]:
    """A superintendent's browser, signed in; any error in a page fails the test."""
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    await opened.goto(str(shown.server.make_url("/staff/sign-in")))
    await opened.fill("[name=username]", USERNAME)
    await opened.fill("[name=password]", PASSWORD)
    await opened.click("form button[type=submit]")
    await opened.wait_for_selector("[data-action=sign-out]")
    yield opened
    await context.close()
    assert not errors


def at(desk: Desk, path: str) -> str:
    """A page's whole address."""
    return str(desk.server.make_url(path))


async def test_a_request_is_approved_by_keys_and_the_next_one_is_there(page: Page, shown: Desk, place: Office) -> None:
    """Arrow, Enter, A, A: the first A only goes to the button."""
    first, second = [await requested(shown, place, days=day) for day in (4, 5)]
    await page.goto(at(shown, "/superintendent"))
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/requests/{first.id}")
    await page.keyboard.press("a")
    await expect(page.locator("[data-action=approve]")).to_be_focused()
    assert (await shown.visit(first.id)).status is VisitStatus.REQUESTED
    await page.keyboard.press("a")
    await page.wait_for_url(f"**/requests/{second.id}")
    await page.wait_for_selector("[data-said=approved]")
    assert (await shown.visit(first.id)).status is VisitStatus.APPROVED


async def test_a_refusal_asks_for_its_reason_in_the_same_motion(page: Page, shown: Desk, place: Office) -> None:
    """R opens it with the focus where the reason is; only one act is open at a time."""
    visit = await requested(shown, place)
    await page.goto(at(shown, f"/superintendent/requests/{visit.id}"))
    await page.keyboard.press("q")
    await expect(page.locator("[data-act=ask] [name=wants]").first).to_be_focused()
    await page.locator("h1").click()
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("r")
    await expect(page.locator("#reason")).to_be_focused()
    await expect(page.locator("[data-act=ask]")).not_to_have_attribute("open", "")
    await page.select_option("#reason", "other")
    await page.click("[data-action=refuse]")
    await page.wait_for_selector("[data-problems]")
    await expect(page.locator("[data-problems]")).to_be_focused()
    await expect(page.locator("#reason")).to_have_value("other")
    await page.fill("#text", "Please come on another day.")
    await page.click("[data-action=refuse]")
    await page.wait_for_selector("[data-said=refused]")
    assert (await shown.visit(visit.id)).status is VisitStatus.REFUSED


async def test_picking_somebody_shows_what_is_left_to_them(page: Page, shown: Desk, place: Office) -> None:
    """The allowance belongs to the person who is looked at."""
    visit = await requested(shown, place, prisoner=prisoner_of(place.inmate, number="", age=30))
    await page.goto(at(shown, f"/superintendent/requests/{visit.id}"))
    await page.check(f'[name=inmate][value="{place.other.id}"]')
    await page.wait_for_url(f"**?inmate={place.other.id}")
    await expect(page.locator(f'[name=inmate][value="{place.other.id}"]')).to_be_checked()


async def test_the_proof_is_enlarged_and_turned_by_keys(page: Page, shown: Desk, place: Office) -> None:
    """And closed again, with the focus where it was."""
    visit = await requested(shown, place, people=[await with_proof(shown, place, picture())])
    await page.goto(at(shown, f"/superintendent/requests/{visit.id}"))
    await page.keyboard.press("i")
    await page.wait_for_selector("dialog[open] img[src]")
    await page.keyboard.press("t")
    await page.wait_for_selector("dialog.viewer--turned-1")
    found = await findings(page)
    assert found.violations_count == 0, found.generate_report()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).not_to_be_visible()


async def test_what_nothing_stands_against_is_ticked_and_approved_together(
    page: Page, shown: Desk, place: Office
) -> None:
    """The button counts; X ticks the chosen row."""
    known = await known_person(shown, place)
    visit = await requested(shown, place, people=[known])
    await requested(shown, place, days=6, note="He is deaf.")
    await page.goto(at(shown, "/superintendent"))
    approve = page.locator("[data-approve-many]")
    await expect(approve).to_be_disabled()
    await page.keyboard.press("x")
    await expect(approve).to_have_text("Approve 1 ticked")
    await page.keyboard.press("x")
    await expect(approve).to_be_disabled()
    await page.click("[data-tick-all]")
    await approve.click()
    await page.wait_for_selector("[data-said=approved_many]")
    assert (await shown.visit(visit.id)).status is VisitStatus.APPROVED


async def test_the_queue_says_that_it_has_changed(page: Page, shown: Desk, place: Office) -> None:
    """Under the reader's hands nothing moves until they ask."""
    first = await requested(shown, place, days=8)
    await page.goto(at(shown, "/superintendent"))
    await page.wait_for_selector(f'[data-visit="{first.id}"]')
    new = await requested(shown, place, days=4)
    shown.clock.advance(11)
    await page.wait_for_selector(".news")
    assert await page.locator(f'[data-visit="{new.id}"]').count() == 0
    await page.click(".news")
    await page.wait_for_selector(f'[data-visit="{new.id}"]')


async def test_a_decision_works_without_scripts(browsers: dict[str, Browser], shown: Desk, place: Office) -> None:
    """Links, forms and lists that open are the browser's own."""
    visit = await requested(shown, place)
    context = await browsers["chromium"].new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(at(shown, "/staff/sign-in"))
    await page.fill("[name=username]", USERNAME)
    await page.fill("[name=password]", PASSWORD)
    await page.click("form button[type=submit]")
    await page.goto(at(shown, "/superintendent"))
    await page.click("[data-open]")
    await page.click("[data-act=refuse] summary")
    await page.select_option("#reason", "duplicate")
    await page.click("[data-action=refuse]")
    await page.wait_for_selector("[data-said=refused]")
    assert (await shown.visit(visit.id)).status is VisitStatus.REFUSED
    await context.close()


@pytest.mark.parametrize("size", [(1366, 768), (360, 740)])
async def test_every_page_can_be_read_by_everybody(
    page: Page, shown: Desk, place: Office, size: tuple[int, int]
) -> None:
    """No finding of axe in either scheme, and nothing to scroll sideways for."""
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})
    unsure = prisoner_of(place.inmate, name="Sanjay Kolthe", number="")
    people = [await with_proof(shown, place, picture()), person("Ganpat", email="g@family.example", number="X1")]
    visit = await requested(shown, place, people=people, prisoner=unsure, note="He is deaf.")
    await requested(shown, place, days=6, people=[replace(await known_person(shown, place), language="hi")])
    decided = await shown.book(starts_in=86_400)
    async with shown.db.begin() as uow:
        await uow.decisions.raise_review(decided.id, ReviewCause.TERMINAL_BLOCKED, "No sound", shown.clock.now())
        await uow.commit()
    day = in_days(shown, 5).date()
    for path in (
        "/superintendent",
        f"/superintendent/requests/{visit.id}",
        f"/superintendent/visits/{decided.id}",
        f"/superintendent/inmates/{place.inmate.id}",
        f"/superintendent/lockdown?day={day}&reason=weather",
        f"/superintendent/bans/new?visit={decided.id}&visitor={decided.visitors[0].id}",
        "/superintendent/bans/new",
        "/superintendent/bans",
    ):
        await page.goto(at(shown, path))
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        await readable(page)
