"""js/lib/ladder.js, clock.js and time.js."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.web.client.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_ladder_climbs_as_the_protocol_says(modules: Page) -> None:
    """0, 0.3, 1.2, 2.7, 4.8 seconds, then 7 each; from the third try on the room is asked for first."""
    steps = await modules.evaluate(
        """async () => {
          const { Ladder } = await import("/static/js/lib/ladder.js");
          const ladder = new Ladder(() => 0.5);
          return Array.from({ length: 7 }, () => ladder.next());
        }"""
    )
    assert [step["delay"] for step in steps] == [0, 300, 1200, 2700, 4800, 7000, 7000]
    assert [step["ask"] for step in steps] == [False, False, True, True, True, True, True]


async def test_pages_that_dropped_together_do_not_come_back_together(modules: Page) -> None:
    """Each wait is spread by a fifth either way, and a reset starts at the bottom."""
    early, late, again = await modules.evaluate(
        """async () => {
          const { Ladder } = await import("/static/js/lib/ladder.js");
          const sixth = (random) => {
            const ladder = new Ladder(random);
            return Array.from({ length: 6 }, () => ladder.next()).pop().delay;
          };
          const ladder = new Ladder(() => 0.5);
          ladder.next(); ladder.next(); ladder.next(); ladder.reset();
          return [sixth(() => 0), sixth(() => 1), ladder.next()];
        }"""
    )
    assert (early, late) == (5600, 8400)
    assert again == {"delay": 0, "ask": False}


async def test_the_clock_believes_the_message_that_travelled_the_least(modules: Page) -> None:
    """Of several samples the one with the largest offset counts; what is no time is passed over."""
    offset, known_before = await modules.evaluate(
        """async () => {
          const { ServerClock } = await import("/static/js/lib/clock.js");
          let local = 0;
          const clock = new ServerClock(() => local);
          const before = clock.known;
          const server = Date.parse("2026-03-01T05:45:00.000Z");
          const hear = (sent, delay) => { local = sent + delay; clock.observe(new Date(server + sent).toISOString()); };
          hear(1000, 400); hear(2000, 30); hear(3000, 900);
          clock.observe(undefined); clock.observe("soon");
          local = 10000;
          return [clock.now() - server - 10000, before];
        }"""
    )
    assert known_before is False
    assert offset == -30


async def test_the_clock_follows_after_the_device_slept(modules: Page) -> None:
    """A monotonic clock that stood still while the lid was shut does not give minutes back to the visit."""
    wrong_by = await modules.evaluate(
        """async () => {
          const { ServerClock } = await import("/static/js/lib/clock.js");
          let local = 1000;
          const clock = new ServerClock(() => local);
          const server = Date.parse("2026-03-01T05:45:00.000Z");
          clock.observe(new Date(server).toISOString());
          clock.observe(new Date(server + 120000).toISOString());
          return clock.now() - server - 120000;
        }"""
    )
    assert wrong_by == 0


async def test_time_left_is_quiet_then_plain_then_strong(modules: Page) -> None:
    """Minutes above five, never more than there are; minutes and seconds below; strong in the last minute."""
    words = await modules.evaluate(
        """async () => {
          const { leftWords } = await import("/static/js/lib/time.js");
          return [899.2, 599.1, 541, 540, 539, 300.5, 300, 61, 60, 9.4, 0, -1].map(leftWords);
        }"""
    )
    assert [(*word["values"].values(), word["tone"]) for word in words] == [
        ("15", "quiet"), ("10", "quiet"), ("9", "quiet"), ("9", "quiet"), ("8", "quiet"), ("5", "quiet"),
        ("5:00", "plain"), ("1:01", "plain"),
        ("1:00", "strong"), ("0:10", "strong"), ("0:00", "strong"), ("0:00", "strong"),
    ]  # fmt: skip


async def test_times_are_the_jails_with_latin_digits(page: Page, stand: Stand) -> None:
    """11:15 in India in every language; who is in Lagos is elsewhere for the jail, and at home in Lagos."""
    await page.goto(f"{stand.url}/blank")
    shown = await page.evaluate(
        """async () => {
          const { timeOfDay, elsewhere } = await import("/static/js/lib/time.js");
          const at = Date.parse("2026-03-01T05:45:00Z");
          return [...["en", "hi", "bn"].map((l) => timeOfDay(at, l, "Asia/Kolkata")), timeOfDay(at, "en"),
                  elsewhere(at, "Asia/Kolkata"), elsewhere(at, "Africa/Lagos")];
        }"""
    )
    assert shown == ["11:15", "11:15", "11:15", "06:45", True, False]
