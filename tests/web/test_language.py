"""web.language: which language a page speaks."""

from __future__ import annotations

import pytest

from config.i18n import LANGUAGES
from tests.support.desk import Desk
from tests.support.family import FORM_TOKEN, get


@pytest.mark.parametrize("code", LANGUAGES)
async def test_the_language_row_sets_a_cookie_and_cleans_the_address(desk: Desk, code: str) -> None:
    """A choice lasts, and the address that is shared or kept does not carry it."""
    async with desk.browser() as browser:
        answer = await browser.get("/join?lang=" + code, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/join")
        cookie = answer.cookies["lang"]
        assert cookie.value == code
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        page = (await get(browser, "/join")).text
    assert f'<html lang="{code}"' in page
    assert page.count('aria-current="true"') == 1
    for other in LANGUAGES:
        assert f'href="/join?lang={other}"' in page


async def test_other_parts_of_a_query_are_kept(desk: Desk) -> None:
    """Staff who change the language still come back to where they wanted to go."""
    async with desk.browser() as browser:
        answer = await browser.get("/staff/sign-in?next=/monitor&lang=hi", allow_redirects=False)
        assert answer.headers["Location"] == "/staff/sign-in?next=/monitor"


@pytest.mark.parametrize(("header", "code"), [("bn,en;q=0.5", "bn"), ("fr", "en"), ("", "en")])
async def test_without_a_choice_the_browsers_languages_count(desk: Desk, header: str, code: str) -> None:
    """Accept-Language, and English where nothing fits."""
    async with desk.browser() as browser:
        answer = await browser.get("/", headers={"Accept-Language": header})
        assert f'<html lang="{code}"' in await answer.text()


async def test_an_unknown_language_is_passed_over(desk: Desk) -> None:
    """A made-up code sets nothing and breaks nothing."""
    async with desk.browser() as browser:
        answer = await browser.get("/?lang=../../etc", allow_redirects=False)
        assert answer.status == 200
        assert "lang" not in answer.cookies


async def test_the_row_on_a_forms_answer_leads_to_a_page_that_can_be_asked_for(desk: Desk) -> None:
    """After an error the row still works, though the page came by POST."""
    async with desk.browser() as browser:
        token = FORM_TOKEN.search((await get(browser, "/join")).text)
        assert token
        answer = await browser.post("/join?x=1", data={"csrf": token[1], "visrn": "no"})
        assert 'href="/join?lang=hi"' in await answer.text()
