"""The operator's console in a real browser: what it keeps, and what it says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from broker.staff import Role
from broker.visit import Visit
from config import keys
from config.secrets import digest
from rooms.presence import PresenceState, Quality
from tests.support.busy_day import busy_day, trouble
from tests.support.consoles import selector, signed_in
from tests.support.desk import Desk
from tests.support.live import until
from tests.support.reading import readable

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

#: The busy day's visits, by the state their rows show.
STATES = {
    "completed": "closed",
    "no_show": "no_show",
    "failed": "closed",
    "live": "trouble",
    "held": "held",
    "late": "late",
    "both_ready": "family_waiting",
    "bounced": "expected",
    "expected": "expected",
    "later": "expected",
    "cancelled": "closed",
}

# The acts that stick out of their row.
STICKING_OUT = """
[...document.querySelectorAll("[data-visrn] :is(button, select)")]
  .filter((act) => act.getBoundingClientRect().right > act.closest("[data-visrn]").getBoundingClientRect().right)
  .map((act) => act.outerHTML)
"""


async def test_an_update_keeps_the_focus_and_a_reason_that_was_chosen(page: Page, shown: Desk) -> None:
    """Somebody who is about to end a session is not thrown out of it by news about the same row."""
    visit = await shown.book()
    await page.click(f'{selector(visit)} [data-action="start"]')
    reason = page.locator(f"{selector(visit, 'ready')} [data-reason]")
    await reason.select_option("technical_failure")
    await reason.focus()
    await shown.show(visit, visit.visitors[0].id, PresenceState.CONNECTED, quality=Quality.BAD)
    await page.wait_for_selector(f"{selector(visit)} >> text=Very weak connection!")
    await expect(reason).to_be_focused()
    await expect(reason).to_have_value("technical_failure")


async def test_a_new_visit_above_does_not_move_the_focus(page: Page, shown: Desk) -> None:
    """Rows are put in their place around the one that is being worked on."""
    later = await shown.book(starts_in=600)
    button = page.locator(f'{selector(later)} [data-action="start"]')
    await button.focus()
    earlier = await shown.book(starts_in=60, terminal=1, minutes=5)
    await page.wait_for_selector(selector(earlier))
    await expect(button).to_be_focused()
    order = await page.locator("[data-visrn]").evaluate_all("rows => rows.map(row => row.dataset.visrn)")
    assert order == [str(earlier.visrn), str(later.visrn)]


async def test_a_refused_start_says_why(page: Page, shown: Desk) -> None:
    """The words appear on the page that is open."""
    visit = await shown.book()
    await page.wait_for_selector(selector(visit))
    await shown.redis.delete(keys.NODES)
    await page.click(f'{selector(visit)} [data-action="start"]')
    await page.wait_for_selector("[data-said] >> text=no room server is running")


async def test_good_news_goes_by_itself_and_a_started_row_counts_nothing_down(page: Page, shown: Desk) -> None:
    """Ten seconds of green; the time left is that of a call, and there is none yet."""
    visit = await shown.book(starts_in=600)
    await page.click(f'{selector(visit)} [data-action="start"]')
    await page.wait_for_selector("[data-said] >> text=The session is started.")
    await page.wait_for_selector(selector(visit, "ready"))
    assert await page.locator(f"{selector(visit)} [data-left-to]").count() == 0
    await expect(page.locator("[data-said]")).to_have_text("", timeout=30_000)


async def test_old_data_says_so_after_six_seconds_and_stops_saying_so(page: Page, shown: Desk) -> None:
    """A picture that may be old is marked, and unmarked when news comes again."""
    visit = await shown.book()
    await page.wait_for_selector(selector(visit))
    assert await page.locator("[data-stale]").is_hidden()
    await shown.redis.set(keys.presence(visit.id), "what no presence is")
    await page.wait_for_selector("[data-stale]:not([hidden])", timeout=30_000)
    await shown.redis.delete(keys.presence(visit.id))
    await page.wait_for_selector("[data-stale][hidden]", state="attached", timeout=30_000)


async def test_the_page_signs_itself_out_with_its_session(page: Page, shown: Desk) -> None:
    """A console whose session has ended shows the sign-in, not yesterday's names."""
    await page.wait_for_selector("[data-items]")
    shown.clock.advance(3601)
    await page.wait_for_selector("form[data-step=sign-in]")
    assert await page.locator("[data-visrn]").count() == 0


async def test_the_day_works_without_scripts(browsers: dict[str, Browser], shown: Desk) -> None:
    """Start and end are forms; the page that comes back says how it went."""
    await shown.hire("asha", Role.OPERATOR, shown.here)
    visit = await shown.book()
    context = await browsers["chromium"].new_context(java_script_enabled=False)
    page = await context.new_page()
    await signed_in(page, shown, "asha")
    await page.click(f'{selector(visit, "expected")} [data-action="start"]')
    await page.wait_for_selector("text=The session is started.")
    await page.select_option(f"{selector(visit, 'ready')} [data-reason]", "visit_finished")
    await page.click(f'{selector(visit)} [data-action="end"]')
    await page.wait_for_selector("text=The session is ended.")
    assert await page.locator(selector(visit, "ended")).count() == 1
    await context.close()


async def test_a_button_in_focus_never_becomes_another_visits(page: Page, shown: Desk) -> None:
    """While the list above the day changes, what somebody is about to press stays what it is."""
    later, sooner = await shown.book(starts_in=1), await shown.book(terminal=1)
    shown.clock.advance(2)
    await shown.show(later, later.visitors[0].id, PresenceState.WAITING)
    button = page.locator(f'[data-for="{later.visrn}"] [data-action="start"]')
    await button.focus()
    await shown.show(sooner, sooner.visitors[0].id, PresenceState.WAITING)
    await page.wait_for_selector(f'[data-for="{sooner.visrn}"]')
    order = await page.locator("[data-need=start]").evaluate_all("needs => needs.map(need => need.dataset.for)")
    assert order == [str(sooner.visrn), str(later.visrn)]
    await expect(button).to_be_focused()


async def test_the_sound_is_a_switch_that_is_remembered_and_plays_for_what_is_new(page: Page, shown: Desk) -> None:
    """Off at first; on, it is heard once for each new need, and not again for the same."""
    await page.add_init_script(
        "const start = OscillatorNode.prototype.start; window.notes = 0;"
        "OscillatorNode.prototype.start = function (...at) { window.notes += 1; return start.apply(this, at); };"
    )
    await page.reload()
    first, second = await shown.book(), await shown.book(terminal=1)
    await page.wait_for_selector(selector(second))
    await shown.show(first, first.visitors[0].id, PresenceState.WAITING)
    await page.wait_for_selector("[data-need=start]")
    assert await page.evaluate("notes") == 0
    await page.click("[data-sound]")
    await expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "true")
    tried = await page.evaluate("notes")
    assert tried == 3
    await shown.show(second, second.visitors[0].id, PresenceState.WAITING)
    await page.wait_for_selector(f'[data-for="{second.visrn}"]')

    async def played() -> bool | None:
        return await page.evaluate("notes") == tried + 3 or None

    await until(played)
    await shown.show(second, second.visitors[0].id, PresenceState.CONNECTED, quality=Quality.POOR)
    await page.wait_for_selector(f"{selector(second)} >> text=Weak connection.")
    assert await page.evaluate("notes") == tried + 3
    await page.reload()
    await expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "true")


async def test_a_terminals_state_and_what_was_asked_of_it_are_live(page: Page, shown: Desk) -> None:
    """Not paired, then well, then without a camera; and who asked for a test."""
    terminal = shown.here.terminals[1].id
    head = page.locator(f'[data-key="terminal-{terminal}"]')
    await expect(head).to_contain_text("not paired")
    me = await shown.hire("ravi", Role.OPERATOR, shown.here)
    await busy_day(shown, me, me)
    await expect(head).to_contain_text("ready")
    await expect(page.locator(f'[data-key="terminal-{shown.here.terminals[2].id}"]')).to_contain_text("camera trouble")
    await page.click(f'[data-key="line-{terminal}"] [data-action="test"]')
    await page.wait_for_selector("[data-said] >> text=The terminal was asked to test")
    await page.wait_for_selector(f'[data-key="line-{terminal}"] [data-command="test"] >> text=Name of asha')


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (360, 740)])
async def test_a_busy_day_can_be_read_by_everybody(page: Page, shown: Desk, size: tuple[int, int]) -> None:
    """No finding of axe on the day, a session, the help and the incidents, in either scheme, and nothing to scroll
    sideways for.
    """
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})
    ravi = await shown.hire("ravi", Role.OPERATOR, shown.here)
    day = await busy_day(shown, ravi, ravi)
    await trouble(shown, day["live"])
    for name, state in STATES.items():
        await page.wait_for_selector(selector(day[name], state))
    bounced = day["bounced"]
    for path in (
        "",
        f"/visits/{day['live'].id}",
        f"/visits/{day['late'].id}",
        f"/visits/{bounced.id}/help/{bounced.visitors[0].id}",
        "/incidents",
    ):
        await page.goto(str(shown.server.make_url(f"/operator{path}")))
        await readable(page)
        assert await page.evaluate(STICKING_OUT) == []


async def test_the_day_is_at_the_hour_it_has_come_to(page: Page, shown: Desk) -> None:
    """A long day's page opens where now is, and what needs somebody stays above it."""
    for hours in range(-9, 0):
        await shown.book(starts_in=hours * 3600)
    now = await shown.book()
    await page.reload()
    await expect(page.locator(selector(now))).to_be_in_viewport()
    await expect(page.locator("[data-now-row]")).to_be_in_viewport()
    await expect(page.locator("#needs-title")).to_be_in_viewport()


def slot_of(visit: Visit) -> int:
    """The id of the terminal a visit is held at."""
    assert visit.slot is not None
    return visit.slot.terminal_id


async def test_running_calls_can_be_acted_on_at_sight_under_two_notices(page: Page, shown: Desk) -> None:
    """On a small laptop, with three terminals: whoever sees a call and a notice need not look for the buttons."""
    async with shown.db.begin() as uow:
        for terminal in shown.here.terminals:
            await uow.terminals.pair(terminal.id, digest(f"secret of {terminal.id}"))
        await uow.commit()
    here = (shown.clock.now() + timedelta(hours=1)).isoformat()
    for terminal in shown.here.terminals[:2]:  # the third is gone, which takes more words
        await shown.redis.set(keys.terminal_seen(terminal.id), here)
    running = [await shown.book(), await shown.book(starts_in=60, terminal=1), await shown.book(terminal=2, visitors=2)]
    shown.clock.advance(65)
    for visit in running:
        await page.click(f'{selector(visit)} [data-action="start"]')
        await page.wait_for_selector(selector(visit, "ready"))
        await shown.room_says(visit, "live")
        await shown.show(visit, visit.visitors[0].id, PresenceState.CONNECTED, quality=Quality.GOOD)
        if visit is not running[2]:
            await shown.show(visit, f"terminal-{slot_of(visit)}", PresenceState.CONNECTED, quality=Quality.GOOD)
            await page.wait_for_selector(selector(visit, "live"))
    await trouble(shown, running[1])
    await shown.book(starts_in=900, terminal=2)
    await page.reload()
    await expect(page.locator("[data-need]")).to_have_count(2)
    for visit, state in zip(running[:2], ("live", "trouble"), strict=True):
        row = page.locator(selector(visit, state))
        for act in ("hold", "end", "details"):
            await expect(row.locator(f'[data-action="{act}"]')).to_be_in_viewport(ratio=1)
