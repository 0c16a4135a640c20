"""web.family.home: for somebody who came without a link."""

from __future__ import annotations

from tests.support.desk import Desk
from tests.support.family import get


async def test_the_first_page_has_one_large_button_and_the_other_ways(desk: Desk) -> None:
    """Whoever comes first asks for a visit; whoever was here finds their door."""
    async with desk.browser() as browser:
        page = await get(browser, "/")
    assert page.status == 200
    assert page.text.count("button--primary") == 1
    assert 'class="button button--primary" href="/visits/new"' in page.text
    for way in ("/join", "/account", "/status"):
        assert f'href="{way}"' in page.text


async def test_the_first_page_sets_no_cookie(desk: Desk) -> None:
    """Looking leaves nothing behind."""
    async with desk.browser() as browser:
        await get(browser, "/")
        assert not list(browser.cookie_jar)


async def test_the_helplines_of_all_jails_can_be_dialled(desk: Desk) -> None:
    """Each as a telephone link, under its city, with its leaflet and its own way to a request."""
    async with desk.browser() as browser:
        page = await get(browser, "/helplines")
    for place in (desk.here, desk.elsewhere):
        code = f"{place.jail.state_code}-{place.jail.code}"
        assert place.jail.name in page.words
        assert place.jail.city in page.words
        assert f'href="/visits/new?jail={code}"' in page.text
        assert f'href="/jails/{code}/leaflet"' in page.text
    assert page.text.count('href="tel:02000001142"') == 2
