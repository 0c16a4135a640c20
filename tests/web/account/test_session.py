"""web.account.session: who is signed in."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from tests.support.account import open_account, sign_in
from tests.support.asked import asked
from tests.support.desk import Desk
from tests.support.family import get, submit
from web import session
from web.account.session import SIGNED_IN, current_account, sign_out
from web.account.session import sign_in as begin


async def test_a_browser_that_did_not_sign_in_is_nobody(wired: web.Application) -> None:
    """And no database is asked."""
    assert await current_account(asked(wired)) is None


async def test_signing_in_renames_the_session_and_keeps_what_is_being_typed(wired: web.Application) -> None:
    """A name that somebody planted is worth nothing; a half-typed request is not lost."""
    request = asked(wired)
    before = session.Session("planted", {"draft": "d" * 32, "csrf": "old", "signing_in": {"email": "x"}})
    request[session.SESSION] = before
    begin(request, "a" * 32)
    after = session.of(request)
    assert (after.name, after.replaces) == (None, "planted")
    assert after["draft"] == "d" * 32
    assert "csrf" not in after
    assert "signing_in" not in after


async def test_signing_out_forgets_everything(wired: web.Application) -> None:
    """The draft too: on a shared phone it is somebody's data."""
    request = asked(wired)
    request[session.SESSION] = session.Session("name", {"draft": "d" * 32, "account": {"id": "a"}})
    sign_out(request)
    after = session.of(request)
    assert dict(after) == {}
    assert after.changed
    assert after.replaces == "name"


async def test_an_account_is_known_until_its_time_is_over(desk: Desk) -> None:
    """Whatever else the session says; a damaged one is nobody's."""
    account = await open_account(desk)
    now = desk.clock.now()
    for at, known in (
        (now, True),
        (now - SIGNED_IN + timedelta(seconds=1), True),
        (now - SIGNED_IN, False),
        (now + timedelta(hours=1), False),
    ):
        request = asked(desk.app)
        session.of(request)["account"] = {"id": account.id, "at": at.isoformat()}
        assert (await current_account(request) is not None) is known
    for damaged in ({"id": account.id}, {"id": account.id, "at": "yesterday"}, "x", {"id": "0", "at": now.isoformat()}):
        request = asked(desk.app)
        session.of(request)["account"] = damaged
        assert await current_account(request) is None


async def test_the_session_of_before_the_sign_in_is_dead(desk: Desk) -> None:
    """Its cookie opens nothing."""
    await open_account(desk)
    async with desk.browser() as browser, desk.browser() as thief:
        await get(browser, "/account/sign-in")
        stolen = next(cookie.value for cookie in browser.cookie_jar)
        await sign_in(desk, browser)
        thief.cookie_jar.update_cookies({"session": stolen}, desk.server.make_url("/"))
        assert (await get(thief, "/account")).status == 303
        assert (await submit(browser, "/account", "/account/sign-out")).status == 303
