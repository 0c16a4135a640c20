"""web.family.home: for somebody who came without a link."""

from __future__ import annotations

from tests.support.desk import Desk
from tests.support.family import get


async def test_the_first_page_leads_to_the_number(desk: Desk) -> None:
    """One large button."""
    async with desk.browser() as browser:
        page = await get(browser, "/")
    assert page.status == 200
    assert page.text.count("button--primary") == 1
    assert 'class="button button--primary" href="/join"' in page.text


async def test_the_helplines_of_all_prisons_can_be_dialled(desk: Desk) -> None:
    """Each as a telephone link, under its city."""
    async with desk.browser() as browser:
        page = await get(browser, "/helplines")
    for place in (desk.here, desk.elsewhere):
        assert place.jail.name in page.words
        assert place.jail.city in page.words
    assert page.text.count('href="tel:02000001142"') == 2
