"""The simple pages: nothing that was typed gets lost, and what is wrong is said at its field."""

from __future__ import annotations

import pytest

from broker.registration.draft import Step
from tests.support.desk import Desk
from tests.support.family import FORM_TOKEN, get, submit
from tests.support.registering import Bookable, typed
from tests.support.registering_pages import HOME, SIMPLE, draft_of, send, start
from web.register import pages


@pytest.mark.parametrize("step", SIMPLE)
async def test_going_back_keeps_what_was_typed_right_or_wrong(desk: Desk, jail: Bookable, step: str) -> None:
    """Half a page, sent with Back, is there again."""
    async with desk.browser() as browser:
        await start(browser)
        fields = {name: f"{name} & <half" for name in pages.FIELDS[Step(step)]}
        left = await send(browser, step, fields, go="back")
        assert left.status == 303
        assert (await draft_of(desk)).typed(Step(step)) == fields
        again = await get(browser, f"{HOME}/{step}")
        assert "&lt;half" in again.text or step == "how"


@pytest.mark.parametrize("step", ["you", "contact", "proof", "prisoner", "how"])
async def test_an_error_is_said_at_its_field_and_in_the_summary(desk: Desk, jail: Bookable, step: str) -> None:
    """422; a link leads to each field, which names its problem; the rest is kept."""
    async with desk.browser() as browser:
        await start(browser)
        page = await send(browser, step, {"name": "Savita Kolte", "email": "x@y.example", "id_number": "12"})
    assert page.status == 422
    assert 'role="alert"' in page.text
    assert "Nothing you typed is lost" in page.words
    first = next(name for name in pages.FIELDS[Step(step)] if f'id="{name}-error"' in page.text)
    assert f'href="#{first}"' in page.text


async def test_each_page_leads_to_the_next(desk: Desk, jail: Bookable) -> None:
    """In the order of the steps."""
    async with desk.browser() as browser:
        steps = typed(jail)
        assert (await start(browser)).location == f"{HOME}/you"
        assert (await send(browser, "you", steps["you"])).location == f"{HOME}/contact"
        assert (await send(browser, "contact", steps["contact"])).location == f"{HOME}/proof"
        assert (await send(browser, "proof", steps["proof"])).location == f"{HOME}/photo"
        assert (await send(browser, "prisoner", steps["prisoner"])).location == f"{HOME}/how"
        assert (await send(browser, "letter", steps["letter"])).location == f"{HOME}/check"


async def test_a_page_that_is_left_keeps_what_its_script_sends(desk: Desk, jail: Bookable) -> None:
    """204, and the text is stored; a browser without a draft begins none by it."""
    async with desk.browser() as browser:
        page = await get(browser, HOME)
        token = FORM_TOKEN.search(page.text)
        assert token
        nothing = await browser.post(f"{HOME}/you/kept", data={"csrf": token[1], "name": "x"})
        assert nothing.status == 204
        await start(browser)
        kept = await submit(browser, f"{HOME}/you", f"{HOME}/you/kept", name="Sav")
        assert kept.status == 204
        assert (await draft_of(desk)).typed(Step.YOU)["name"] == "Sav"


async def test_without_a_draft_every_page_leads_to_the_start(desk: Desk, jail: Bookable) -> None:
    """Also a link from yesterday."""
    async with desk.browser() as browser:
        for step in [*Step, "check", "code", "done"]:
            assert (await get(browser, f"{HOME}/{step}")).location == HOME


async def test_a_foreigner_is_offered_the_passport_first(desk: Desk, jail: Bookable) -> None:
    """And an Indian none of another country."""
    async with desk.browser() as browser:
        await start(browser)
        assert "Passport of another country" not in (await get(browser, f"{HOME}/proof")).words
        await send(browser, "contact", {**typed(jail)["contact"], "nationality": "NG", "mobile": "0802 123 4567"})
        words = (await get(browser, f"{HOME}/proof")).words
    assert words.index("Passport of another country") < words.index("Aadhaar")
