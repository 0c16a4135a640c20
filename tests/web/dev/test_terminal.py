"""web.dev.terminal: a link that makes a browser a terminal of the demonstration."""

from __future__ import annotations

from broker.links import demo_terminal_token
from tests.support.desk import Desk
from tests.support.family import get
from web.keys import SETTINGS


async def test_the_link_pairs_the_browser_and_leads_to_the_terminals_page(desk: Desk) -> None:
    """The page then knows which terminal it is."""
    terminal = desk.here.terminals[1]
    token = demo_terminal_token(desk.app[SETTINGS].secret_key, terminal.id)
    async with desk.browser() as browser:
        assert (await get(browser, f"/dev/terminal/{token}")).location == "/terminal"
        page = await get(browser, "/terminal")
    assert page.status == 200
    assert terminal.name in page.words


async def test_another_token_pairs_nothing(desk: Desk) -> None:
    """Neither a guess nor something that is not even ASCII."""
    async with desk.browser() as browser:
        for token in ("x" * 24, "é", "0"):
            assert (await get(browser, f"/dev/terminal/{token}")).status == 404
        assert len(browser.cookie_jar) == 0
