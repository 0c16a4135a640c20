"""The reports' page: what it says without scripts, and in a real browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser as RealBrowser
from playwright.async_api import Page, expect

from broker.reports.counting import count_all
from broker.staff import Role
from tests.support.counted import held, refused
from tests.support.desk import PASSWORD, Desk, sign_in
from tests.support.reading import readable

browser_test = pytest.mark.browser
in_session = pytest.mark.asyncio(loop_scope="session")


async def furnished(desk: Desk) -> str:
    """Some calls that are over, and a superintendent; the address of their report."""
    day = desk.clock.now() - timedelta(days=1)
    await held(desk.db, desk.here, starts_at=day, had=600, prison_network=200, staff_ended=40)
    await held(desk.db, desk.here, starts_at=day, terminal=1, mobile="+2348012345678")
    await refused(desk.db, desk.here, "no_match", starts_at=day)
    await count_all(desk.db, desk.clock.now())
    await desk.hire("supi", Role.SUPERINTENDENT, desk.here)
    today = desk.clock.now().date()
    return f"/reports?from={today - timedelta(days=5)}&to={today + timedelta(days=1)}"


async def text_of(desk: Desk, path: str) -> str:
    """The page as a browser without scripts gets it."""
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        return await (await browser.get(path)).text()


async def test_every_number_of_a_table_is_defined_on_its_page(desk: Desk) -> None:
    """Each heading leads to a sentence below, in every set of numbers."""
    path = await furnished(desk)
    for show in ("summary", "decisions", "refusals", "visits", "cancellations", "minutes", "people"):
        page = await text_of(desk, f"{path}&show={show}")
        wanted = re.findall(r'href="#def-(\w+)"', page)
        assert len(wanted) >= 4
        assert set(wanted) == set(re.findall(r'id="def-(\w+)"', page))


async def test_what_is_not_counted_yet_is_said(desk: Desk) -> None:
    """A report that is seconds old never passes for the present."""
    path = await furnished(desk)
    assert 'data-waiting="0"' in await text_of(desk, path)
    await desk.book()
    page = await text_of(desk, path)
    assert "2 changes are not counted yet." in page


async def test_a_period_that_is_none_is_named_beside_this_month(desk: Desk) -> None:
    """With the status of a mistake, and a table all the same."""
    await furnished(desk)
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        answer = await browser.get("/reports?from=2026-02-30&to=2026-03-01")
        assert answer.status == 422
        assert "These are no days of a calendar." in await answer.text()


async def test_a_period_without_a_visit_says_so(desk: Desk) -> None:
    """Instead of an empty table."""
    await furnished(desk)
    page = await text_of(desk, "/reports?from=1999-01-01&to=1999-01-31")
    assert "Nobody has asked for a visit in this period." in page
    assert "<table" not in page


async def test_the_files_are_offered_with_the_page_s_own_question(desk: Desk) -> None:
    """The same period, division and visits; they come as attachments with a name that says what they are."""
    path = await furnished(desk)
    async with desk.browser() as browser:
        await sign_in(browser, "supi")
        page = await (await browser.get(f"{path}&by=kind&mode=video")).text()
        for ending, kind in (("csv", "text/csv"), ("xlsx", "spreadsheetml.sheet")):
            found = re.search(rf'href="(/reports/table.{ending}\?[^"]+)"', page)
            assert found
            answer = await browser.get(found[1].replace("&amp;", "&"))
            assert answer.status == 200
            assert kind in answer.headers["Content-Type"]
            assert f'.{ending}"' in answer.headers["Content-Disposition"]
            content = await answer.read()
            assert content.startswith(b"\xef\xbb\xbfWith whom" if ending == "csv" else b"PK")


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, RealBrowser], shown: Desk) -> AsyncIterator[Page]:
    """A superintendent in Chromium, in front of a report."""
    path = await furnished(shown)
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = await context.new_page()
    await opened.goto(str(shown.server.make_url("/staff/sign-in")))
    await opened.fill("[name=username]", "supi")
    await opened.fill("[name=password]", PASSWORD)
    await opened.click("button[type=submit]")
    await opened.wait_for_url(lambda url: "sign-in" not in url)
    await opened.goto(str(shown.server.make_url("/")) + path[1:])
    yield opened
    await context.close()


@browser_test
@in_session
async def test_a_report_is_asked_for_sorted_and_looked_up_by_keyboard_alone(page: Page) -> None:
    """The form, a heading that sorts, and a heading's question mark that leads to what the number means."""
    await page.focus("#by")
    await page.keyboard.type("Category")
    await page.focus("#show")
    await page.keyboard.type("Time")
    await page.focus(".report__go button")
    await page.keyboard.press("Enter")
    await expect(page.locator('[data-report="category"]')).to_be_visible()
    await page.focus('[data-column="had"] a')
    await page.keyboard.press("Enter")
    await expect(page.locator('[data-column="had"]')).to_have_attribute("aria-sort", "descending")
    await page.focus('[data-column="had"] .report__what')
    await page.keyboard.press("Enter")
    await expect(page.locator("#def-had")).to_be_in_viewport()
    await expect(page.locator('[data-total] [data-number="had"]')).to_have_text("24:30")


@browser_test
@in_session
async def test_the_table_is_copied_as_a_spreadsheet_takes_it(page: Page) -> None:
    """Cells with tabs between, a line for each; and the page says that it was done."""
    await page.click("[data-copy]")
    await expect(page.locator(".report__said")).to_have_text("The table is copied.")
    copied = await page.evaluate("navigator.clipboard.readText()")
    lines = [line.split("\t") for line in copied.splitlines()]
    assert lines[0][:3] == ["Month", "Asked for", "Approved"]
    assert lines[-1][:3] == ["Total", "3", "2"]
    assert len({len(line) for line in lines}) == 1


@browser_test
@in_session
async def test_a_refused_copy_says_what_to_do(page: Page) -> None:
    """The browser's own way is still there."""
    refuse = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    await page.evaluate(refuse)
    await page.click("[data-copy]")
    await expect(page.locator(".report__said")).to_contain_text("copy it by hand")


@browser_test
@in_session
@pytest.mark.parametrize("size", [(1366, 768), (360, 740)])
async def test_a_report_can_be_read_by_everybody(page: Page, size: tuple[int, int]) -> None:
    """No finding of axe in any form of the table; the table scrolls within its frame, and the page not sideways."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    here = page.url
    for more in ("", "&show=minutes&then=kind", "&by=kind&then=month&layout=columns", "&lang=hi", "&lang=bn"):
        await page.goto(here + more)
        await expect(page.locator("[data-total]")).to_be_attached()
        await readable(page)


@browser_test
@in_session
async def test_a_report_prints_its_table_and_its_definitions_and_nothing_to_press(page: Page) -> None:
    """On paper there is no form, no button and no frame that hides a line."""
    await page.emulate_media(media="print")
    for gone in (".report__form", ".report__acts", ".areas", ".desk-top__who", ".report__what >> nth=0"):
        await expect(page.locator(gone)).to_be_hidden()
    for there in ("#report-table", "[data-total]", "#def-connected", "[data-chart] >> nth=0"):
        await expect(page.locator(there)).to_be_visible()
    assert await page.evaluate("getComputedStyle(document.querySelector('.report__frame')).overflow") == "visible"
