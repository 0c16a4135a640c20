"""js/lib/state.js: what each event makes of what is known about the visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

START, END = 1_000_000, 1_900_000
ENTRY = {"kind": "family", "role": "visitor", "starts_at": "1970-01-01T00:16:40Z", "ends_at": "1970-01-01T00:31:40Z"}
WELCOME = {**ENTRY, "type": "welcome", "participant": "v1", "state": "waiting", "awaiting": "slot", "people": []}
JOINED: list[dict[str, Any]] = [
    {"type": "entry", "entry": ENTRY},
    {"type": "message", "message": WELCOME},
    {"type": "ready"},
]
LIVE = {"type": "message", "message": {"type": "state", "state": "live", "awaiting": None}}


async def after(page: Page, *events: dict[str, Any]) -> dict[str, Any]:
    """The state after events, with its phase."""
    state: dict[str, Any] = await page.evaluate(
        """async (events) => {
          const { initial, phase, reduce, secondsLeft } = await import("/static/js/lib/state.js");
          const state = events.reduce(reduce, initial());
          return { ...state, phase: phase(state), early: secondsLeft(state, 0), late: secondsLeft(state, 1850000) };
        }""",
        list(events),
    )
    return state


async def test_a_page_is_checking_until_its_person_is_ready_and_welcome(modules: Page) -> None:
    """Neither the welcome alone nor the person alone leaves the device check."""
    assert (await after(modules, *JOINED[:2]))["phase"] == "checking"
    assert (await after(modules, JOINED[0], JOINED[2]))["phase"] == "checking"
    assert (await after(modules, *JOINED))["phase"] == "waiting"
    assert (await after(modules, *JOINED, LIVE))["phase"] == "live"


async def test_waiting_shows_the_whole_slot_as_left(modules: Page) -> None:
    """Before the start nothing counts down; then it counts to the slot's end."""
    state = await after(modules, *JOINED)
    assert (state["early"], state["late"]) == (900, 50)


async def test_a_warning_is_shown_until_it_was_read_and_not_again(modules: Page) -> None:
    """The server may say one twice: by its id it is known, unread or read."""
    first, second = ({"type": "message", "message": {"type": "warning", "id": each, "notice": "cover", "text": ""}}
                     for each in ("w1", "w2"))  # fmt: skip
    assert [each["id"] for each in (await after(modules, *JOINED, first, second, first))["warnings"]] == ["w1", "w2"]
    state = await after(modules, *JOINED, first, {"type": "read"}, second, first)
    assert ([each["id"] for each in state["warnings"]], state["read"]) == (["w2"], ["w1"])
    assert (await after(modules, {"type": "recalled", "read": ["w1"]}, *JOINED, first))["warnings"] == []


async def test_an_end_takes_the_warnings_along(modules: Page) -> None:
    """There is nobody left to heed them."""
    warning = {"type": "message", "message": {"type": "warning", "id": "w1", "notice": None, "text": "Sit down."}}
    state = await after(modules, *JOINED, LIVE, warning, {"type": "gone", "reason": "ended_by_staff", "at": END})
    assert (state["phase"], state["warnings"]) == ("ended", [])


async def test_a_page_without_a_server_ends_by_itself_at_the_slots_end(modules: Page) -> None:
    """With the connection down the boundary itself is the end; with it up the server has two seconds to say so."""
    at_end = {"type": "tick", "now": END}
    down = await after(modules, *JOINED, LIVE, {"type": "down"}, at_end)
    assert down["end"] == {"reason": "slot_over", "endedAt": END, "plannedEnd": END}
    assert (await after(modules, *JOINED, LIVE, at_end))["phase"] == "live"
    assert (await after(modules, *JOINED, LIVE, {"type": "tick", "now": END + 2000}))["phase"] == "ended"
    assert (await after(modules, *JOINED, LIVE, {"type": "down"}, {"type": "tick", "now": END - 1}))["phase"] == "live"


async def test_nothing_moves_a_visit_that_has_ended(modules: Page) -> None:
    """Whatever comes late changes neither reason nor time."""
    times = {"ended_at": "1970-01-01T00:20:00Z", "planned_end": ENTRY["ends_at"]}
    said = {"type": "message", "message": {"type": "ended", "reason": "ended_by_staff", **times}}
    late: list[dict[str, Any]] = [LIVE, {"type": "left", "at": 5}, {"type": "tick", "now": END + 9999}]
    state = await after(modules, *JOINED, LIVE, said, *late)
    assert state["end"] == {"reason": "ended_by_staff", "endedAt": 1_200_000, "plannedEnd": END}
    assert state["phase"] == "ended"


async def test_a_notice_is_given_once_whoever_gives_it(modules: Page) -> None:
    """The server's, its replay after a resume, and the page's own while the connection is down are one notice."""
    told = {"type": "message", "message": {"type": "notice", "left": 60}}
    once = await after(modules, *JOINED, LIVE, {"type": "down"}, {"type": "tick", "now": END - 60_000}, told, told)
    assert once["noticed"] == [60]
    assert once["notice"] == 60
    assert (await after(modules, *JOINED, LIVE, {"type": "tick", "now": END - 60_000}))["noticed"] == []
    long_after = await after(modules, *JOINED, LIVE, {"type": "down"}, {"type": "tick", "now": END - 40_000})
    assert long_after["noticed"] == []


async def test_a_hold_keeps_everything_else(modules: Page) -> None:
    """Held and live again: the end stays where it was."""
    held = {"type": "message", "message": {"type": "state", "state": "held", "awaiting": None}}
    state = await after(modules, *JOINED, LIVE, held)
    assert (state["phase"], state["endsAt"]) == ("held", END)
    assert (await after(modules, *JOINED, LIVE, held, LIVE))["phase"] == "live"


async def test_unknown_messages_change_nothing(modules: Page) -> None:
    """A newer server's word is no reason to fall over."""
    assert (await after(modules, *JOINED, {"type": "message", "message": {"type": "weather"}}))["phase"] == "waiting"


async def test_a_word_of_the_media_path_holds_until_signalling_has_said_it_too(modules: Page) -> None:
    """What signalling says meanwhile was said before; without any word of it the picture is tried again."""

    def people(*, weak: bool) -> dict[str, Any]:
        return {"type": "message", "message": {"type": "people", "people": [{"participant": "v1", "weak": weak}]}}

    hushed = {"type": "hushed", "now": 1_100_000}
    ticks = [{"type": "tick", "now": 1_100_000 + late} for late in (14_999, 15_000)]
    said = await modules.evaluate(
        """async (histories) => {
          const { initial, reduce, weak } = await import("/static/js/lib/state.js");
          return histories.map((events) => weak(events.reduce(reduce, initial())));
        }""",
        [
            [*JOINED, LIVE, people(weak=False)],
            [*JOINED, LIVE, people(weak=False), hushed],
            [*JOINED, LIVE, people(weak=False), hushed, people(weak=False), ticks[0]],
            [*JOINED, LIVE, people(weak=False), hushed, people(weak=True)],
            [*JOINED, LIVE, people(weak=False), hushed, people(weak=True), people(weak=False)],
            [*JOINED, LIVE, people(weak=True), hushed, people(weak=False)],
            [*JOINED, LIVE, people(weak=False), hushed, ticks[1]],
            [*JOINED, LIVE, people(weak=False), hushed, {"type": "message", "message": {**WELCOME, "state": "live"}}],
        ],
    )
    assert said == [False, True, True, True, False, False, False, False]
