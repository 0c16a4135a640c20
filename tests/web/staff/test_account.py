"""web.staff.account: what somebody changes for themselves, and the sessions they end."""

from __future__ import annotations

import re

import pyotp

from broker.staff import Role
from tests.support.desk import PASSWORD, Browser, Desk, post, sign_in

WORDS = "mango rickshaw lamp river"


async def text_of(browser: Browser, path: str = "/staff/account") -> str:
    """A page as text."""
    return await (await browser.get(path)).text()


async def test_a_new_password_ends_the_other_sessions(desk: Desk) -> None:
    """The one that changed it goes on."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as here, desk.browser() as there:
        await sign_in(here, "asha")
        await sign_in(there, "asha")
        answer = await post(here, "/staff/account/password", present=PASSWORD, password=WORDS, again=WORDS)
        assert (answer.status, answer.headers["Location"]) == (303, "/staff/account?said=password")
        assert (await here.get("/staff/account", allow_redirects=False)).status == 200
        assert (await there.get("/staff/account", allow_redirects=False)).status == 303
        assert (await sign_in(there, "asha")).status == 401
        assert (await sign_in(there, "asha", password=WORDS)).status == 303


async def test_guessing_the_present_password_ends_after_five_tries(desk: Desk) -> None:
    """A session that was left open is no way to find it out; then even the right one waits."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        for _ in range(5):
            answer = await post(browser, "/staff/account/password", present="x", password=WORDS, again=WORDS)
            assert (answer.status, "not your present password" in await answer.text()) == (422, True)
        answer = await post(browser, "/staff/account/password", present=PASSWORD, password=WORDS, again=WORDS)
        assert "Too many tries" in await answer.text()


async def test_an_authenticator_is_set_up_and_codes_renewed(desk: Desk) -> None:
    """From then on the sign-in asks for it."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        assert "password alone" in await text_of(browser)
        found = re.search(r'qr__key digits">([A-Z2-7 ]+)<', await text_of(browser, "/staff/account/authenticator"))
        assert found
        code = pyotp.TOTP(found[1].replace(" ", "")).at(desk.clock.now())
        wrong = await post(browser, "/staff/account/authenticator", present=PASSWORD, totp="000000")
        assert wrong.status == 422
        done = await post(browser, "/staff/account/authenticator", present=PASSWORD, totp=code)
        first = re.findall(r"<li>(\d{5} \d{5})</li>", await done.text())
        assert "10 recovery codes are left" in await text_of(browser)
        again = await post(browser, "/staff/account/codes", present=PASSWORD)
        second = re.findall(r"<li>(\d{5} \d{5})</li>", await again.text())
        assert len(first) == len(second) == 10
        assert not set(first) & set(second)
        for typed, status in (("", 401), (first[0], 401), (second[0], 303)):
            assert (await sign_in(browser, "asha", totp=typed)).status == status
        assert "9 recovery codes are left" in await text_of(browser)


async def test_somebody_ends_one_session_or_all_others_and_nobody_elses(desk: Desk) -> None:
    """By the button beside it; a made-up name ends nothing."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    await desk.hire("bina", Role.OPERATOR, desk.here)
    async with desk.browser() as here, desk.browser() as there, desk.browser() as far, desk.browser() as other:
        for browser in (here, there, far):
            await sign_in(browser, "asha")
        await sign_in(other, "bina")
        page = await text_of(other)
        stranger = re.findall(r'name="session" value="([0-9a-f]{64})"', await text_of(here))
        assert len(stranger) == 2
        assert 'data-action="end-session"' not in page
        await post(other, "/staff/account/sessions", session=stranger[0])
        assert len(re.findall('data-session="other"', await text_of(here))) == 2
        await post(here, "/staff/account/sessions", session=stranger[0])
        assert len(re.findall('data-session="other"', await text_of(here))) == 1
        await post(here, "/staff/account/sessions")
        assert 'data-session="other"' not in await text_of(here)
        for browser, status in ((here, 200), (there, 303), (far, 303), (other, 200)):
            assert (await browser.get("/staff/account", allow_redirects=False)).status == status


async def test_a_disabled_account_is_refused_everywhere_at_once(desk: Desk) -> None:
    """The page that is open, the stream, and the sign-in, which says no more than to a stranger."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        async with desk.db.begin() as uow:
            await uow.staff.set_standing(staff.id, desk.clock.now())
            await uow.commit()
        for path in ("/operator", "/staff/account"):
            assert (await browser.get(path, allow_redirects=False)).status == 303
        events = await browser.get("/operator/events", headers={"Accept": "text/event-stream"}, allow_redirects=False)
        assert events.status in {303, 401}
        assert (await sign_in(browser, "asha")).status == 401
        assert (await browser.get("/staff", allow_redirects=False)).headers["Location"] == "/staff/sign-in"


async def test_the_account_page_asks_for_a_session_and_a_form_token(desk: Desk) -> None:
    """Like every other page of the staff's."""
    async with desk.browser() as browser:
        there = await browser.get("/staff/account", allow_redirects=False)
        assert there.headers["Location"].startswith("/staff/sign-in?next=")
        answer = await post(browser, "/staff/account/password", present=PASSWORD, password=WORDS, again=WORDS)
        assert (answer.status, answer.headers["Location"]) == (303, "/staff/sign-in?next=")
        await desk.hire("asha", Role.OPERATOR, desk.here)
        await sign_in(browser, "asha")
        assert (await browser.post("/staff/account/password", data={"present": PASSWORD})).status == 403
