"""web.terminal.pairing: codes, and the browser that becomes a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.staff import Role
from config.secrets import digest
from tests.support.desk import Browser, Desk, post, sign_in
from web.terminal.pairing import ALPHABET, CODE_LENGTH, CODE_LIFETIME, new_code, parse_code, show_code

CODES = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


def test_codes_are_eight_letters_that_cannot_be_mistaken_for_each_other() -> None:
    """Read off one screen, typed on another: no 0 and O, no 1, I and L."""
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert not set("".join(codes)) & set("01OIL")
    assert {len(code) for code in codes} == {8}


@given(CODES)
def test_a_code_is_understood_as_it_is_shown_and_in_any_case(code: str) -> None:
    """Spaces, hyphens, small letters and full-width ones do not matter."""
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    for typed in (show_code(code), code.lower(), f" {code[:4]}-{code[4:]} ", wide):
        assert parse_code(typed) == code


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCDEFG0", "ABCDEFGHJ", "ABCD EFG", "ABCDEFG\x00"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    """It is not even looked up."""
    assert parse_code(typed) is None


async def code_for(desk: Desk, operator: Browser, terminal: int = 0) -> str:
    """Press the button on the operator's page."""
    answer = await post(operator, f"/operator/terminals/{desk.here.terminals[terminal].id}/pair")
    found = re.search(r"data-pair-code>([^<]+)<", await answer.text())
    assert found
    return found[1]


async def test_a_browser_becomes_the_terminal_with_the_shown_code(desk: Desk) -> None:
    """The code as it is shown makes the browser the terminal, for a year, out of scripts' reach."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as operator, desk.browser() as browser:
        await sign_in(operator, "asha")
        assert 'name="code"' in await (await browser.get("/terminal")).text()
        answer = await post(browser, "/terminal/pair", code=await code_for(desk, operator))
        assert (answer.status, answer.headers["Location"]) == (303, "/terminal")
        (cookie,) = (value for value in answer.headers.getall("Set-Cookie") if value.startswith("terminal="))
        assert "HttpOnly" in cookie
        assert "Max-Age=31536000" in cookie
        page = await (await browser.get("/terminal")).text()
        assert "T1" in page
        assert desk.here.jail.name in page


async def test_a_code_works_once(desk: Desk) -> None:
    """Whoever reads it off the screen later is not the terminal."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as operator, desk.browser() as first, desk.browser() as second:
        await sign_in(operator, "asha")
        code = await code_for(desk, operator)
        assert (await post(first, "/terminal/pair", code=code)).status == 303
        assert (await post(second, "/terminal/pair", code=code)).status == 403


async def test_a_code_dies_after_ten_minutes_and_when_a_new_one_is_made(desk: Desk) -> None:
    """An old note on the desk opens nothing."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as operator, desk.browser() as browser:
        await sign_in(operator, "asha")
        replaced = await code_for(desk, operator)
        code = await code_for(desk, operator)
        assert (await post(browser, "/terminal/pair", code=replaced)).status == 403
        desk.clock.advance(CODE_LIFETIME.total_seconds())
        assert (await post(browser, "/terminal/pair", code=code)).status == 403


async def test_pairing_again_signs_the_old_browser_out(desk: Desk) -> None:
    """A terminal is one browser; the one before gets the form again."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as operator, desk.browser() as first, desk.browser() as second:
        await sign_in(operator, "asha")
        await post(first, "/terminal/pair", code=await code_for(desk, operator))
        await post(second, "/terminal/pair", code=await code_for(desk, operator))
        assert 'name="code"' in await (await first.get("/terminal")).text()
        assert (await first.get("/terminal/events")).status == 401


async def test_guessing_codes_is_stopped(desk: Desk) -> None:
    """Twenty tries in ten minutes from one address, then none is looked at, not even a right one."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as operator, desk.browser() as browser:
        await sign_in(operator, "asha")
        code = await code_for(desk, operator)
        for _ in range(20):
            assert (await post(browser, "/terminal/pair", code="22222222")).status == 403
        assert (await post(browser, "/terminal/pair", code=code)).status == 429


async def test_only_digests_of_code_and_secret_are_stored(desk: Desk) -> None:
    """A copy of the database makes nobody a terminal."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as operator, desk.browser() as browser:
        await sign_in(operator, "asha")
        await post(browser, "/terminal/pair", code=await code_for(desk, operator))
        secret = next(cookie.value for cookie in browser.cookie_jar if cookie.key == "terminal")
    async with desk.db.read() as uow:
        assert await uow.terminals.by_secret(secret) is None
        found = await uow.terminals.by_secret(digest(secret))
    assert found is not None
    assert found.id == desk.here.terminals[0].id
