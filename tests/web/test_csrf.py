"""web.csrf: what changes something must come from our own pages."""

from __future__ import annotations

import pytest

from tests.support.desk import Desk, csrf_of
from tests.support.family import get


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_what_another_site_sends_is_refused_even_with_the_token(desk: Desk, headers: dict[str, str]) -> None:
    """The browser itself says where a request comes from."""
    async with desk.browser() as browser:
        token = await csrf_of(browser)
        answer = await browser.post("/join", data={"csrf": token, "visrn": ""}, headers=headers)
        assert answer.status == 403
        assert "You may not open this page" in await answer.text()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_our_own_forms_are_taken(desk: Desk, headers: dict[str, str]) -> None:
    """A page without a referrer sends `Origin: null`; an old browser says nothing at all. The token decides."""
    async with desk.browser() as browser:
        token = await csrf_of(browser)
        answer = await browser.post("/join", data={"csrf": token, "visrn": ""}, headers=headers)
        assert answer.status == 422


@pytest.mark.parametrize("given", [None, "", "x" * 24, "é"])
async def test_a_form_without_the_sessions_token_is_refused(desk: Desk, given: str | None) -> None:
    """None, empty, wrong or not even ASCII: the page was open for too long."""
    async with desk.browser() as browser:
        await csrf_of(browser)
        data = {"visrn": ""} if given is None else {"visrn": "", "csrf": given}
        answer = await browser.post("/join", data=data)
        assert answer.status == 403
        assert "This page was open for too long" in await answer.text()


@pytest.mark.parametrize(("path", "status"), [("/nothing-is-here", 404), ("/api/v1/inmates", 405)])
async def test_what_no_page_takes_is_told_so(desk: Desk, path: str, status: int) -> None:
    """No form was open for too long where there is none."""
    async with desk.browser() as browser:
        assert (await browser.delete(path)).status == status


async def test_the_token_of_another_session_is_refused(desk: Desk) -> None:
    """Somebody else's page does not make a form of ours."""
    async with desk.browser() as mine, desk.browser() as theirs:
        await csrf_of(mine)
        answer = await mine.post("/join", data={"visrn": "", "csrf": await csrf_of(theirs)})
        assert answer.status == 403


async def test_a_script_sends_the_token_in_a_header(desk: Desk) -> None:
    """A wrong header is not healed by a right field, and its refusal is JSON."""
    async with desk.browser() as browser:
        token = await csrf_of(browser)
        accept = {"Accept": "application/json"}
        right = await browser.post("/call/entry", headers={"X-CSRF-Token": token, **accept})
        wrong = await browser.post("/call/entry", headers={"X-CSRF-Token": "no", **accept}, data={"csrf": token})
        assert right.status == 410
        assert (wrong.status, await wrong.json()) == (403, {"error": "form_expired"})


async def test_a_page_without_a_form_starts_no_session(desk: Desk) -> None:
    """Reading sets no cookie and writes nothing to Redis."""
    async with desk.browser() as browser:
        for path in ("/", "/helplines", "/join/nobodys", "/nowhere"):
            await get(browser, path)
        assert len(browser.cookie_jar) == 0
