"""A whole visit: from the link in the mail to the end page, in real browsers."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.scenarios.house import House
from tests.scenarios.people import FAMILYS_PICTURE, PRISONS_PICTURE, STEP, family, ready, staff, start, terminal
from tests.scenarios.slots import before_the_end_of, in_a_long_enough_slot

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

OTHER_FAMILIES = 'video[data-from="family"][data-participant]'
LATEST = 3.0
"""Seconds after the boundary until the page says so, beside those in which its machine did not let it run."""

NOTE_END = """() => {
  const noted = (window.noted = { ended: 0, stall: 0, ran: Date.now() });
  setInterval(() => {
    noted.stall = Math.max(noted.stall, Date.now() - noted.ran);
    noted.ran = Date.now();
  }, 100);
  const page = document.documentElement;
  const note = () => void (page.dataset.call === "ended" && (noted.ended ||= Date.now()));
  new MutationObserver(note).observe(page, { attributeFilter: ["data-call"] });
}"""


@pytest.mark.parametrize("families_browser", ["chromium", "firefox"])
async def test_family_and_terminal_talk_until_the_server_ends_the_call(
    house: House, browsers: dict[str, Browser], families_browser: str
) -> None:
    """Both sides see moving pictures and hear sound, and both are told when and why it ended."""

    async def scenario(stretch: float) -> None:
        booking = await house.demo("--minutes", str(0.7 * stretch), "--starts-in", str(40 * stretch))
        async with before_the_end_of(booking):
            prison = await terminal(browsers["chromium"], booking)
            operator = await staff(browsers["chromium"], house, booking.operator, "/operator")
            mother = await family(browsers[families_browser], house, booking)
            assert await mother.state() == "checking"
            await ready(mother)
            await mother.until("waiting")
            await operator.page.wait_for_selector(f'[data-visrn="{booking.visrn}"][data-state="family_waiting"]')

            await start(operator, booking)
            await mother.until("live", within=40_000 * stretch + STEP)
            await prison.until("live")
            await mother.sees_and_hears(PRISONS_PICTURE)
            await prison.sees_and_hears(FAMILYS_PICTURE)
            await mother.keeps_time(booking)
            await operator.page.wait_for_selector(f'[data-visrn="{booking.visrn}"][data-state="live"]')

            await mother.page.evaluate(NOTE_END)

        await mother.until_the_end_of(booking)
        noted = await mother.page.evaluate("window.noted")
        late = noted["ended"] / 1000 - booking.ends_at.timestamp()
        assert -0.5 < late < LATEST + noted["stall"] / 1000, "the end page came at the boundary"
        assert await mother.end_reason() == "slot_over"
        assert booking.visrn not in mother.page.url
        await prison.page.wait_for_selector("html:not([data-call])", state="attached")
        await operator.page.wait_for_selector(f'[data-visrn="{booking.visrn}"][data-state="closed"]')
        record = await house.record(booking.visrn)
        assert record["last_forwarded_at"] <= booking.ends_at
        assert record["ended_at"] == booking.ends_at

    await in_a_long_enough_slot(scenario, browsers)


async def test_three_visitors_and_the_terminal_all_see_each_other(house: House, browsers: dict[str, Browser]) -> None:
    """Each visitor has a link and codes of their own, and everybody sees everybody else."""
    booking = await house.demo("--minutes", "10", "--starts-in", "5", "--visitors", "3")
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
        await expect(visitor.page.locator(OTHER_FAMILIES)).to_have_count(2, timeout=STEP)
    await prison.sees_and_hears(FAMILYS_PICTURE)
    await expect(prison.page.locator(OTHER_FAMILIES)).to_have_count(3, timeout=STEP)
