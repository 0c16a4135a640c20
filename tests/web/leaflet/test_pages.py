"""The leaflet of a jail: who it is for, what is on it, and that it is one sheet of A4 from a real browser."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page
from pypdf import PdfReader

from broker.slots.calendar import Session
from broker.storage.models import JailRow
from broker.vocabulary import VisitMode
from config.i18n import LANGUAGES
from tests.support.desk import Desk
from tests.support.family import get
from web.keys import SETTINGS
from web.leaflet import pages, sheet

A4_POINTS = (595, 842)
PATH = "/jails/27-11/leaflet"
LONG_ADDRESS = "https://visits.prisons.maharashtra.example/department/portal/visits/new?jail=27-11"
#: As many lines as any jail's calendar is likely to have.
SESSIONS = [
    Session(mode, weekday, time(first), time(last, 45))
    for mode in VisitMode
    for weekday in (0, 1, 2, 4, 5)
    for first, last in ((9, 11), (14, 16))
] + [Session(VisitMode.VIDEO, 6, time(9), time(11, 45))]


async def opening_hours(desk: Desk) -> None:
    """Store the jail's calendar."""
    async with desk.db.begin() as uow:
        await uow.calendars.set_sessions(desk.here.jail.id, SESSIONS)
        await uow.commit()


async def test_the_sheet_carries_every_language_at_once(desk: Desk) -> None:
    """With the jail's name, helpline, hours, and the address of its registration; nobody has to be signed in."""
    await opening_hours(desk)
    async with desk.browser() as browser:
        page = await get(browser, PATH)
    assert page.status == 200
    for language in LANGUAGES:
        assert page.text.count(f'lang="{language}"') > 8
    for words in ("Prison 11", "020-0000 1142", "/visits/new?jail=27-11", "Monday to Wednesday", "সোমবার", "सोमवार"):
        assert words in page.words
    assert 'href="tel:02000001142"' in page.text


@pytest.mark.parametrize("path", ["27-12", "99-1", "27", "27-x", "27-11-1", "0-0"])
async def test_a_jail_that_is_not_there_has_no_leaflet(desk: Desk, path: str) -> None:
    """A code is two numbers, those of its VisRNs."""
    async with desk.browser() as browser:
        assert (await get(browser, f"/jails/{path}/leaflet")).status == 404


async def test_the_code_leads_to_the_registration_of_this_jail(desk: Desk) -> None:
    """By the public address, which the printed sheet cannot change later."""
    public = desk.app[SETTINGS].public_url
    assert pages.registration(public, desk.here.jail) == f"{public}/visits/new?jail=27-11"
    assert urlsplit(pages.registration(public, desk.here.jail)).query == "jail=27-11"


def test_a_qr_code_is_a_picture_of_its_own() -> None:
    """No other server is asked for it."""
    assert pages.qr("https://example.org/visits/new?jail=27-11").startswith("data:image/svg+xml")


@pytest_asyncio.fixture(loop_scope="session")
async def page(browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """A browser that can print; an error of the scripts fails the test."""
    await opening_hours(shown)
    context = await browsers["chromium"].new_context(viewport={"width": 1366, "height": 768})
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    await context.close()
    assert errors == []


async def printed(page: Page) -> PdfReader:
    """What comes out of the printer."""
    return PdfReader(io.BytesIO(await page.pdf(prefer_css_page_size=True)))


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_one_sheet_of_a4(page: Page, shown: Desk, language: str) -> None:
    """Whatever the page's own language, with the busiest calendar."""
    await page.goto(str(shown.server.make_url(f"{PATH}?lang={language}")))
    paper = await printed(page)
    assert len(paper.pages) == 1
    assert tuple(round(float(side)) for side in paper.pages[0].mediabox[2:]) == A4_POINTS
    text = paper.pages[0].extract_text()
    assert "020-0000 1142" in text
    assert "Print this sheet" not in text


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_it_stays_one_sheet_when_words_are_longer(
    page: Page, shown: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to half as long again in every language, with a long name, city and public address."""
    make = sheet.sheet
    monkeypatch.setattr(pages, "registration", lambda *_: LONG_ADDRESS)
    async with shown.db.begin() as uow:
        row = await uow.session.get_one(JailRow, shown.here.jail.id)
        row.name = "Yerwada Central Prison and Open District Correctional Home for Women"
        row.city = "Chhatrapati Sambhajinagar"
        await uow.commit()
    numbers = {}
    for percent in (0, 5, 10, 15, 20, 30, 40, 50):

        def longer(language: str, sessions: list[Session], percent: int = percent) -> sheet.Sheet:
            made = make(language, sessions)
            steps = tuple(f"{step} {step}"[: len(step) * (100 + percent) // 100] for step in made.steps)
            return replace(made, steps=steps)

        monkeypatch.setattr(pages, "sheet", longer)
        await page.goto(str(shown.server.make_url(PATH)))
        numbers[percent] = len((await printed(page)).pages)
    assert set(numbers.values()) == {1}, numbers


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("size", [(360, 740), (1366, 768)])
async def test_it_can_be_read_on_a_screen(page: Page, shown: Desk, size: tuple[int, int]) -> None:
    """No finding of axe, nothing to scroll sideways for, and a button that prints."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.goto(str(shown.server.make_url(PATH)))
    assert await page.locator("[data-print] button").is_visible()
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
