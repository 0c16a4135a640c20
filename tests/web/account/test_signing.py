"""web.account.signing: between the address and the code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web

from tests.support.account import open_account, sign_in
from tests.support.asked import asked
from tests.support.clock import NOON
from tests.support.desk import Desk
from tests.support.family import get
from web.account import signing


@pytest.mark.parametrize("path", ["/account/visits/" + "a" * 32, "/account/visits/ab/withdraw"])
def test_pages_of_the_account_are_led_back_to(path: str) -> None:
    """As they were asked for."""
    assert signing.safe(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil.example",
        "/account//evil.example",
        "/account/../staff",
        "/account/visits/a?said=changed",
        "/account/sign-in",
        "/account/\\evil",
        "/staff",
        "/account/" + "a" * 300,
        "https://evil.example/account/visits/a",
    ],
)
def test_everything_else_leads_to_the_list(path: str) -> None:
    """No other site, no other area, no loop."""
    assert signing.safe(path) == "/account"


async def test_what_was_saved_is_there_on_the_next_page(wired: web.Application) -> None:
    """With the seconds to wait for another code; the address stays out of logs."""
    request = asked(wired)
    assert signing.load(request) is None
    signing.save(request, "savita@family.example", NOON + timedelta(seconds=60), "/account")
    own = signing.load(request)
    assert own is not None
    assert own.wait(NOON) == 60
    assert own.wait(NOON + timedelta(minutes=5)) == 0
    assert "savita" not in repr(own)


async def test_the_account_speaks_its_own_language(desk: Desk) -> None:
    """Unless another one was chosen in this browser."""
    await open_account(desk, language="bn")
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        assert '<html lang="bn"' in (await get(browser, "/account")).text
        await get(browser, "/account?lang=en")
        assert '<html lang="en"' in (await get(browser, "/account")).text
