"""A whole visit: from the link in the mail to the end page, in real browsers."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.scenarios.house import House
from tests.scenarios.people import FAMILYS_PICTURE, PRISONS_PICTURE, family, ready, staff, start, terminal

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]


@pytest.mark.parametrize("families_browser", ["chromium", "firefox"])
async def test_family_and_terminal_talk_until_the_server_ends_the_call(
    house: House, browsers: dict[str, Browser], families_browser: str
) -> None:
    """Both sides see moving pictures and hear sound, and both are told when and why it ended."""
    booking = await house.demo("--minutes", "0.7", "--starts-in", "40")
    prison = await terminal(browsers["chromium"], booking)
    operator = await staff(browsers["chromium"], house, booking.operator, "/operator")
    mother = await family(browsers[families_browser], house, booking)
    assert await mother.state() == "checking"
    await ready(mother)
    await mother.until("waiting")
    await operator.page.wait_for_selector(f'[data-visrn="{booking.visrn}"][data-state="family_waiting"]')

    await start(operator, booking)
    await mother.until("live", within=45_000)
    await prison.until("live")
    await mother.sees_and_hears(PRISONS_PICTURE)
    await prison.sees_and_hears(FAMILYS_PICTURE)
    assert abs(await mother.left() - booking.left()) < 2
    await operator.page.wait_for_selector(f'[data-visrn="{booking.visrn}"][data-state="live"]')

    await mother.until("ended", within=booking.left() * 1000 + 5_000)
    assert -0.5 < -booking.left() < 3, "the end page came at the boundary"
    assert await mother.end_reason() == "slot_over"
    assert booking.visrn not in mother.page.url
    await prison.page.wait_for_selector("html:not([data-call])", state="attached", timeout=30_000)
    await operator.page.wait_for_selector(f'[data-visrn="{booking.visrn}"][data-state="closed"]')


async def test_three_visitors_and_the_terminal_all_see_each_other(house: House, browsers: dict[str, Browser]) -> None:
    """Each visitor has a link and codes of their own, and everybody sees everybody else."""
    booking = await house.demo("--minutes", "5", "--starts-in", "5", "--visitors", "3")
    chromium = browsers["chromium"]
    operator = await staff(chromium, house, booking.operator, "/operator")
    prison = await terminal(chromium, booking)
    await start(operator, booking)
    visitors = [await family(chromium, house, booking, seat=seat) for seat in range(3)]
    for visitor in visitors:
        await ready(visitor)
        await visitor.until("live")
    for visitor in visitors:
        await visitor.sees_and_hears(PRISONS_PICTURE)
        assert await visitor.page.locator('video[data-from="family"][data-participant]').count() == 2
    await prison.sees_and_hears(FAMILYS_PICTURE)
    assert await prison.page.locator('video[data-from="family"][data-participant]').count() == 3
