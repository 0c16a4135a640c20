"""The last pages: sent, proved, numbered; and each thing that can be in the way."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from broker.registration.service import HELD_FOR
from broker.storage.models import HoldRow
from tests.support.account import ask_for_code, mailed_code, open_account
from tests.support.desk import Desk
from tests.support.family import get, other, submit
from tests.support.proofs import proof
from tests.support.registering import Bookable, code_sent_to, typed
from tests.support.registering_pages import HOME, ask, draft_of, fill, morning, send, start, type_code
from web.register import limits

EMAIL = "savita1@family.example"
VISRN = re.compile(r'data-visrn="(27/42/\d+/\d{4})"')


async def test_the_code_brings_the_number_and_a_reload_brings_it_again(desk: Desk, jail: Bookable) -> None:
    """On screen, with where and when; every other page of the registration leads to it."""
    async with desk.browser() as browser:
        await fill(desk, browser, jail)
        assert (await ask(browser)).location == f"{HOME}/code"
        page = await get(browser, f"{HOME}/code")
        assert "s••••@family.example" in page.words
        assert "kept for you for 10 more minutes" in page.words
        assert (await type_code(desk, browser, EMAIL)).location == f"{HOME}/done"
        for path in ("done", "done"):
            done = await get(browser, f"{HOME}/{path}")
            assert VISRN.search(done.text)
            assert "10:00 to 10:15" in done.words
        assert (await get(browser, f"{HOME}/code")).location == f"{HOME}/done"
        assert (await submit(browser, f"{HOME}/done", f"{HOME}/leave")).location == "/"
        assert (await get(browser, f"{HOME}/done")).location == HOME


async def test_without_proof_of_work_nothing_is_held_and_nothing_is_lost(desk: Desk, jail: Bookable) -> None:
    """The page says what to do; with it, the same press works."""
    async with desk.browser() as browser:
        await fill(desk, browser, jail)
        page = await submit(browser, f"{HOME}/check", go="next")
        assert page.status == 422
        assert "press the button again" in page.words
        async with desk.db.read() as uow:
            assert await uow.holds.of_draft((await draft_of(desk)).id, desk.clock.now()) is None
        assert (await ask(browser)).location == f"{HOME}/code"


async def test_a_wrong_code_is_said_at_its_field(desk: Desk, jail: Bookable) -> None:
    """Never shown again; the right one still works."""
    async with desk.browser() as browser:
        await fill(desk, browser, jail)
        await ask(browser)
        right = await code_sent_to(desk.db, EMAIL)
        page = await submit(browser, f"{HOME}/code", otp=other(right))
        assert page.status == 422
        assert "This code is not right" in page.words
        assert other(right) not in page.text
        assert (await submit(browser, f"{HOME}/code", otp=f"OTP: {right}")).location == f"{HOME}/done"


async def test_new_codes_are_sent_after_a_minute_and_while_the_slot_is_held(desk: Desk, jail: Bookable) -> None:
    """Too soon is told; after the ten minutes the way leads over the last page again, with nothing lost."""
    async with desk.browser() as browser:
        await fill(desk, browser, jail)
        await ask(browser)
        soon = await submit(browser, f"{HOME}/code", f"{HOME}/code/again")
        assert soon.status == 429
        assert "in 1 minute" in soon.words
        desk.clock.advance(61)
        assert (await submit(browser, f"{HOME}/code", f"{HOME}/code/again")).location == f"{HOME}/code"
        desk.clock.advance(HELD_FOR.total_seconds())
        assert (await submit(browser, f"{HOME}/code", f"{HOME}/code/again")).location == f"{HOME}/check"
        assert (await ask(browser)).location == f"{HOME}/code"
        assert (await type_code(desk, browser, EMAIL)).location == f"{HOME}/done"


async def test_a_time_that_is_gone_is_told_kindly_with_everything_else_kept(desk: Desk, jail: Bookable) -> None:
    """Two terminals, three families: the third chooses another time and goes on."""
    for number in (1, 2):
        async with desk.browser() as browser:
            await fill(desk, browser, jail, number=number)
            await ask(browser)
    async with desk.browser() as browser:
        await fill(desk, browser, jail, number=3)
        gone = await ask(browser)
        assert gone.location == f"{HOME}/times?gone=1"
        page = await get(browser, gone.location)
        assert "Somebody else was faster" in page.words
        assert "Nothing else you typed is lost" in page.words
        free = re.findall(r'name="add" value="([^"]+)"', page.text)
        assert morning(desk, jail).astimezone().isoformat() not in free
        await submit(browser, f"{HOME}/times", add=free[0])
        assert (await submit(browser, f"{HOME}/times", go="next")).location == f"{HOME}/check"
        assert (await ask(browser)).location == f"{HOME}/code"


async def test_what_can_not_be_sent_leads_to_its_page(desk: Desk, jail: Bookable) -> None:
    """A gap, or what the rule forbids, is said there; a code without a draft that was sent leads back."""
    async with desk.browser() as browser:
        await start(browser)
        assert (await get(browser, f"{HOME}/check")).location == f"{HOME}/you?look=1"
        looked = await get(browser, f"{HOME}/you?look=1")
        assert looked.status == 422
        assert (await get(browser, f"{HOME}/code")).location == f"{HOME}/check"
    async with desk.browser() as browser:
        await fill(desk, browser, jail, number=2)
        proved = await proof(browser, "register")
        page = await get(browser, f"{HOME}/check")
        await send(browser, "you", {**typed(jail)["you"], "relationship": "doctor"})
        fields = {"csrf": page.value("csrf"), "go": "next", "proof": proved}
        answer = await browser.post(f"{HOME}/check", data=fields, allow_redirects=False)
        assert answer.headers["Location"] == f"{HOME}/you?look=1"
        assert "can't be asked for at this jail" in (await get(browser, f"{HOME}/you?look=1")).words


async def test_somebody_who_is_signed_in_needs_no_code(desk: Desk, jail: Bookable) -> None:
    """For the address of the account; the number comes at once."""
    await open_account(desk, EMAIL)
    async with desk.browser() as browser:
        await ask_for_code(browser, EMAIL)
        await submit(browser, "/account/code", otp=await mailed_code(desk, EMAIL))
        await fill(desk, browser, jail)
        assert (await ask(browser)).location == f"{HOME}/done"


async def test_one_address_can_not_hold_everything(desk: Desk, jail: Bookable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who asks too often holds no further slot, and is told when to come back."""
    monkeypatch.setattr(limits, "MOST_HOLDS", 1)
    async with desk.browser() as browser:
        await fill(desk, browser, jail, number=1)
        assert (await ask(browser)).location == f"{HOME}/code"
    async with desk.browser() as browser:
        await fill(desk, browser, jail, number=2)
        page = await ask(browser)
        assert page.status == 429
        assert "in 15 minutes" in page.words
    async with desk.db.read() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(HoldRow)) == 1
