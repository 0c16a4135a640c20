"""web.staff.invites: from the link in a mail to the first sign-in."""

from __future__ import annotations

import re

import pyotp
import pytest

from broker.members import service
from broker.staff import Reach, Role, Staff
from config.settings import Settings
from tests.support.desk import Browser, Desk, csrf_of, sign_in
from tests.support.members import hire, invitation, links

WORDS = "mango rickshaw lamp river"


async def invite(desk: Desk, settings: Settings, role: Role) -> str:
    """Invite somebody; the path in the mail."""
    admin: Staff = await hire(desk.db, "admin.mh", Role.STATE_ADMIN, Reach(state_codes=frozenset({27})))
    await service.invite(desk.db, settings, invitation("asha", role, desk.here.jail.id), admin, desk.clock.now())
    return f"/staff/invite/{(await links(desk.db))[-1]}"


async def secret_of(browser: Browser, path: str) -> str:
    """The key that the page spells out beside the QR code."""
    text = await (await browser.get(path)).text()
    found = re.search(r'qr__key digits">([A-Z2-7 ]+)<', text)
    assert found
    return found[1].replace(" ", "")


async def send(browser: Browser, path: str, **fields: str) -> tuple[int, str]:
    """Fill in the form; the status and the page."""
    data = {"csrf": await csrf_of(browser, path), "password": WORDS, "again": WORDS, "totp": ""} | fields
    answer = await browser.post(path, data=data, allow_redirects=False)
    return answer.status, await answer.text()


async def test_whoever_is_invited_sets_up_an_account_and_signs_in(desk: Desk, settings: Settings) -> None:
    """With the authenticator, then with a recovery code, which works once."""
    path = await invite(desk, settings, Role.SUPERINTENDENT)
    async with desk.browser() as browser:
        secret = await secret_of(browser, path)
        code = pyotp.TOTP(secret).at(desk.clock.now())
        status, page = await send(browser, path, totp=code)
        assert status == 200
        codes = re.findall(r"<li>(\d{5} \d{5})</li>", page)
        assert len(codes) == 10
        assert (await sign_in(browser, "asha", password=WORDS)).status == 401
        for typed, expected in ((code, 303), (codes[3], 303), (codes[3], 401), (codes[4].replace(" ", ""), 303)):
            assert (await sign_in(browser, "asha", password=WORDS, totp=typed)).status == expected
        assert (await browser.get(path)).status == 410


async def test_what_was_wrong_is_said_and_the_qr_code_stays(desk: Desk, settings: Settings) -> None:
    """The app need not scan again, and no password is sent back to the page."""
    path = await invite(desk, settings, Role.SUPERINTENDENT)
    async with desk.browser() as browser:
        secret = await secret_of(browser, path)
        for fields, words in (
            ({"password": "short"}, "Use 12 characters or more"),
            ({"again": "mango"}, "are not the same"),
            ({"totp": "123456"}, "not the one that the app shows"),
            ({}, "not the one that the app shows"),
        ):
            status, page = await send(browser, path, **fields)
            assert (status, words in page, WORDS in page) == (422, True, False)
            assert await secret_of(browser, path) == secret


async def test_an_operator_may_leave_the_second_factor_out(desk: Desk, settings: Settings) -> None:
    """And signs in by the password alone."""
    path = await invite(desk, settings, Role.OPERATOR)
    async with desk.browser() as browser:
        assert (await send(browser, path))[0] == 200
        assert (await sign_in(browser, "asha", password=WORDS)).status == 303


@pytest.mark.parametrize("token", ["x", "A" * 24])
async def test_a_link_that_is_none_says_what_to_do(desk: Desk, token: str) -> None:
    """By 410, for GET and POST alike."""
    async with desk.browser() as browser:
        answer = await browser.get(f"/staff/invite/{token}")
        assert (answer.status, "Otherwise ask whoever invited you" in await answer.text()) == (410, True)
        data = {"csrf": await csrf_of(browser), "password": WORDS, "again": WORDS}
        assert (await browser.post(f"/staff/invite/{token}", data=data)).status == 410
