"""The photo's page: kept, refused in words, too large, none."""

from __future__ import annotations

import pytest

from broker.registration.draft import Step
from tests.support.desk import Desk
from tests.support.family import get
from tests.support.registering import Bookable
from tests.support.registering_pages import HOME, draft_of, send, start, upload
from tests.support.uploads import heic, html_as_png, picture
from web.register import limits
from web.serving.bodies import MEGABYTE


async def test_a_photo_is_kept_and_stays(desk: Desk, jail: Bookable) -> None:
    """Larger than any other form may be; Next without another file goes on with it; a refused one does not lose it."""
    async with desk.browser() as browser:
        await start(browser)
        photo = picture(1200, 900, kind="PNG", compress_level=0)
        assert len(photo) > MEGABYTE
        assert (await upload(browser, photo)).location == f"{HOME}/jail"
        kept = (await draft_of(desk)).typed(Step.PHOTO)
        assert "Your photo is here" in (await get(browser, f"{HOME}/photo")).words
        assert (await send(browser, "photo", {})).location == f"{HOME}/jail"
        refused = await upload(browser, html_as_png(), "card.png")
        assert refused.status == 422
        assert (await draft_of(desk)).typed(Step.PHOTO) == kept


async def test_each_file_that_is_refused_is_told_why(desk: Desk, jail: Bookable) -> None:
    """None, empty, a phone's own form, something else."""
    async with desk.browser() as browser:
        await start(browser)
        assert "choose a photo first" in (await send(browser, "photo", {})).words
        assert "choose a photo first" in (await upload(browser, b"")).words
        assert "HEIC" in (await upload(browser, heic())).words
        assert "Only photos" in (await upload(browser, b"hello", "a.txt")).words


async def test_a_file_far_too_large_leads_back_with_words(desk: Desk, jail: Bookable) -> None:
    """The page says how large it may be, and everything typed before is still there."""
    async with desk.browser() as browser:
        await start(browser)
        answer = await upload(browser, bytes(11 * MEGABYTE))
        assert (answer.status, answer.location) == (303, f"{HOME}/photo?large=1")
        assert "at most 8 megabytes" in (await get(browser, answer.location)).words


async def test_back_from_the_photo(desk: Desk, jail: Bookable) -> None:
    """To the page of the number."""
    async with desk.browser() as browser:
        await start(browser)
        assert (await send(browser, "photo", {}, go="back")).location == f"{HOME}/proof"


async def test_nobody_fills_the_disk_with_uploads(desk: Desk, jail: Bookable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted by network address, over any number of beginnings."""
    monkeypatch.setattr(limits, "MOST_UPLOADS", 1)
    photo = picture(600, 400)
    async with desk.browser() as browser:
        await start(browser)
        assert (await upload(browser, photo)).status == 303
    async with desk.browser() as browser:
        await start(browser)
        assert (await upload(browser, photo)).status == 429
