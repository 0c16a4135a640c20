"""What a family reads of lost minutes in its account."""

from __future__ import annotations

import pytest

from broker.losses.taking import take
from tests.support.account import sign_in
from tests.support.desk import Desk
from tests.support.family import get
from tests.support.losses import TERMINAL, call_of, family_failed, joined, terminal_failed
from tests.support.lost_pages import lost_visit, makeup_path
from tests.support.superintendent import open_office_at
from web.account.lost import said_of
from web.keys import SETTINGS
from web.makeup.pages import moment


async def test_page_of_the_visit_says_what_was_lost_and_leads_to_the_other(desk: Desk) -> None:
    """Until it is taken; then to the visit that was."""
    visit = await lost_visit(desk, await open_office_at(desk))
    path = makeup_path(desk, visit)
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, f"/account/visits/{visit.id}")
        assert "You had 5 of 15 minutes. The device in the prison failed." in page.words
        assert f'href="{path}"' in page.text
        offered = (await get(browser, path)).text
        starts_at = moment(offered.partition('data-slot="')[2][:14])
        assert starts_at is not None
        other = await take(desk.db, desk.app[SETTINGS], visit.id, visit.visitors[0].id, starts_at, desk.clock.now())
        page = await get(browser, f"/account/visits/{visit.id}")
    assert f'href="/account/visits/{other.id}"' in page.text
    assert f'href="{path}"' not in page.text


async def test_own_network_is_said_and_promises_nothing(desk: Desk) -> None:
    """A third of it was lost by the family's phone."""
    visit = await lost_visit(desk, await open_office_at(desk), family_failed)
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, f"/account/visits/{visit.id}")
    assert "The connection of your phone or computer was lost." in page.words
    assert "/makeup/" not in page.text


@pytest.mark.parametrize("how", ["a moment", "nobody came"])
async def test_little_and_an_own_absence_are_not_reckoned_up(desk: Desk, how: str) -> None:
    """Half a minute is nothing to speak of, and who missed a visit reads that elsewhere."""
    ways = {
        "a moment": lambda v: terminal_failed(v, 870),
        "nobody came": lambda v: call_of(v, joined(TERMINAL, 0)),
    }
    visit = await lost_visit(desk, await open_office_at(desk), ways[how])
    async with desk.browser() as browser:
        await sign_in(desk, browser)
        page = await get(browser, f"/account/visits/{visit.id}")
    assert "data-lost" not in page.text
    assert said_of(None, desk.clock.now(), "en") is None
