"""The first page."""

from __future__ import annotations

from broker.registration.draft import Step
from tests.support.desk import Desk
from tests.support.family import get, submit
from tests.support.registering import Bookable, typed
from tests.support.registering_pages import HOME, draft_of, send, start


async def test_a_leaflets_link_brings_its_jail_along(desk: Desk, jail: Bookable) -> None:
    """Named on the page, and chosen in the draft; an unknown one is simply not there."""
    async with desk.browser() as browser:
        page = await get(browser, f"{HOME}?jail={jail.code}")
        assert jail.jail.name in page.words
        await submit(browser, f"{HOME}?jail={jail.code}", HOME, go="new", jail=jail.code)
        assert (await draft_of(desk)).typed(Step.JAIL) == {"jail": jail.code}
        for unknown in ("27-9999", "x", "-", "9" * 400):
            assert (await get(browser, f"{HOME}?jail={unknown}")).status == 200


async def test_what_was_begun_can_be_gone_on_with_or_forgotten(desk: Desk, jail: Bookable) -> None:
    """On leads to the first page that lacks something; anew leaves nothing behind."""
    async with desk.browser() as browser:
        await start(browser)
        await send(browser, "you", typed(jail)["you"])
        assert "Go on where you stopped" in (await get(browser, HOME)).words
        assert (await submit(browser, HOME, go="on")).location == f"{HOME}/contact"
        assert (await submit(browser, HOME, go="new")).location == f"{HOME}/you"
        assert dict((await draft_of(desk)).steps) == {}
