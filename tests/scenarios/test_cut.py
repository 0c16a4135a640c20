"""The boundary: after the slot's last instant nothing is relayed, whatever a client does."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.scenarios.figures import rest_for
from tests.scenarios.house import Booking, House
from tests.scenarios.people import PRISONS_PICTURE, STEP, Person, family, ready, staff, start, terminal
from tests.scenarios.slots import before_the_end_of, in_a_long_enough_slot

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

GRACE_MS = 250
"""How long after the boundary a packet that was sent before it may still arrive at a client."""


async def arrivals(person: Person) -> tuple[float, float]:
    """Since when this page has received no RTP, in milliseconds since the epoch; and the longest it did not look."""
    found = await person.page.evaluate("window.probe.arrivals")
    return float(found["last"]), float(found["stall"])


async def test_a_client_that_ignores_the_end_receives_nothing_after_it(
    house: House, browsers: dict[str, Browser]
) -> None:
    """Both pages keep their transports open and go on sending; the relay has stopped all the same."""
    chromium = browsers["chromium"]

    async def scenario(stretch: float) -> None:
        booking = await house.demo("--minutes", str(0.6 * stretch), "--starts-in", str(30 * stretch))
        async with before_the_end_of(booking):
            prison = await terminal(chromium, booking)
            operator = await staff(chromium, house, booking.operator, "/operator")
            await start(operator, booking)
            mother = await family(chromium, house, booking, page_name="deaf")
            await ready(mother)
            await mother.until("live", within=30_000 * stretch + STEP)
            await mother.sees_and_hears(PRISONS_PICTURE)
            for person in (mother, prison):
                await person.page.evaluate("window.probe.watchArrivals()")
        await _nothing_comes_after_it(house, booking, mother, prison)

    await in_a_long_enough_slot(scenario, browsers)


async def _nothing_comes_after_it(house: House, booking: Booking, mother: Person, prison: Person) -> None:
    await mother.until_the_end_of(booking)
    await rest_for(mother.media, 3, "audioPackets", "videoPackets")
    boundary = booking.ends_at.timestamp() * 1000
    for person in (mother, prison):
        last, stall = await arrivals(person)
        late = last - boundary
        assert late <= GRACE_MS + stall, f"RTP arrived {late:.0f} ms after the boundary"
        assert late > -5_000 - stall, "media flowed until the end"
    record = await house.record(booking.visrn)
    assert record["outcome"] == "completed"
    assert record["last_forwarded_at"] is not None
    assert record["last_forwarded_at"] <= booking.ends_at
    assert record["forwarded"] > 100
