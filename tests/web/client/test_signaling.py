"""js/lib/signaling.js against a real WebSocket server: greeting, resuming, giving up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.client.stand import eventually

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.web.client.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OPEN = """async (options) => {
  const { Conversation } = await import("/static/js/lib/signaling.js");
  window.said = [];
  const tell = (name) => (...values) => window.said.push([name, ...values]);
  const names = ["Welcome", "Message", "Down", "Refused", "Gone"];
  const listener = Object.fromEntries(names.map((name) => [`on${name}`, tell(name.toLowerCase())]));
  window.conversation = new Conversation({ resumeUrl: "/api/rooms/resume", listener, ...options });
  window.conversation.open();
}"""


async def start(page: Page, stand: Stand, **options: Any) -> None:
    """Open a conversation and wait for what it says first."""
    url = stand.url.replace("http", "ws") + "/ws"
    await page.evaluate(OPEN, {"url": url, "ticket": "visitor", **options})


async def said(page: Page, name: str) -> list[Any]:
    """Wait until the conversation told its page something of that name; return all of them."""
    await eventually(page, "name => said.some((s) => s[0] === name)", name)
    found: list[Any] = await page.evaluate("name => said.filter((s) => s[0] === name)", name)
    return found


async def test_a_page_with_a_ticket_says_hello_and_answers_pings(modules: Page, stand: Stand) -> None:
    """The first message carries version and ticket; every ping has its pong."""
    await start(modules, stand)
    hello = await stand.hear("hello")
    assert (hello["version"], hello["ticket"]) == (1, "visitor")
    await said(modules, "welcome")
    await stand.say("ping", now="2026-03-01T05:45:00.000Z")
    assert await stand.hear("pong")


async def test_a_dropped_page_resumes_from_the_last_message(modules: Page, stand: Stand) -> None:
    """At once, with the session of the welcome and the number of the last message it has."""
    await start(modules, stand)
    await said(modules, "welcome")
    await stand.say("notice", left=60)
    await said(modules, "message")
    await stand.drop()
    resumed = await stand.hear("resume")
    assert (resumed["session"], resumed["last_seq"]) == ("session", 2)
    assert len(await said(modules, "down")) == 1
    assert stand.asked == 0


async def test_after_two_failures_the_page_asks_where_its_room_is_now(modules: Page, stand: Stand) -> None:
    """The node is gone: the answer's address is the one that is tried."""
    await start(modules, stand)
    await said(modules, "welcome")
    stand.refuse_with, stand.moved_to = 503, "/ws2"
    await stand.drop()
    await eventually(modules, "said.filter((s) => s[0] === 'down').length === 3")
    assert stand.asked == 0
    stand.refuse_with = None
    resumed = await stand.hear("resume")
    assert resumed["path"] == "/ws2"
    assert stand.asked == 1


async def test_a_page_whose_visit_is_over_is_told_so_and_tries_no_more(modules: Page, stand: Stand) -> None:
    """410 from the web process carries reason and time."""
    await start(modules, stand)
    await said(modules, "welcome")
    stand.refuse_with, stand.gone = 503, {"reason": "slot_over", "ended_at": "2026-03-01T06:00:00.000Z"}
    await stand.drop()
    assert await said(modules, "gone") == [["gone", "slot_over", "2026-03-01T06:00:00.000Z"]]


async def test_a_close_with_ended_asks_for_the_reason_at_once(modules: Page, stand: Stand) -> None:
    """4010 without its message before it: one question, no new socket."""
    await start(modules, stand)
    await said(modules, "welcome")
    stand.gone = {"reason": "ended_by_staff", "ended_at": "2026-03-01T06:00:00.000Z"}
    await stand.drop(4010)
    assert (await said(modules, "gone"))[0][1] == "ended_by_staff"
    assert stand.asked == 1


@pytest.mark.parametrize(
    ("code", "refusal"),
    [(4003, "ticket_refused"), (4004, "session_unknown"), (4009, "already_connected"), (4013, "room_full")],
)
async def test_a_final_refusal_is_not_tried_again(modules: Page, stand: Stand, code: int, refusal: str) -> None:
    """The page is told which, and nothing is retried."""
    stand.refuse_with = code
    await start(modules, stand)
    assert await said(modules, "refused") == [["refused", refusal]]
    assert await modules.evaluate("said.some((s) => s[0] === 'down')") is False


async def test_a_silent_socket_is_given_up_after_twelve_seconds(page: Page, stand: Stand) -> None:
    """No close event comes from a dead network: silence is the sign, and a ping is none."""
    await page.clock.install(time="2026-03-01T05:00:00Z")
    await page.goto(f"{stand.url}/blank")
    await page.clock.pause_at("2026-03-01T05:01:00Z")
    await start(page, stand)
    await said(page, "welcome")
    await page.clock.run_for(11_000)
    await stand.say("ping", now="2026-03-01T05:45:00.000Z")
    await stand.hear("pong")
    await page.clock.run_for(11_900)
    assert await page.evaluate("said.some((s) => s[0] === 'down')") is False
    await page.clock.run_for(200)
    await said(page, "down")
    await page.clock.run_for(10)
    assert (await stand.hear("resume"))["session"] == "session"


async def test_nothing_is_sent_or_tried_after_the_page_closed_the_conversation(modules: Page, stand: Stand) -> None:
    """Closing is final and silent."""
    await start(modules, stand)
    await said(modules, "welcome")
    await modules.evaluate("conversation.close(); conversation.send('leave')")
    await modules.wait_for_timeout(800)
    assert await modules.evaluate("said.length") == 1
    heard = [stand.heard.get_nowait()["type"] for _ in range(stand.heard.qsize())]
    assert heard == ["hello"]
