"""js/monitor/tile.js: one room followed live, by somebody who sends nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.web.client.stand import FAMILY, PRISON, stamp

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.web.client.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FOLLOW = """async () => {
  window.asked = 0;
  navigator.mediaDevices.getUserMedia = () => { window.asked += 1; throw new Error("asked"); };
  document.head.innerHTML += '<meta name="csrf-token" content="token">';
  document.body.innerHTML = `<li data-room="r1"><div data-stage><div data-tiles></div><p data-say="words"></p>
    <button data-action="hear" hidden>Hear</button></div></li>`;
  const { Tile } = await import("/static/js/monitor/tile.js");
  const { loadText } = await import("/static/js/lib/text.js");
  window.changes = 0;
  window.tile = new Tile(document.querySelector("li"), await loadText("en"), "en", () => { window.changes += 1; });
}"""


async def follow(page: Page, stand: Stand) -> None:
    """Begin to follow the stand's room."""
    await page.goto(f"{stand.url}/blank")
    await page.evaluate(FOLLOW)


async def live(stand: Stand) -> None:
    """Let the room go live."""
    await stand.say("state", state="live", awaiting=None, now=stamp(datetime.now(UTC)), left=800)


async def test_a_monitor_opens_no_device_and_sends_nothing_of_itself(page: Page, stand: Stand) -> None:
    """Not one question for a camera; the room hears no media message and no device."""
    await follow(page, stand)
    ready = await stand.hear("ready")
    assert ready["devices"] == {"camera": False, "microphone": False}
    await live(stand)
    await expect(page.locator('[data-participant="v1"]')).to_have_count(1)
    assert await page.evaluate("asked") == 0
    heard = [stand.heard.get_nowait()["type"] for _ in range(stand.heard.qsize())]
    assert "media" not in heard


async def test_a_tile_says_what_is_waited_for_and_how_it_ended(page: Page, stand: Stand) -> None:
    """The wait is not called the monitor's own visit; on hold nothing comes, and that is no trouble."""
    words = page.locator('[data-say="words"]')
    await follow(page, stand)
    await stand.hear("ready")
    await stand.say("state", state="waiting", awaiting="slot", now=stamp(datetime.now(UTC)), left=800)
    await expect(words).to_contain_text("This visit begins at")
    await live(stand)
    await expect(words).to_be_hidden()
    await stand.say("state", state="held", awaiting=None, now=stamp(datetime.now(UTC)), left=800)
    await expect(words).to_contain_text("nothing is sent to you")
    now = stamp(datetime.now(UTC))
    await stand.say("ended", reason="slot_over", ended_at=now, planned_end=now)
    await expect(words).to_contain_text("when its time was over. There is nothing more to watch here.")
    assert await page.evaluate("changes") >= 4


@pytest.mark.parametrize(("kind", "theirs"), [("family", "Family"), ("legal", "Lawyer")])
async def test_the_sides_stand_as_on_the_wall_with_their_names_in_full(
    page: Page, stand: Stand, kind: str, theirs: str
) -> None:
    """The family first and then the prison's side, whoever of them comes first; no name is cut on a narrow screen."""
    stand.kind = kind
    await follow(page, stand)
    await page.evaluate(
        """() => new Promise((resolve) => {
          document.querySelector("li").className = "tilebox";
          document.querySelector("[data-stage]").className = "tilebox__stage";
          document.querySelector("[data-tiles]").className = "tiles";
          const style = Object.assign(document.createElement("link"), { rel: "stylesheet", onload: resolve });
          style.href = "/static/css/follow.css";
          document.head.append(style);
        })"""
    )
    await stand.hear("ready")
    await live(stand)
    everybody = [stand.person(PRISON), *(stand.person(FAMILY) | {"participant": f"v{place}"} for place in (1, 2, 3))]
    await stand.say("people", people=everybody[:2])
    await stand.say("people", people=everybody)
    labels = page.locator(".tile:has([data-participant]) .tile__side")
    await expect(labels).to_have_text([theirs] * 3 + ["Prison's side"])
    cut = "(each) => each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight"
    assert not await labels.evaluate_all(f"(all) => all.some({cut})")


async def test_a_picture_that_stopped_is_said_as_to_somebody_who_watches(page: Page, stand: Stand) -> None:
    """Whose, since when on the jail's clock, and what of the voice; on hold nothing has stopped."""
    words = page.locator(".tile__words:visible")
    await follow(page, stand)
    await stand.hear("ready")
    await stand.say("people", people=[stand.person(PRISON)])
    await live(stand)
    await expect(words).to_contain_text("neither picture nor voice has arrived since", timeout=30_000)
    since = stand.starts_at.astimezone(ZoneInfo("Asia/Kolkata"))
    assert re.search(rf"since ({since:%H}|{since + timedelta(hours=1):%H}):\d\d:\d\d\.", await words.inner_text())
    await stand.say("state", state="held", awaiting=None, now=stamp(datetime.now(UTC)), left=800)
    await expect(page.locator(".tile__words")).not_to_contain_text("neither picture")


async def test_a_network_that_lets_no_picture_through_is_nothing_a_monitor_changes_by_mobile_data(
    page: Page, stand: Stand
) -> None:
    """They are told whom to tell, and that the visit may go on."""
    await follow(page, stand)
    await stand.hear("ready")
    await live(stand)
    await page.evaluate("Object.defineProperty(tile.visit, 'blocked', { get: () => true, set: () => {} })")
    words = page.locator('[data-say="words"]')
    await expect(words).to_contain_text("Pictures do not get through the network to this page.")
    await expect(words).not_to_contain_text("mobile data")


async def test_a_voice_nobody_asked_for_needs_no_tap(page: Page, stand: Stand) -> None:
    """A browser that refuses even a silenced voice brings up no button; one that was asked for brings it."""
    await follow(page, stand)
    await stand.hear("ready")
    await live(stand)
    await page.evaluate(
        """async ([person]) => {
          HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException("", "NotAllowedError"));
          const { Stage } = await import("/static/js/view/stage.js");
          window.stage = new Stage(document.querySelector("[data-stage]"), (key) => key, false, () => {});
          stage.draw({ participant: "m1", people: [person] }, 0, "");
          const sound = new MediaStreamAudioDestinationNode(new AudioContext()).stream;
          stage.track(person.participant, sound.getAudioTracks()[0]);
          await new Promise((resolve) => setTimeout(resolve));
        }""",
        [stand.person(PRISON)],
    )
    assert await page.is_hidden('[data-action="hear"]')
    await page.evaluate("stage.hear(true)")
    await expect(page.locator('[data-action="hear"]')).to_be_visible()


async def test_a_tile_that_is_closed_leaves_the_room_at_once(page: Page, stand: Stand) -> None:
    """The watch ends when the monitor ends it, not when a server has missed the page for long enough."""
    await follow(page, stand)
    await stand.hear("ready")
    await page.evaluate("tile.close()")
    await stand.hear("leave")
    assert await page.locator("[data-participant]").count() == 0


async def test_a_room_that_lets_nobody_in_says_why(page: Page, stand: Stand) -> None:
    """A room that is over, and one that as many watch as may."""
    words = page.locator('[data-say="words"]')
    stand.entry_error = "no_session"
    await follow(page, stand)
    await expect(words).to_contain_text("This room is not open")
    stand.entry_error = "room_full"
    await follow(page, stand)
    await expect(words).to_contain_text("This page tries again by itself.")
