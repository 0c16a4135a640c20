"""Nobody is cheated of a minute by a fault that was not theirs: reload, dropped socket, dead node."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.scenarios.house import House
from tests.scenarios.people import FAMILYS_PICTURE, PRISONS_PICTURE, end, live_call

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]


async def test_family_reloads_the_page_in_mid_call_and_is_back(house: House, browsers: dict[str, Browser]) -> None:
    """A reload needs no new codes and leads back to the same call and the same end."""
    call = await live_call(house, browsers["chromium"], "5")
    booking, mother, prison = call.booking, call.mother, call.prison
    await mother.page.reload()
    await mother.until("live")
    await mother.sees_and_hears(PRISONS_PICTURE)
    await prison.sees_and_hears(FAMILYS_PICTURE)
    assert abs(await mother.left() - booking.left()) < 2


async def test_media_goes_on_while_a_cut_socket_resumes(house: House, browsers: dict[str, Browser]) -> None:
    """The signalling socket is reset on both sides; pictures go on and the call never leaves `live`."""
    call = await live_call(house, browsers["chromium"], "5")
    booking, mother = call.booking, call.mother
    before = await mother.media()
    connections = await mother.page.evaluate("window.probe.states().length")
    house.cable.cut()
    await mother.page.wait_for_timeout(6_000)
    after = await mother.media()
    assert after["frames"] > before["frames"] + 20, "the picture went on"
    assert await mother.state() == "live"
    assert await mother.page.evaluate("window.probe.states().length") == connections, "no new transport was needed"
    assert abs(await mother.left() - booking.left()) < 2
    await end(call.operator, booking)
    await mother.until("ended")
    assert await mother.end_reason() == "ended_by_staff", "the resumed socket heard the end"


async def test_people_get_back_in_by_themselves_after_the_node_was_killed(
    house: House, browsers: dict[str, Browser]
) -> None:
    """SIGKILL in mid-call: both sides are back without a touch, to the same boundary, and the visit closes on time."""
    call = await live_call(house, browsers["chromium"], "2")
    booking, mother, prison = call.booking, call.mother, call.prison
    house.kill_node()
    packets = (await mother.media())["videoPackets"]
    await mother.media_until(lambda now: now["videoPackets"] > packets + 50, within=30_000)
    await mother.until("live")
    await prison.sees_and_hears(FAMILYS_PICTURE)
    assert abs(await mother.left() - booking.left()) < 2
    await mother.until("ended", within=booking.left() * 1000 + 5_000)
    assert -booking.left() < 3
    record = await house.record(booking.visrn)
    assert record["status"] == "closed"
    assert record["seconds"]["visitor"] > 20
    assert record["last_forwarded_at"] is None or record["last_forwarded_at"] <= booking.ends_at
