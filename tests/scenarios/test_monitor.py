"""A monitor watches a live room, and nobody in it can learn of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Browser

from rooms.media.keyframes import PERIOD
from tests.scenarios.figures import FAINT, grows
from tests.scenarios.house import House
from tests.scenarios.people import FAMILYS_PICTURE, PRISONS_PICTURE, Person, family, ready, staff, start, terminal

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

STRETCHES = 5

RECORD_MESSAGES = """
(() => {
  const messages = (window.heard = []);
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", (event) => messages.push(event.data));
    }
  };
})();
"""


async def what_can_be_noticed(person: Person) -> dict[str, Any]:
    """Everything in a participant's view that a monitor's presence could change."""
    reports = await person.page.evaluate("window.probe.reports()")
    kinds = sorted(report["type"] for report in reports)
    remote = [report["ssrc"] for report in reports if report["type"] == "remote-inbound-rtp"]
    sections = [report["mid"] for report in reports if report["type"] == "inbound-rtp"]
    people = await person.page.locator("[data-participant]").count()
    return {"kinds": kinds, "remote": sorted(remote), "sections": sorted(sections), "people": people}


async def feedback(person: Person) -> dict[str, float]:
    """The sender's own counters of the feedback about its picture that came to it, and when this is: seconds."""
    sent = [report for report in await person.page.evaluate("window.probe.outbound()") if report["kind"] == "video"]
    counted = {name: sum(report.get(name, 0) for report in sent) for name in ("pliCount", "firCount")}
    return {**counted, "seconds": await person.page.evaluate("performance.now() / 1000")}


async def asked_on_schedule(person: Person) -> None:
    """Show that keyframes are asked for as the schedule has it, and never by FIR.

    Whoever sends so slowly that a keyframe does not come is asked again: on a starved machine a stretch without is
    waited for. What costs a sender keyframes does so in each.
    """
    asked: list[float] = []
    for _ in range(STRETCHES):
        grown = await grows(lambda: feedback(person), seconds=2 * PERIOD)
        assert grown["firCount"] == 0
        asked.append(grown["pliCount"] - grown["seconds"] / PERIOD)
        if abs(asked[-1]) <= 1:
            return
    raise AssertionError(f"so many more keyframes than the schedule has: {asked}")


@pytest.mark.parametrize("kind", ["family", "legal"])
async def test_monitor_watches_and_stays_unseen(house: House, browsers: dict[str, Browser], kind: str) -> None:
    """The picture comes, messages and statistics of the family stay as they were; a lawyer's call gives no sound."""
    booking = await house.demo("--minutes", "10", "--starts-in", "3", "--kind", kind)
    chromium = browsers["chromium"]
    await terminal(chromium, booking)
    operator = await staff(chromium, house, booking.operator, "/operator")
    await start(operator, booking)
    mother = await family(chromium, house, booking)
    await mother.context.add_init_script(RECORD_MESSAGES)
    await mother.page.reload()
    await ready(mother)
    await mother.until("live")
    await mother.sees_and_hears(PRISONS_PICTURE)

    monitor = await staff(chromium, house, booking.monitor, "/monitor")
    row = monitor.page.locator(f'[data-visrn="{booking.visrn}"]')
    await row.wait_for()
    await asked_on_schedule(mother)
    seen_before = await what_can_be_noticed(mother)
    heard_before = await mother.page.evaluate("window.heard.length")

    await row.locator('[data-action="watch"]').click()
    await monitor.until("live")
    await monitor.page.wait_for_selector(FAMILYS_PICTURE)
    await grows(monitor.media, frames=5)
    await asked_on_schedule(mother)
    if kind == "family":
        await grows(monitor.media, energy=FAINT)
    else:
        assert (await monitor.media())["audioPackets"] == 0, "no sound where a privilege forbids it"

    assert await what_can_be_noticed(mother) == seen_before
    heard = await mother.page.evaluate(f"window.heard.slice({heard_before})")
    assert not [message for message in heard if "monitor" in message]
    # What a slow line makes of the picture is told too.
    assert {kind_of(message) for message in heard} <= {"ping", "people", "notice", "state", "layers"}


def kind_of(message: str) -> str:
    """The type of a signalling message."""
    return str(json.loads(message)["type"])
