"""web.staff: the sign-in, its limits, its sessions."""

from __future__ import annotations

import asyncio
import time
from statistics import median

import pyotp
import pytest

from broker.staff import Role
from config import keys
from tests.support.desk import Browser, Desk, csrf_of, post, sign_in
from web.staff.session import ABSOLUTE, IDLE

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


async def page_status(browser: Browser, path: str = "/operator") -> int:
    """What the browser gets without following a redirect."""
    return (await browser.get(path, allow_redirects=False)).status


def staff_cookie(browser: Browser) -> str:
    """The session's token as this browser holds it; empty without one."""
    return next((cookie.value for cookie in browser.cookie_jar if cookie.key == "staff"), "")


async def test_an_operator_signs_in_and_lands_on_the_day(desk: Desk) -> None:
    """The right words open the role's own console."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        answer = await sign_in(browser, "asha")
        assert (answer.status, answer.headers["Location"]) == (303, "/operator")
        assert await page_status(browser) == 200


async def test_a_monitor_lands_on_the_live_rooms(desk: Desk) -> None:
    """Each role starts where its work is."""
    await desk.hire("mira", Role.MONITOR, desk.here)
    async with desk.browser() as browser:
        assert (await sign_in(browser, "mira")).headers["Location"] == "/monitor"


async def test_a_page_asked_for_without_a_session_is_shown_after_the_sign_in(desk: Desk) -> None:
    """The way to a console leads through the sign-in and on to the page that was asked for."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        there = await browser.get(f"/operator?jail={desk.here.jail.id}", allow_redirects=False)
        assert there.headers["Location"].startswith("/staff/sign-in?next=")
        back = f"/operator?jail={desk.here.jail.id}"
        assert (await sign_in(browser, "asha", next=back)).headers["Location"] == back


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/operator/../../x", "/operatorx", "/\\evil.example", "/join"],
)
async def test_a_sign_in_never_leads_anywhere_but_to_a_staff_page(desk: Desk, elsewhere: str) -> None:
    """`next` is no open redirect."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        assert (await sign_in(browser, "asha", next=elsewhere)).headers["Location"] == "/operator"


async def test_a_wrong_password_and_an_unknown_name_get_the_same_page(desk: Desk) -> None:
    """Nobody learns from the words which usernames exist."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        pages = []
        for username in ("asha", "nobody"):
            answer = await sign_in(browser, username, password="wrong")
            pages.append((answer.status, (await answer.text()).replace(username, "?")))
        assert pages[0] == pages[1]
        assert pages[0][0] == 401


@pytest.mark.usefixtures("passwords_cost_as_ever")
async def test_an_unknown_name_takes_as_long_as_a_known_one(desk: Desk) -> None:
    """Nobody learns from the time which usernames exist: both pay for one argon2 check."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    took: dict[str, list[float]] = {"asha": [], "nobody": []}
    async with desk.browser() as browser:
        await sign_in(browser, "warm-up", password="wrong")
        for _ in range(3):
            for username, times in took.items():
                token = await csrf_of(browser)
                began = time.perf_counter()
                await browser.post("/staff/sign-in", data={"csrf": token, "username": username, "password": "wrong"})
                times.append(time.perf_counter() - began)
    assert median(took["nobody"]) > 0.4 * median(took["asha"])
    assert median(took["asha"]) > 0.4 * median(took["nobody"])


async def test_the_sixth_wrong_try_is_refused_even_with_the_right_password(desk: Desk) -> None:
    """Five tries a quarter of an hour, counted alike for names that do not exist."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        for username in ("asha", "nobody"):
            for _ in range(5):
                assert (await sign_in(browser, username, password="wrong")).status == 401
            refused = await sign_in(browser, username)
            assert refused.status == 429
            assert 0 < int(refused.headers["Retry-After"]) <= 900


async def test_twenty_tries_at_once_cannot_slip_past_the_limit(desk: Desk) -> None:
    """Tries are counted before the password is looked at, in one step."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        token = await csrf_of(browser)
        form = {"csrf": token, "username": "asha", "password": "wrong"}
        answers = await asyncio.gather(*(browser.post("/staff/sign-in", data=form) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 15


async def test_a_success_forgets_the_wrong_tries_before_it(desk: Desk) -> None:
    """Somebody who mistypes now and then is never locked out."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        for _ in range(2):
            for _ in range(4):
                assert (await sign_in(browser, "asha", password="wrong")).status == 401
            assert (await sign_in(browser, "asha")).status == 303


async def test_successes_do_not_use_up_the_tries_of_an_office_that_shares_an_address(desk: Desk) -> None:
    """A jail signs in through one address all day."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        await sign_in(browser, "asha")
    counted = [await desk.redis.get(key) for key in await desk.redis.keys(keys.address_tries("sign-in", "*"))]
    assert counted == ["0"]


async def test_nobody_gets_in_while_the_counters_cannot_be_reached(desk: Desk) -> None:
    """Without Redis the sign-in is refused, not waved through."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha", password="wrong")
        # A counter of the wrong type makes the script fail, as a Redis in trouble does.
        broken = (await desk.redis.keys(keys.sign_in_tries("*")))[0]
        await desk.redis.delete(broken)
        await desk.redis.hset(broken, "not", "a counter")
        assert (await sign_in(browser, "asha")).status == 503
        assert staff_cookie(browser) == ""


async def test_an_account_with_totp_needs_its_code_and_takes_it_once(desk: Desk) -> None:
    """Password alone is refused in the same words; a code that was used is worth nothing (RFC 6238, 5.2)."""
    await desk.hire("sys", Role.SYSTEM_ADMIN, desk.here, totp_secret=SECRET)
    code = pyotp.TOTP(SECRET).at(desk.clock.now())
    async with desk.browser() as browser:
        assert (await sign_in(browser, "sys")).status == 401
        assert (await sign_in(browser, "sys", totp="000000")).status == 401
        assert (await sign_in(browser, "sys", totp=f"{code[:3]} {code[3:]}")).status == 303
    async with desk.browser() as thief:
        assert (await sign_in(thief, "sys", totp=code)).status == 401


async def test_a_code_of_the_step_before_still_works_and_one_of_two_before_does_not(desk: Desk) -> None:
    """Clocks may be one step apart, not more."""
    await desk.hire("sys", Role.SYSTEM_ADMIN, desk.here, totp_secret=SECRET)
    now = int(desk.clock.now().timestamp())
    async with desk.browser() as browser:
        assert (await sign_in(browser, "sys", totp=pyotp.TOTP(SECRET).at(now - 60))).status == 401
        assert (await sign_in(browser, "sys", totp=pyotp.TOTP(SECRET).at(now - 30))).status == 303


async def test_a_sign_in_makes_a_new_session_and_ends_the_one_before(desk: Desk) -> None:
    """A token that somebody planted or kept is worth nothing after the sign-in."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser, desk.browser() as thief:
        await sign_in(browser, "asha")
        first = staff_cookie(browser)
        await sign_in(browser, "asha")
        assert staff_cookie(browser) not in {first, ""}
        thief.cookie_jar.update_cookies({"staff": first}, desk.server.make_url("/"))
        assert await page_status(thief) == 303
        assert await page_status(browser) == 200


async def test_a_token_that_was_never_issued_is_not_accepted(desk: Desk) -> None:
    """The sign-in does not adopt a session of the browser's choosing (session fixation)."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        browser.cookie_jar.update_cookies({"staff": "chosen-by-a-thief"}, desk.server.make_url("/"))
        await sign_in(browser, "asha")
        assert staff_cookie(browser) != "chosen-by-a-thief"


async def test_signing_out_ends_the_session_on_the_server(desk: Desk) -> None:
    """A copied cookie is worth nothing after the sign-out."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        token = staff_cookie(browser)
        assert (await post(browser, "/staff/sign-out")).status == 303
        browser.cookie_jar.update_cookies({"staff": token}, desk.server.make_url("/"))
        assert await page_status(browser) == 303


async def test_a_session_ends_after_idling_but_not_while_somebody_acts(desk: Desk) -> None:
    """Only acts by hand put the idle end off."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        for _ in range(3):
            desk.clock.advance(IDLE.total_seconds() - 1)
            assert await page_status(browser) == 200
        desk.clock.advance(IDLE.total_seconds() + 1)
        assert await page_status(browser) == 303


async def test_a_session_ends_with_the_shift_however_busy_it_was(desk: Desk) -> None:
    """The absolute end holds against any amount of activity."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        await sign_in(browser, "asha")
        steps = int(ABSOLUTE / IDLE) * 2
        for _ in range(steps - 1):
            desk.clock.advance(IDLE.total_seconds() / 2)
            assert (await post(browser, "/staff/active")).status == 204
        desk.clock.advance(IDLE.total_seconds() / 2)
        assert (await post(browser, "/staff/active")).status == 401


async def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: Desk) -> None:
    """HttpOnly, SameSite, and in Redis only a digest of it."""
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as browser:
        answer = await sign_in(browser, "asha")
        cookie = next(value for value in answer.headers.getall("Set-Cookie") if value.startswith("staff="))
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        token = staff_cookie(browser)
    assert not [key for key in await desk.redis.keys("*") if token in key]


async def test_a_role_without_the_permission_is_refused(desk: Desk) -> None:
    """Signed in is not enough: a monitor has no day list, an operator no live rooms."""
    await desk.hire("mira", Role.MONITOR, desk.here)
    await desk.hire("asha", Role.OPERATOR, desk.here)
    async with desk.browser() as monitor, desk.browser() as operator:
        await sign_in(monitor, "mira")
        await sign_in(operator, "asha")
        assert await page_status(monitor, "/operator") == 403
        assert await page_status(operator, "/monitor") == 403


async def test_a_script_without_a_session_is_told_so_in_json(desk: Desk) -> None:
    """A page's fetch must not be sent round to a sign-in form."""
    async with desk.browser() as browser:
        answer = await post(browser, f"/monitor/rooms/{'0' * 32}/entry", accept="application/json")
        assert (answer.status, await answer.json()) == (401, {"error": "signed_out"})
