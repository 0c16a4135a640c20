"""The draft behind the pages: whose it is, how long, and where it leads."""

from __future__ import annotations

from broker.registration.draft import KEPT_FOR, Step
from broker.registration.profile import profile_of
from tests.support.account import ask_for_code, mailed_code, open_account
from tests.support.desk import Desk
from tests.support.family import get, submit
from tests.support.registering import Bookable, typed
from tests.support.registering_pages import HOME, draft_of, fill, send, start


async def test_a_draft_is_one_browsers(desk: Desk, jail: Bookable) -> None:
    """Another browser begins its own, and sees nothing of it."""
    async with desk.browser() as browser, desk.browser() as stranger:
        await start(browser)
        await send(browser, "you", typed(jail)["you"])
        await start(stranger)
        assert "Savita" in (await get(browser, f"{HOME}/you")).text
        assert "Savita" not in (await get(stranger, f"{HOME}/you")).text


async def test_a_page_sent_after_the_day_is_over_begins_a_new_draft_with_it(desk: Desk, jail: Bookable) -> None:
    """What was just typed is not thrown away with the rest."""
    async with desk.browser() as browser:
        await start(browser)
        page = await get(browser, f"{HOME}/you")
        desk.clock.advance(KEPT_FOR.total_seconds() + 1)
        token = page.value("csrf")
        answer = await browser.post(
            f"{HOME}/you", data={"csrf": token, "go": "next", **typed(jail)["you"]}, allow_redirects=False
        )
        assert answer.headers["Location"] == f"{HOME}/contact"
        assert "Savita" in (await get(browser, f"{HOME}/you")).text


async def test_a_changed_page_leads_back_to_the_last_one(desk: Desk, jail: Bookable) -> None:
    """Once everything was seen together, a correction is one page; a gap it makes is the next."""
    async with desk.browser() as browser:
        await fill(desk, browser, jail)
        assert "Look once more" in (await get(browser, f"{HOME}/check")).words
        assert (await send(browser, "you", typed(jail)["you"])).location == f"{HOME}/check"
        abroad = {**typed(jail)["contact"], "nationality": "NG"}
        assert (await send(browser, "contact", abroad)).location == f"{HOME}/check"
        assert (await send(browser, "how", {"mode": "in_person"})).location == f"{HOME}/check"


async def test_an_account_finds_everything_filled_in(desk: Desk, jail: Bookable) -> None:
    """The pages of the last request, in a new draft."""
    async with desk.browser() as browser:
        await fill(desk, browser, jail)
        profile = profile_of(await draft_of(desk))
    await open_account(desk, profile=profile)
    async with desk.browser() as browser:
        await ask_for_code(browser)
        await submit(browser, "/account/code", otp=await mailed_code(desk))
        await start(browser)
        assert "Savita Kolte" in (await get(browser, f"{HOME}/you")).text
        assert "Sanjay Kolte" in (await get(browser, f"{HOME}/prisoner")).text
        assert (await send(browser, Step.PRISONER, typed(jail)["prisoner"])).location == f"{HOME}/how"
