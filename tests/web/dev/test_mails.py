"""web.dev.mails: every letter as its reader gets it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from icalendar import Calendar
from PIL import Image
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page

from config.i18n import LANGUAGES
from tests.support.desk import Desk
from web.dev.samples import SAMPLES


async def test_list_leads_to_every_letter_in_every_language(desk: Desk) -> None:
    """And the inbox leads to the list."""
    async with desk.browser() as browser:
        page = await (await browser.get("/dev/mails")).text()
        assert all(f'href="/dev/mails/{key}/{code}"' in page for key in SAMPLES for code in LANGUAGES)
        assert 'href="/dev/mails"' in await (await browser.get("/dev/inbox")).text()


@pytest.mark.parametrize("key", sorted(SAMPLES))
async def test_preview_shows_text_html_and_attachments(desk: Desk, key: str) -> None:
    """All parts answer; the picture of a pass is found by the HTML part."""
    async with desk.browser() as browser:
        for code in LANGUAGES:
            here = f"/dev/mails/{key}/{code}"
            answer = await browser.get(here)
            assert answer.status == 200
            assert f'src="{here}/html"' in await answer.text()
            html = await (await browser.get(f"{here}/html")).text()
            assert f'<html lang="{code}">' in html
            assert "cid:" not in html
            assert ("/files/0" in html) == (key == "pass")


async def test_attachments_can_be_kept(desk: Desk) -> None:
    """A pass is a picture, a calendar entry is a calendar, and what is not there is not found."""
    async with desk.browser() as browser:
        image = await browser.get("/dev/mails/pass/en/files/0")
        assert Image.open(io.BytesIO(await image.read())).format == "PNG"
        entry = await browser.get("/dev/mails/pass/en/files/1")
        assert entry.headers["Content-Disposition"] == 'attachment; filename="visit.ics"'
        assert Calendar.from_ical(await entry.read()).walk("VEVENT")
        for missing in ("/dev/mails/pass/en/files/2", "/dev/mails/pass/xx", "/dev/mails/nothing/en"):
            assert (await browser.get(missing)).status == 404


async def test_nothing_in_a_mail_can_run_and_only_its_own_page_frames_it(desk: Desk) -> None:
    """The mail brings its styles; the page around it does not."""
    async with desk.browser() as browser:
        mail = (await browser.get("/dev/mails/approved/en/html")).headers["Content-Security-Policy"]
        page = (await browser.get("/dev/mails/approved/en")).headers["Content-Security-Policy"]
    assert "default-src 'none'" in mail
    assert "script-src" not in mail
    assert "form-action 'none'" in mail
    assert "frame-src 'self'" in page
    assert "unsafe" not in page


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browsers: dict[str, Chromium]) -> AsyncIterator[Page]:
    """A page as wide as a cheap telephone."""
    context = await browsers["chromium"].new_context(viewport={"width": 360, "height": 740})
    yield await context.new_page()
    await context.close()


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("key", ["approved", "pass", "refused", "registered"])
async def test_letters_fit_a_telephone_without_scrolling_sideways(phone: Page, shown: Desk, key: str) -> None:
    """In each script; and the one thing to do is a button that a thumb hits."""
    for code in LANGUAGES:
        await phone.goto(str(shown.server.make_url(f"/dev/mails/{key}/{code}/html")))
        assert await phone.evaluate("document.documentElement.scrollWidth") <= 360
        button = await phone.locator("a[style*=inline-block]").first.bounding_box()
        assert button is not None
        assert button["height"] >= 44
        seen = await phone.evaluate("[...document.images].map(image => image.naturalWidth > 100)")
        assert seen == ([True] if key == "pass" else [])
