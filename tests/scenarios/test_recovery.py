"""Nobody is cheated of a minute by a fault that was not theirs: reload, dropped socket, dead node."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser

from tests.scenarios.figures import grows
from tests.scenarios.house import House
from tests.scenarios.people import FAMILYS_PICTURE, PRISONS_PICTURE, end, live_call
from tests.scenarios.slots import before_the_end_of, in_a_long_enough_slot

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

NOTE_STATES = """() => {
  window.states = [];
  const page = document.documentElement;
  const note = () => {
    if (page.dataset.call !== "live") window.states.push(page.dataset.call);
  };
  new MutationObserver(note).observe(page, { attributeFilter: ["data-call"] });
}"""


async def test_family_reloads_the_page_in_mid_call_and_is_back(house: House, browsers: dict[str, Browser]) -> None:
    """A reload needs no new codes and leads back to the same call and the same end."""
    call = await live_call(house, browsers["chromium"], 10)
    booking, mother, prison = call.booking, call.mother, call.prison
    await mother.page.reload()
    await mother.until("live")
    await mother.sees_and_hears(PRISONS_PICTURE)
    await prison.sees_and_hears(FAMILYS_PICTURE)
    await mother.keeps_time(booking)


async def test_media_goes_on_while_a_cut_socket_resumes(house: House, browsers: dict[str, Browser]) -> None:
    """The signalling socket is reset on both sides; pictures go on and the call never leaves `live`."""
    call = await live_call(house, browsers["chromium"], 10)
    booking, mother = call.booking, call.mother
    connections = await mother.page.evaluate("window.probe.states().length")
    await mother.page.evaluate(NOTE_STATES)
    await asyncio.gather(house.cable.cut_and_mended(), grows(mother.media, frames=20))
    await grows(mother.media, frames=20)
    assert await mother.page.evaluate("window.states") == [], "never anything but `live`"
    assert await mother.page.evaluate("window.probe.states().length") == connections, "no new transport was needed"
    await mother.keeps_time(booking)
    await end(call.operator, booking)
    await mother.until("ended")
    assert await mother.end_reason() == "ended_by_staff", "the resumed socket heard the end"


async def test_people_get_back_in_by_themselves_after_the_node_was_killed(
    house: House, browsers: dict[str, Browser]
) -> None:
    """SIGKILL in mid-call: both sides are back without a touch, to the same boundary, and the visit closes on time."""

    async def scenario(stretch: float) -> None:
        call = await live_call(house, browsers["chromium"], 2 * stretch)
        booking, mother, prison = call.booking, call.mother, call.prison
        async with before_the_end_of(booking):
            house.kill_node()
            await grows(mother.media, videoPackets=50)
            await mother.until("live")
            await prison.sees_and_hears(FAMILYS_PICTURE)
            await mother.keeps_time(booking)
        await mother.until_the_end_of(booking)
        record = await house.record(booking.visrn)
        assert record["status"] == "closed"
        assert record["seconds"]["visitor"] > 20
        assert record["last_forwarded_at"] is None or record["last_forwarded_at"] <= booking.ends_at

    await in_a_long_enough_slot(scenario, browsers)
