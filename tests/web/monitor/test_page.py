"""The monitor's pages in a real browser: rooms come by themselves, keys act, alerts are ticked off, lines break."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from broker.staff import Role
from broker.visit import Visit, VisitKind
from config.facts import EndReason
from rooms.presence import PresenceState, Quality
from rooms.wall import interest
from rooms.wall.alert import AlertKind
from tests.support.desk import PASSWORD, Desk
from tests.support.monitoring import amiss, family, live, picture, prison
from tests.support.proxy import Proxy

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1366, "height": 768}
STALE = 12_000
# How many rooms' pictures are under a sheet.
COVERED = """(sheet) => {
  const { top, left, right, bottom } = sheet.getBoundingClientRect();
  return [...document.querySelectorAll("[data-stage]")].filter((stage) => {
    const box = stage.getBoundingClientRect();
    return box.left < right && box.right > left && box.top < bottom && box.bottom > top;
  }).length;
}"""


async def wall_of(browser: Browser, desk: Desk, username: str, viewport: dict[str, int]) -> Page:
    """A monitor's wall, in a browser of its own; an error of its scripts fails the test."""
    options: dict[str, object] = {"viewport": viewport, "locale": "en-GB"}
    context = await browser.new_context(**options)  # type: ignore[arg-type]
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(str(desk.server.make_url("/staff/sign-in")))
    await page.fill("[name=username]", username)
    await page.fill("[name=password]", PASSWORD)
    await page.click("button[type=submit]:not([data-action])")
    await page.wait_for_selector('[data-console="monitor"]')
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def wall(browsers: dict[str, Browser], shown: Desk) -> AsyncIterator[Page]:
    """Mira's wall on a desk."""
    await shown.hire("mira", Role.MONITOR, shown.here)
    page = await wall_of(browsers["chromium"], shown, "mira", DESKTOP)
    yield page
    await page.context.close()


def row(page: Page, visit: Visit) -> str:
    """The selector of a visit's card or tile."""
    return f'[data-visrn="{visit.visrn}"]'


async def clean(page: Page) -> None:
    """Nothing that a screen reader would stumble over, and nothing to scroll sideways."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    viewport = page.viewport_size
    assert viewport is not None
    assert await page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


async def test_a_room_appears_with_its_pictures_and_f_follows_it(browsers: dict[str, Browser], shown: Desk) -> None:
    """The wall fills without a reload, on a phone too, and a newer picture takes the place of the old one."""
    await shown.hire("mira", Role.MONITOR, shown.here)
    page = await wall_of(browsers["chromium"], shown, "mira", PHONE)
    await page.wait_for_selector("[data-key=empty]")
    visit = await live(shown, await shown.book())
    await shown.show(visit, family(visit), PresenceState.CONNECTED, quality=Quality.BAD)
    await picture(shown, visit, family(visit), speaking=True)
    shot = page.locator(f'{row(page, visit)} [data-side="family"] [data-picture]')
    await expect(shot).to_have_js_property("naturalWidth", 160)
    await page.wait_for_selector(f'{row(page, visit)} [data-side="family"][data-speaking="yes"]')
    before = await shot.get_attribute("src")
    shown.clock.advance(15)
    await picture(shown, visit, family(visit), 120)
    await expect(shot).not_to_have_attribute("src", before or "")
    await clean(page)
    await page.keyboard.press("f")
    await page.wait_for_url(f"**/monitor/rooms/{visit.id}")
    await page.context.close()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desk"])
async def test_every_page_can_be_read_by_everybody(
    browsers: dict[str, Browser], shown: Desk, viewport: dict[str, int]
) -> None:
    """Wall with trouble and an open sheet, followed rooms, looks and record; light and dark."""
    await shown.hire("mira", Role.MONITOR, shown.here)
    visit = await live(shown, await shown.book(visitors=2))
    legal = await live(shown, await shown.book(terminal=1, kind=VisitKind.LEGAL))
    await amiss(shown, visit, AlertKind.DARK, family(visit))
    await shown.registry.moderate(visit.id, prison(visit), muted=True, by="staff:1")
    page = await wall_of(browsers["chromium"], shown, "mira", viewport)
    await page.wait_for_selector('[data-alert="dark"]')
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await clean(page)
    await page.locator(f'{row(page, visit)} [data-panel="warn"] summary').click()
    await expect(page.locator(f'{row(page, visit)} [data-action="warn"]').first).to_be_visible()
    await clean(page)
    for path in (f"/monitor/follow?rooms={visit.id},{legal.id}", "/monitor/looks", f"/monitor/record/{visit.id}"):
        await page.goto(str(shown.server.make_url(path)))
        await clean(page)
        frames = page.locator(".table-frame")
        assert not await frames.evaluate_all("(all) => all.some((each) => each.scrollWidth > each.clientWidth)"), path
    await page.context.close()


async def test_a_side_is_muted_and_given_back_by_keyboard_alone(shown: Desk, wall: Page) -> None:
    """M opens, a reason is chosen, Enter does it; the card says so, and offers the way back."""
    visit = await live(shown, await shown.book())
    await wall.wait_for_selector(row(wall, visit))
    await wall.keyboard.press("m")
    reason = wall.locator(f'{row(wall, visit)} [data-panel="mute"] [name=reason]')
    await expect(reason).to_be_focused()
    await wall.keyboard.press("Escape")
    await expect(reason).to_be_hidden()
    await wall.keyboard.press("m")
    await expect(reason).to_be_focused()
    await wall.keyboard.type("Recording")
    await reason.select_option("conduct")
    await wall.keyboard.press("Tab")
    await wall.keyboard.press("Enter")
    await expect(wall.locator("[data-said]")).to_contain_text("The sound is off.")
    muted = wall.locator(f'{row(wall, visit)} [data-side="family"][data-muted="yes"]')
    await expect(muted).to_contain_text("Sound taken by staff")
    state = await shown.registry.room(visit.id)
    assert [who for who, taken in state.moderation.items() if taken.muted] == [family(visit)]
    await wall.keyboard.press("m")
    await wall.locator('[data-action="unmute"]').press("Enter")
    await expect(muted).to_have_count(0)
    assert (await shown.registry.room(visit.id)).moderation == {}


async def test_an_act_without_its_reason_is_not_sent(shown: Desk, wall: Page) -> None:
    """The browser asks for it; with it the visit ends, and its card goes."""
    visit = await live(shown, await shown.book())
    await wall.wait_for_selector(row(wall, visit))
    await wall.keyboard.press("e")
    end = wall.locator(f'{row(wall, visit)} [data-action="end"]')
    await end.click()
    assert (await shown.registry.room(visit.id)).end_reason is None
    await wall.select_option(f'{row(wall, visit)} [data-panel="end"] [name=reason]', "emergency")
    await end.click()
    await wall.wait_for_selector("[data-key=empty]")
    assert (await shown.registry.room(visit.id)).end_reason is EndReason.ENDED_BY_STAFF


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
async def test_what_is_done_to_a_room_covers_nothing_of_it(wall: Page, shown: Desk, viewport: dict[str, int]) -> None:
    """Every sheet opens under its card, which stays as it is, and can be read whole."""
    visit = await live(shown, await shown.book())
    await wall.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    card = wall.locator(row(wall, visit))
    await card.focus()
    for key in ("w", "m", "b", "e"):
        await wall.keyboard.press(key)
        sheet = wall.locator("[data-panel][open] .act__sheet")
        await expect(sheet).to_be_in_viewport(ratio=0.99)
        box, under = await card.bounding_box(), await sheet.bounding_box()
        assert box
        assert under
        assert under["y"] >= box["y"] + box["height"] - 2
        await wall.keyboard.press("Escape")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
async def test_an_alert_that_comes_does_not_move_the_cards(wall: Page, shown: Desk, viewport: dict[str, int]) -> None:
    """Neither does the next look due that changes with it; the question about what was found can be read whole."""
    visit = await live(shown, await shown.book())
    await wall.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    await wall.wait_for_selector(row(wall, visit))
    board = "document.querySelector('[data-items]').getBoundingClientRect().top"
    before = await wall.evaluate(board)
    await amiss(shown, visit, AlertKind.DARK, family(visit))
    await wall.wait_for_selector(f'{row(wall, visit)} [data-alert="dark"]')
    await wall.wait_for_selector("[data-alarming]")
    assert await wall.evaluate(board) == before
    asks = wall.get_by_text("What you found (may stay empty)")
    assert await asks.evaluate("(each) => each.scrollWidth <= each.clientWidth")
    await expect(wall.get_by_label("What you found (may stay empty)")).to_be_visible()
    await wall.wait_for_selector("[data-next='']", state="detached")
    await shown.registry.request_end(visit.id, EndReason.ENDED_BY_STAFF, "staff:1")
    await wall.wait_for_selector("[data-next='']")
    assert await wall.evaluate(board) == before


async def test_what_is_written_into_a_sheet_outlives_news_of_the_room(shown: Desk, wall: Page) -> None:
    """An alert that comes while somebody writes a warning takes neither the words nor the place to write."""
    visit = await live(shown, await shown.book())
    await wall.wait_for_selector(row(wall, visit))
    await wall.keyboard.press("w")
    text = wall.locator(f'{row(wall, visit)} [data-panel="warn"] [name=text]')
    await text.press_sequentially("Please do not show")
    await amiss(shown, visit, AlertKind.ONE_WAY, prison(visit))
    await picture(shown, visit, family(visit), speaking=True)
    await wall.wait_for_selector(f'{row(wall, visit)} [data-alert="one_way"]')
    await wall.wait_for_selector(f'{row(wall, visit)} [data-speaking="yes"]')
    await expect(text).to_be_focused()
    await text.press_sequentially(" papers")
    await wall.locator(f'{row(wall, visit)} [data-action="warn"][data-side="prison"]').click()
    await expect(wall.locator("[data-said]")).to_contain_text("The warning was given.")
    (warning,) = await shown.registry.warnings(visit.id)
    assert (warning.text, warning.to) == ("Please do not show papers", (prison(visit),))


async def test_an_alert_ticked_off_by_one_is_seen_by_the_other_and_comes_back(
    browsers: dict[str, Browser], shown: Desk, wall: Page
) -> None:
    """By name; the room goes to the top when something is amiss, and the same trouble later is a new one."""
    quiet = await live(shown, await shown.book(starts_in=-30))
    loud = await live(shown, await shown.book(terminal=1))
    await shown.hire("nitin", Role.MONITOR, shown.here)
    other = await wall_of(browsers["chromium"], shown, "nitin", DESKTOP)
    cards = wall.locator("[data-items] > [data-visrn]")
    await expect(cards.first).to_have_attribute("data-visrn", str(quiet.visrn))
    first = await amiss(shown, loud, AlertKind.DARK, family(loud))
    await expect(cards.first).to_have_attribute("data-visrn", str(loud.visrn))
    await wall.locator(row(wall, loud)).focus()
    await wall.keyboard.press("t")
    await wall.keyboard.type("a curtain")
    await wall.keyboard.press("Enter")
    await expect(other.locator(f'{row(other, loud)} [data-ticked="yes"]')).to_contain_text("Name of mira")
    await amiss(shown, loud, AlertKind.DARK, family(loud), shown.clock.now())
    await other.wait_for_selector(f'{row(other, loud)} [data-ticked="no"]')
    async with shown.db.read() as uow:
        assert [(tick.since, tick.note) for tick in await uow.monitoring.ticks([loud.id])] == [
            (first.since, "a curtain")
        ]
    await other.context.close()


async def test_a_wall_whose_line_is_cut_says_so_and_catches_up(shown: Desk, wall: Page) -> None:
    """Old news is marked as such; the rooms of meanwhile are there when the line is back."""
    line = await Proxy.start(f"redis://127.0.0.1:{shown.server.port}")
    before = await live(shown, await shown.book())
    await wall.goto(line.url.replace("redis", "http") + "/monitor")
    await wall.wait_for_selector(row(wall, before))
    await line.cut()
    await expect(wall.locator("[data-stale]")).to_be_visible(timeout=STALE)
    after = await live(shown, await shown.book(terminal=1))
    await shown.registry.request_end(before.id, EndReason.ENDED_BY_STAFF, "staff:1")
    await line.mend()
    await wall.wait_for_selector(row(wall, after), timeout=30_000)
    await expect(wall.locator("[data-stale]")).to_be_hidden()
    await expect(wall.locator(row(wall, before))).to_have_count(0)
    await wall.goto("about:blank")
    await line.cut()


async def test_a_hidden_wall_asks_for_no_pictures(shown: Desk, wall: Page) -> None:
    """Another tab in front of it: its alerts still come, its rooms are on nobody's wall any more."""
    visit = await live(shown, await shown.book())
    await wall.wait_for_selector(row(wall, visit))
    assert await interest.shown(shown.redis, [visit.id]) == {visit.id}
    hide = """(state) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    async with wall.expect_request("**/monitor/events?*pictures=no*"):
        await wall.evaluate(hide, "hidden")
    await amiss(shown, visit, AlertKind.ONE_WAY, prison(visit))
    await wall.wait_for_selector('[data-alert="one_way"]')
    await shown.redis.delete(f"mulakat:room:{visit.id}:wall")
    async with wall.expect_request(lambda request: "events" in request.url and "pictures" not in request.url):
        assert await interest.shown(shown.redis, [visit.id]) == frozenset()
        await wall.evaluate(hide, "visible")


async def test_several_rooms_are_chosen_and_the_layout_is_theirs(shown: Desk, wall: Page) -> None:
    """X chooses, F follows what was chosen; C lets one go, N takes the next that is due."""
    visits = [await live(shown, await shown.book(terminal=number, starts_in=-number)) for number in range(3)]
    for visit in visits:
        await wall.wait_for_selector(row(wall, visit))
    for visit in visits[:2]:
        await wall.locator(row(wall, visit)).focus()
        await wall.keyboard.press("x")
    await wall.keyboard.press("f")
    await wall.wait_for_url("**/monitor/follow?rooms=*")
    tiles = wall.locator("[data-items] > [data-visrn]")
    await expect(tiles).to_have_count(2)
    await expect(wall.locator("[data-items]")).to_have_class("follow follow--2")
    await tiles.first.focus()
    await wall.keyboard.press("c")
    await expect(tiles).to_have_count(1)
    await wall.keyboard.press("n")
    await expect(wall.locator(row(wall, visits[2]))).to_have_count(1)
    await expect(tiles).to_have_count(2)
    await shown.registry.request_end(visits[2].id, EndReason.ENDED_BY_STAFF, "staff:1")
    await expect(wall.locator(f"{row(wall, visits[2])} [data-ended]")).to_contain_text("Staff ended it at")


async def test_a_digit_says_how_many_at_once_on_both_pages_and_escape_goes_back(shown: Desk, wall: Page) -> None:
    """A free place says how it is filled, S moves the sound, and Esc leaves what is written, a sheet and the rooms."""
    visits = [await live(shown, await shown.book(terminal=number, starts_in=-number)) for number in range(2)]
    for visit in visits:
        await wall.wait_for_selector(row(wall, visit))
    await wall.keyboard.press("1")
    await wall.wait_for_url("**/monitor/follow?rooms=*layout=1")
    await expect(wall.locator("[data-key=free]")).to_have_count(0)
    await wall.keyboard.press("2")
    await expect(wall.locator("[data-items]")).to_have_class("follow follow--2")
    await expect(wall.locator("[data-key=free]")).to_contain_text("There is place for 1 more room. N")
    await wall.keyboard.press("n")
    tiles = wall.locator("[data-items] > [data-visrn]")
    await expect(tiles).to_have_count(2)
    await expect(wall.locator("[data-key=free]")).to_have_count(0)
    await tiles.nth(1).focus()
    await wall.keyboard.press("s")
    sounds = wall.locator('[data-action="sound"]')
    await expect(sounds.nth(1)).to_have_attribute("aria-pressed", "true")
    await expect(sounds.nth(0)).to_have_attribute("aria-pressed", "false")
    await wall.keyboard.press("s")
    await expect(sounds.nth(1)).to_have_attribute("aria-pressed", "false")
    await wall.keyboard.press("m")
    await wall.keyboard.press("Escape")
    await expect(wall.locator("[data-panel][open]")).to_have_count(0)
    await amiss(shown, visits[0], AlertKind.DARK, family(visits[0]))
    await wall.locator("[data-note]").focus()
    await wall.keyboard.press("Escape")
    await expect(wall.locator(row(wall, visits[0]))).to_be_focused()
    await wall.keyboard.press("Escape")
    await wall.wait_for_selector('[data-console="monitor"]')


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("layout", [1, 2, 4, 9])
async def test_who_chooses_a_notice_sees_the_pictures(
    wall: Page, shown: Desk, viewport: dict[str, int], layout: int
) -> None:
    """No picture of any room is under the sheet; its own room's and the whole sheet are on the screen together."""
    rooms = [await live(shown, await shown.book(terminal=number)) for number in range(min(layout, 3))]
    await wall.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
    ids = ",".join(room.id for room in rooms)
    await wall.goto(str(shown.server.make_url(f"/monitor/follow?rooms={ids}&layout={layout}")))
    for room in rooms:
        await wall.locator(row(wall, room)).focus()
        for key in ("w", "m"):
            await wall.keyboard.press(key)
            sheet = wall.locator("[data-panel][open] .act__sheet")
            await expect(sheet).to_be_in_viewport(ratio=0.99)
            await expect(wall.locator(f"{row(wall, room)} [data-stage]")).to_be_in_viewport(ratio=0.99)
            assert await sheet.evaluate(COVERED) == 0
            await wall.keyboard.press("Escape")
