"""The boundary: after the slot's last instant nothing is relayed, whatever a client does."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.scenarios.house import House
from tests.scenarios.people import PRISONS_PICTURE, Person, family, ready, staff, start, terminal

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

GRACE_MS = 250
"""How long after the boundary a packet that was sent before it may still arrive at a client."""


async def last_arrival(person: Person) -> float:
    """Milliseconds since the epoch when this page last received RTP."""
    return float(await person.page.evaluate("window.probe.arrivals.last"))


async def test_a_client_that_ignores_the_end_receives_nothing_after_it(
    house: House, browsers: dict[str, Browser]
) -> None:
    """Both pages keep their transports open and go on sending; the relay has stopped all the same."""
    booking = await house.demo("--minutes", "0.6", "--starts-in", "30")
    chromium = browsers["chromium"]
    prison = await terminal(chromium, booking)
    operator = await staff(chromium, house, booking.operator, "/operator")
    await start(operator, booking)
    mother = await family(chromium, house, booking, page_name="deaf")
    await ready(mother)
    await mother.until("live", within=45_000)
    await mother.sees_and_hears(PRISONS_PICTURE)
    for person in (mother, prison):
        await person.page.evaluate("window.probe.watchArrivals()")

    await mother.until("ended", within=booking.left() * 1000 + 5_000)
    await mother.page.wait_for_timeout(2_000)
    boundary = booking.ends_at.timestamp() * 1000
    for person in (mother, prison):
        late = await last_arrival(person) - boundary
        assert late <= GRACE_MS, f"RTP arrived {late:.0f} ms after the boundary"
        assert late > -5_000, "media flowed until the end"
    record = await house.record(booking.visrn)
    assert record["outcome"] == "completed"
    assert record["last_forwarded_at"] is not None
    assert record["last_forwarded_at"] <= booking.ends_at
    assert record["forwarded"] > 100
