"""js/view/staff.js: what staff do in a call, as the family's page shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.reading import readable
from tests.web.client.stand import FAMILY, PRISON, eventually, stamp

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.web.client.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

READY = '[data-action="ready"]:enabled'
WARNING = "[data-warnings]:visible"
SIZES = [(360, 740), (740, 360), (1366, 768)]


async def state(page: Page, stand: Stand, name: str) -> None:
    """Let the room be in a state, and the page see it."""
    await stand.say("state", state=name, awaiting=None, now=stamp(datetime.now(UTC)), left=800)
    await page.wait_for_selector(f'html[data-call="{name}"]', state="attached")


async def live(page: Page, stand: Stand) -> None:
    """Be in a live visit with the prison's side present."""
    await page.goto(f"{stand.url}/call")
    await page.wait_for_selector(READY)
    await page.click(READY)
    await page.wait_for_selector('html[data-call="waiting"]', state="attached")
    await people(stand)
    await state(page, stand, "live")


async def people(stand: Stand, mine: dict[str, Any] | None = None, theirs: dict[str, Any] | None = None) -> None:
    """Say who is here, with what staff have taken from us and from the prison's side."""
    await stand.say("people", people=[stand.person(FAMILY, **(mine or {})), stand.person(PRISON, **(theirs or {}))])


async def says(page: Page, place: str, words: str) -> None:
    """Wait until a place on the screen says something."""
    await eventually(page, f"document.querySelector('[data-screen=stage] {place}').innerText.includes({words!r})")


async def test_a_hold_is_a_card_that_says_what_to_do_and_goes_by_itself(page: Page, stand: Stand) -> None:
    """Over the pictures; nothing is sent meanwhile; the controls stay."""
    await live(page, stand)
    await state(page, stand, "held")
    words = await page.inner_text("[data-hold]")
    for sentence in ("The prison has paused the visit", "You need to do nothing", "The time runs on"):
        assert sentence in words
    card, picture = await page.locator("[data-hold]").bounding_box(), await page.locator(".tiles").bounding_box()
    assert card == picture
    assert await page.is_visible('[data-screen="stage"] [data-action="leave"]')
    await state(page, stand, "live")
    assert not await page.is_visible("[data-hold]")


async def test_what_staff_took_from_us_is_said_on_our_picture_and_in_words(page: Page, stand: Stand) -> None:
    """Before what we switched off ourselves; given back, our own words are there again."""
    await live(page, stand)
    await page.click('[data-action="mute"]')
    await says(page, "[data-say=self-words]", "They can't hear you")
    await people(stand, mine={"muted": True})
    await says(page, "[data-say=self-words]", "Sound off by staff")
    await says(page, "[data-say=taken]", "The staff have switched off your sound.")
    await people(stand, mine={"muted": True, "blanked": True})
    await says(page, "[data-say=taken]", "The staff have switched off your picture and sound.")
    await people(stand)
    await says(page, "[data-say=self-words]", "They can't hear you")
    assert not await page.is_visible("[data-say=taken]")


async def test_what_staff_took_from_the_others_is_said_on_their_tile(page: Page, stand: Stand) -> None:
    """The last picture before a blank does not stand there; nobody is said to have a bad line for it."""
    await live(page, stand)
    tile = f'.tile:has([data-participant="{PRISON}"])'
    await page.evaluate(
        f"""() => {{
          const canvas = document.createElement("canvas");
          const paint = () => canvas.getContext("2d").fillRect(0, 0, Math.random() * 100, 100);
          setInterval(paint, 50);
          document.querySelector({tile!r} + " video").srcObject = canvas.captureStream();
        }}"""
    )
    await page.wait_for_selector(f"{tile} video:visible")
    await people(stand, theirs={"blanked": True})
    await page.wait_for_selector(f"{tile}[data-blanked=true] video", state="hidden")
    assert "The staff have switched off the picture of" in await page.inner_text(tile)
    await page.wait_for_timeout(4_500)  # longer than after which a picture counts as stopped
    await people(stand, theirs={"muted": True})
    await page.wait_for_selector(f"{tile}[data-muted=true] video:visible")
    assert "The staff have switched off the sound of" in await page.inner_text(tile)
    await people(stand)
    await page.wait_for_selector(f"{tile}[data-muted=false]")
    assert "stopped" not in await page.inner_text(tile)


@pytest.mark.parametrize("size", SIZES)
async def test_a_warning_covers_no_whole_picture_and_stays_until_it_was_read(
    page: Page, stand: Stand, size: tuple[int, int]
) -> None:
    """Even the longest that can be typed: less than two thirds of the picture, its button in reach, nothing cut off
    that cannot be scrolled to. It takes no focus, and the call goes on.
    """
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})
    await live(page, stand)
    await stand.say("warning", id="w1", notice=None, text="Please let the child sit down. " * 9)
    await page.wait_for_selector(WARNING)
    card, picture = await page.locator(WARNING).bounding_box(), await page.locator(".tiles").bounding_box()
    assert card
    assert picture
    assert card["height"] <= picture["height"] * 0.66
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= width
    button = await page.locator('[data-action="read"]').bounding_box()
    assert button
    assert button["y"] + button["height"] <= card["y"] + card["height"]
    assert not await page.evaluate("document.activeElement.matches('[data-warnings] *')")
    assert await page.get_attribute("html", "data-call") == "live"
    await page.click('[data-action="read"]')
    assert not await page.is_visible("[data-warnings]")


async def test_warnings_are_read_out_and_read_by_keyboard(page: Page, stand: Stand) -> None:
    """An alert's words; each once, in the page's language or as typed; then focus is back where it was."""
    await live(page, stand)
    await page.focus('[data-screen="stage"] [data-action="mute"]')
    await stand.say("warning", id="w1", notice="cover", text="")
    await stand.say("warning", id="w2", notice=None, text="<b>कृपया</b> sit down")
    await page.wait_for_selector('[data-warning="w2"]')
    alert = page.get_by_role("alert")
    assert "Please be properly dressed" in await alert.inner_text()
    assert "<b>कृपया</b> sit down" in await alert.inner_text()
    await page.evaluate("""(kept) => (window.kept = document.querySelector('[data-warning="w1"]'))""")
    await stand.say("warning", id="w1", notice="cover", text="")
    await state(page, stand, "held")
    assert await page.evaluate("""kept === document.querySelector('[data-warning="w1"]')""")
    assert await page.locator("[data-warning]").count() == 2
    for _ in range(20):
        if await page.evaluate("document.activeElement.dataset.action === 'read'"):
            break
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-warnings]", state="hidden")
    assert await page.evaluate("document.activeElement.dataset.action") == "mute"


async def test_what_was_read_stays_read_after_a_reload_and_what_was_not_comes_back(page: Page, stand: Stand) -> None:
    """The server says again what it said within the minute."""
    await live(page, stand)
    await stand.say("warning", id="w1", notice="cover", text="")
    await page.wait_for_selector(WARNING)
    await page.click('[data-action="read"]')
    await page.reload()
    await stand.hear("resume")
    await eventually(page, "['waiting', 'live'].includes(document.documentElement.dataset.call)")
    await stand.say("warning", id="w1", notice="cover", text="")
    await stand.say("warning", id="w2", notice="time", text="")
    await page.wait_for_selector('[data-warning="w2"]')
    assert await page.locator("[data-warning]").count() == 1


async def test_every_state_is_clean_for_axe(page: Page, stand: Stand) -> None:
    """A hold with a warning over it; sound and picture taken on both sides."""
    await live(page, stand)
    await people(stand, mine={"muted": True, "blanked": True}, theirs={"muted": True})
    await says(page, "[data-say=taken]", "picture and sound")
    await readable(page)
    await stand.say("warning", id="w1", notice="recording", text="")
    await state(page, stand, "held")
    await page.wait_for_selector(WARNING)
    await readable(page)


async def test_a_warning_at_the_terminal_goes_by_itself_after_a_minute(modules: Page) -> None:
    """Nobody there may be able to press anything; on a family's page it waits for its reader."""
    left = await modules.evaluate(
        """async () => {
          const { Staff } = await import("/static/js/view/staff.js");
          const patience = [];
          window.setTimeout = (act, milliseconds) => patience.push({ act, milliseconds });
          const found = {};
          for (const role of ["terminal", "visitor"]) {
            document.body.innerHTML = `<section data-warnings hidden><div data-warning-list></div>
              <button data-action="read"></button></section><div id="call" data-role="${role}"></div>`;
            const state = { people: [], warnings: [{ id: "w1", notice: null, text: "Sit down." }] };
            const visit = { phase: "live", state, read: () => { state.warnings = []; } };
            const staff = new Staff(document.querySelector("#call"), (key) => key, visit);
            staff.draw();
            const waits = patience.splice(0);
            for (const { act } of waits) act();
            staff.draw();
            found[role] = [waits.map((w) => w.milliseconds), document.querySelector("[data-warnings]").hidden];
          }
          return found;
        }"""
    )
    assert left == {"terminal": [[60_000], True], "visitor": [[], False]}
