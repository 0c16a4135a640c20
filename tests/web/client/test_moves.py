"""js/lib/moves.js and js/media/pulse.js: noticing that the network has changed, and what is done at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PULSE = """async (beats) => {
  const { Pulse } = await import("/static/js/media/pulse.js");
  const pulse = new Pulse();
  return beats.filter(([now, arrival]) => pulse.beat(now, arrival)).map(([now]) => now);
}"""

MOVES = """async (steps) => {
  const { Moves } = await import("/static/js/lib/moves.js");
  const done = [];
  let up = true;
  const moves = new Moves({ up: () => up, restart: () => done.push("restart"), again: () => done.push("again") });
  for (const [step, value] of steps) {
    if (step === "up") up = value;
    else if (step === "wait") await new Promise((resolve) => setTimeout(resolve, value));
    else if (step === "online") window.dispatchEvent(new Event("online"));
    else moves[step](value);
  }
  moves.close();
  return done;
}"""


def flowing(begin: int, end: int, arrival: int | None = None) -> list[tuple[int, int]]:
    """Looks every 200 ms: at something new each time, or at what came last."""
    return [(now, now if arrival is None else arrival) for now in range(begin, end, 200)]


async def felt(page: Page, beats: list[tuple[int, int]]) -> list[int]:
    """When the pulse was found to have stopped."""
    found: list[int] = await page.evaluate(PULSE, beats)
    return found


async def done(page: Page, *steps: tuple[str, Any]) -> list[str]:
    """What was done of a row of steps."""
    found: list[str] = await page.evaluate(MOVES, steps)
    return found


async def test_a_stop_is_noticed_after_a_second_and_said_once(modules: Page) -> None:
    """And again only after it has flowed for a while: sound that stutters starts nothing."""
    steady = flowing(1000, 4000)
    assert await felt(modules, steady) == []
    assert await felt(modules, steady + flowing(4000, 9000, 3800)) == [4800]
    stutter = flowing(9000, 9400) + flowing(9400, 12_000, 9200)
    assert await felt(modules, steady + flowing(4000, 9000, 3800) + stutter) == [4800]


async def test_nothing_that_never_came_is_missed(modules: Page) -> None:
    """Who waits for the other side, or whose other side sends nothing, is not restless."""
    assert await felt(modules, flowing(1000, 20_000, 0)) == []


async def test_a_page_that_slept_blames_nobody(modules: Page) -> None:
    """A hidden tab looks rarely; what it did not see is no silence."""
    assert await felt(modules, [*flowing(1000, 4000), (9000, 3800), (9200, 9150), (9400, 9350)]) == []


async def test_silence_on_a_living_socket_restarts_there_and_leaves_the_socket_alone(modules: Page) -> None:
    """The offer that comes shows that it lives."""
    assert await done(modules, ("still", 10_000), ("offered", None), ("wait", 900)) == ["restart"]


async def test_silence_on_a_dead_socket_takes_both_back(modules: Page) -> None:
    """No offer comes: the socket is dropped, and the restart asked for on the next one, if the transport was kept."""
    steps = (("still", 10_000), ("wait", 900), ("welcomed", True), ("offered", None), ("wait", 900))
    assert await done(modules, *steps) == ["restart", "again", "restart"]
    assert await done(modules, ("still", 10_000), ("wait", 900), ("welcomed", False)) == ["restart", "again"]


async def test_a_socket_that_is_down_already_is_not_hurried_but_remembers(modules: Page) -> None:
    """It is being resumed; the restart is asked for once it is back."""
    assert await done(modules, ("up", False), ("still", 10_000), ("up", True), ("welcomed", True)) == ["restart"]


async def test_a_line_that_comes_and_goes_is_asked_for_anew_at_most_every_five_seconds(modules: Page) -> None:
    """A restart costs some kilobytes, which are a second of the slowest lines."""
    steps = [("still", now) for now in (10_000, 12_000, 14_900, 15_000)]
    assert await done(modules, *steps, ("offered", None)) == ["restart", "restart"]


async def test_a_device_that_is_online_again_waits_for_nothing(modules: Page) -> None:
    """The browser knows that the network is another one: the old socket is not asked."""
    assert await done(modules, ("online", None), ("welcomed", True)) == ["again", "restart"]
