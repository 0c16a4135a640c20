"""A monitor watches a live room, and nobody in it can learn of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.scenarios.house import House
from tests.scenarios.people import FAMILYS_PICTURE, PRISONS_PICTURE, Person, family, ready, staff, start, terminal

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

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


async def counts(person: Person) -> dict[str, float]:
    """The sender's own counters of feedback that came to it."""
    sent = [report for report in await person.page.evaluate("window.probe.outbound()") if report["kind"] == "video"]
    return {name: sum(report.get(name, 0) for report in sent) for name in ("pliCount", "firCount", "nackCount")}


async def paced(person: Person, seconds: int) -> dict[str, float]:
    """How the feedback counters grow over some seconds."""
    before = await counts(person)
    await person.page.wait_for_timeout(seconds * 1000)
    after = await counts(person)
    return {name: after[name] - before[name] for name in before}


@pytest.mark.parametrize("kind", ["family", "legal"])
async def test_monitor_watches_and_stays_unseen(house: House, browsers: dict[str, Browser], kind: str) -> None:
    """The picture comes, messages and statistics of the family stay as they were; a lawyer's call gives no sound."""
    booking = await house.demo("--minutes", "5", "--starts-in", "3", "--kind", kind)
    chromium = browsers["chromium"]
    await terminal(chromium, booking)
    operator = await staff(chromium, house, booking.operator, "/operator")
    await start(operator, booking)
    mother = await family(chromium, house, booking)
    await mother.context.add_init_script(RECORD_MESSAGES)
    await mother.page.reload()
    await ready(mother)
    await mother.until("live", within=45_000)
    await mother.sees_and_hears(PRISONS_PICTURE)

    monitor = await staff(chromium, house, booking.monitor, "/monitor")
    row = monitor.page.locator(f'[data-visrn="{booking.visrn}"]')
    await row.wait_for()
    unwatched = await paced(mother, 16)
    seen_before = await what_can_be_noticed(mother)
    heard_before = await mother.page.evaluate("window.heard.length")

    await row.locator('[data-action="watch"]').click()
    await monitor.until("live")
    await monitor.page.wait_for_selector(FAMILYS_PICTURE)
    watched = await paced(mother, 16)
    media = await monitor.media()
    assert media["frames"] > 5, "the monitor sees the picture"
    assert (media["audioPackets"] > 0) == (kind == "family"), "sound only where no privilege forbids it"

    assert abs(watched["pliCount"] - unwatched["pliCount"]) <= 1, "keyframes are asked for at the same pace"
    assert watched["firCount"] == unwatched["firCount"] == 0
    assert await what_can_be_noticed(mother) == seen_before
    heard = await mother.page.evaluate(f"window.heard.slice({heard_before})")
    assert not [message for message in heard if "monitor" in message]
    assert {kind_of(message) for message in heard} <= {"ping", "people", "notice", "state"}


def kind_of(message: str) -> str:
    """The type of a signalling message."""
    return str(json.loads(message)["type"])
