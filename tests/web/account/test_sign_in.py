"""web.account.sign_in: an address, a code from its mail, and no password."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.account import EMAIL, ask_for_code, mailed_code, open_account, press, queued, sign_in
from tests.support.desk import Desk
from tests.support.family import get, other, submit


async def letters_to(desk: Desk, email: str) -> list[str]:
    """The names of the letters to an address."""
    return [mail.name for mail in await queued(desk, email)]


async def test_the_code_from_the_mail_leads_to_the_visits(desk: Desk) -> None:
    """However the address is written; the next page is the account's."""
    await open_account(desk)
    async with desk.browser() as browser:
        asked = await ask_for_code(browser, "Savita@Family.example")
        assert asked.location == "/account/code"
        done = await submit(browser, "/account/code", otp=await mailed_code(desk))
        assert done.location == "/account"
        assert "Your visits" in (await get(browser, "/account")).words


async def test_an_unknown_address_sees_the_same_and_gets_no_mail(desk: Desk) -> None:
    """Whether somebody visits a jail is nobody else's business."""
    await open_account(desk)
    async with desk.browser() as browser, desk.browser() as stranger:
        known = await ask_for_code(browser)
        unknown = await ask_for_code(stranger, "neighbour@family.example")
        pages = [(await get(each, "/account/code")).words for each in (browser, stranger)]
    assert (known.status, known.location) == (unknown.status, unknown.location)
    assert pages[0].replace("s••••@", "") == pages[1].replace("n••••@", "")
    assert await letters_to(desk, "neighbour@family.example") == []
    assert await letters_to(desk, EMAIL) == ["sign_in"]


async def test_what_is_no_address_is_said_before_any_work_is_spent(desk: Desk) -> None:
    """What was typed is kept, and the problem leads to its field."""
    async with desk.browser() as browser:
        page = await submit(browser, "/account/sign-in", email="savita at family")
    assert page.status == 422
    assert "That is not a mail address" in page.words
    assert page.value("email") == "savita at family"
    assert 'href="#email"' in page.text


async def test_without_proof_of_work_no_code_is_sent(desk: Desk) -> None:
    """A machine that skips it gets nothing."""
    await open_account(desk)
    async with desk.browser() as browser:
        page = await ask_for_code(browser, proof="")
    assert page.status == 422
    assert await letters_to(desk, EMAIL) == []


async def test_a_wrong_code_says_how_many_tries_are_left(desk: Desk) -> None:
    """And the right one still works."""
    await open_account(desk)
    async with desk.browser() as browser:
        await ask_for_code(browser)
        code = await mailed_code(desk)
        wrong = await submit(browser, "/account/code", otp=other(code))
        assert wrong.status == 422
        assert "4 more times" in wrong.words
        assert (await submit(browser, "/account/code", otp=code)).status == 303


async def test_five_wrong_codes_lock_the_address(desk: Desk) -> None:
    """Even for the right code."""
    await open_account(desk)
    async with desk.browser() as browser:
        await ask_for_code(browser)
        code = await mailed_code(desk)
        for _ in range(5):
            await submit(browser, "/account/code", otp=other(code))
        locked = await submit(browser, "/account/code", otp=code)
    assert locked.status == 429
    assert "too often" in locked.words


async def test_a_code_works_once(desk: Desk) -> None:
    """A second browser that saw it stays outside."""
    await open_account(desk)
    async with desk.browser() as browser, desk.browser() as second:
        await ask_for_code(browser)
        code = await mailed_code(desk)
        await ask_for_code(second)
        await submit(browser, "/account/code", otp=code)
        assert (await submit(second, "/account/code", otp=code)).status == 422


async def test_asking_again_too_soon_leads_to_the_code_that_is_on_its_way(desk: Desk) -> None:
    """A reload sends no second mail, and says nothing bad."""
    await open_account(desk)
    async with desk.browser() as browser:
        await ask_for_code(browser)
        assert (await ask_for_code(browser)).location == "/account/code"
        refused = await press(browser, "/account/code", "/account/code/resend")
        assert refused.status == 429
    assert await letters_to(desk, EMAIL) == ["sign_in"]


async def test_a_new_code_can_be_asked_for_after_a_minute(desk: Desk) -> None:
    """The old one is dead then."""
    await open_account(desk)
    async with desk.browser() as browser:
        await ask_for_code(browser)
        old = await mailed_code(desk)
        desk.clock.advance(61)
        assert (await press(browser, "/account/code", "/account/code/resend")).status == 303
        new = await mailed_code(desk)
        if new != old:
            assert (await submit(browser, "/account/code", otp=old)).status == 422
        assert (await submit(browser, "/account/code", otp=new)).status == 303


async def test_the_page_that_was_asked_for_comes_after_the_code(desk: Desk) -> None:
    """From a mail's link, through the sign-in, to the visit."""
    await open_account(desk)
    async with desk.browser() as browser:
        turned = await get(browser, "/account/visits/" + "a" * 32)
        assert turned.location == "/account/sign-in?next=/account/visits/" + "a" * 32
        done = await sign_in(desk, browser, path=turned.location)
    assert done.location == "/account/visits/" + "a" * 32


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/account/../staff", "/staff"])
async def test_the_sign_in_leads_to_no_other_site(desk: Desk, path: str) -> None:
    """Nor to pages that are none of the account's."""
    await open_account(desk)
    async with desk.browser() as browser:
        assert (await sign_in(desk, browser, path=f"/account/sign-in?next={path}")).location == "/account"


async def test_signing_out_leaves_nothing_behind(desk: Desk) -> None:
    """The next person at this phone is asked for their own address."""
    await open_account(desk)
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        assert (await press(browser, "/account", "/account/sign-out")).location == "/"
        assert (await get(browser, "/account")).location == "/account/sign-in"


async def test_a_sign_in_ends_by_itself(desk: Desk) -> None:
    """Half a day later, whatever was done meanwhile."""
    await open_account(desk)
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        desk.clock.advance(timedelta(hours=12).total_seconds() - 1)
        assert (await get(browser, "/account")).status == 200
        desk.clock.advance(1)
        assert (await get(browser, "/account")).status == 303


async def test_without_a_code_asked_for_there_is_no_code_page(desk: Desk) -> None:
    """A bookmark leads to the beginning."""
    async with desk.browser() as browser:
        assert (await get(browser, "/account/code")).location == "/account/sign-in"
