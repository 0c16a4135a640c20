"""The call page as a person meets it, with devices that fail and servers that go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.web.client.stand import FAMILY, PRISON, eventually, stamp

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.web.client.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

READY = '[data-action="ready"]:enabled'
FAILS = """(() => {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.asked = 0;
  navigator.mediaDevices.getUserMedia = async (wanted) => { window.asked += 1; return (FAIL)(wanted, real); };
})()"""


async def check(page: Page, stand: Stand) -> None:
    """Open the call page and wait for the device check's outcome."""
    await page.goto(f"{stand.url}/call")
    await page.wait_for_selector(READY)


async def wait(page: Page, stand: Stand) -> None:
    """Pass the device check."""
    await check(page, stand)
    await page.click(READY)
    await until(page, "waiting")


async def live(page: Page, stand: Stand) -> None:
    """Be in a live visit with the prison's side present."""
    await wait(page, stand)
    await stand.say("people", people=[stand.person(FAMILY), stand.person(PRISON)])
    await stand.say("state", state="live", awaiting=None, now=stamp(datetime.now(UTC)), left=800)
    await until(page, "live")


async def until(page: Page, state: str) -> None:
    """Wait for a state of the call."""
    await page.wait_for_selector(f'html[data-call="{state}"]', state="attached")


async def shown(page: Page) -> str:
    """All words on the screen."""
    return await page.inner_text("main")


async def failing(page: Page, how: str) -> None:
    """Let devices fail as `how`, a function of what is wanted and the real getUserMedia."""
    await page.add_init_script(FAILS.replace("FAIL", how))


async def test_the_check_shows_oneself_and_the_bar_moves(page: Page, stand: Stand) -> None:
    """Own picture, a level that changes, and the room hears `ready` only after the button."""
    await check(page, stand)
    await eventually(page, "document.querySelector('video[data-from=self]').videoWidth > 0")
    await page.click('[data-action="chime"]')
    await page.evaluate("window.levels = new Set()")
    await eventually(page, "levels.add(document.querySelector('[data-level]').style.transform).size > 3")
    assert [stand.heard.get_nowait()["type"] for _ in range(stand.heard.qsize())] == ["hello"]
    await page.click(READY)
    assert (await stand.hear("ready"))["devices"] == {"camera": True, "microphone": True}


async def test_a_refused_permission_is_explained_and_asked_only_once(page: Page, stand: Stand) -> None:
    """Words on how to allow it again; no second question; going on without is possible and said."""
    await page.add_init_script("navigator.permissions.query = async () => ({ state: 'denied' })")
    await failing(page, "() => { throw new DOMException('Permission denied', 'NotAllowedError') }")
    await check(page, stand)
    words = await shown(page)
    assert "This page was not allowed to use your camera and microphone." in words
    assert "left of the address" in words
    assert await page.evaluate("asked") == 1
    await page.click(READY)
    assert (await stand.hear("ready"))["devices"] == {"camera": False, "microphone": False}


async def test_a_busy_camera_does_not_cost_the_microphone(page: Page, stand: Stand) -> None:
    """The voice goes on; the others are said not to see."""
    await failing(page, "(w, real) => { if (w.video) throw new DOMException('', 'NotReadableError'); return real(w) }")
    await check(page, stand)
    words = await shown(page)
    assert "Another app is using your camera." in words
    assert "they will not see you" in words
    assert "Go on without a camera" in words
    await page.click(READY)
    assert (await stand.hear("ready"))["devices"] == {"camera": False, "microphone": True}


async def test_a_question_nobody_answers_is_pointed_at(page: Page, stand: Stand) -> None:
    """After some seconds the page says where to look, and lets the person go on; a late yes still counts."""
    await failing(page, "(w, real) => new Promise((r) => { window.allow = () => r(real(w)) })")
    await page.goto(f"{stand.url}/call")
    await page.wait_for_selector(READY)
    assert "still waiting for your answer" in await shown(page)
    await page.click(READY)
    await until(page, "waiting")
    await page.evaluate("allow()")
    message = await stand.hear("media")
    while not message["video"]:
        message = await stand.hear("media")
    assert message["audio"] is True


async def test_a_browser_without_calls_is_told_so(page: Page, stand: Stand) -> None:
    """No RTCPeerConnection: words, no question, no socket."""
    await page.add_init_script("delete window.RTCPeerConnection")
    await page.goto(f"{stand.url}/call")
    await page.wait_for_selector('[data-screen="stopped"]:visible')
    assert "This browser is too old" in await shown(page)
    assert stand.heard.empty()


async def test_a_second_tab_is_told_where_the_visit_is(page: Page, stand: Stand) -> None:
    """Words for it, a way to try again, and the camera is let go of."""
    stand.refuse_with = 4009
    await page.goto(f"{stand.url}/call")
    await page.wait_for_selector('html[data-error="already_connected"]', state="attached")
    assert "open in another window" in await shown(page)
    assert await page.is_visible('[data-action="retry"]')
    await eventually(page, "!document.querySelector('video[data-from=self]')?.srcObject")


async def test_a_used_entry_leads_back_to_the_codes(page: Page, stand: Stand) -> None:
    """The entry is handed out once; without a session of this tab the codes are needed again."""
    stand.entry_error = "used"
    await page.goto(f"{stand.url}/call")
    await page.wait_for_selector('[data-action="join-again"]')
    assert "already opened" in await shown(page)


async def test_a_reload_in_mid_visit_asks_nothing_again(page: Page, stand: Stand) -> None:
    """The session resumes, devices open again, what was muted stays muted."""
    await live(page, stand)
    await page.click('[data-action="mute"]')
    stand.entry_error = "used"
    await page.reload()
    assert (await stand.hear("resume"))["session"] == "session"
    await stand.hear("ready")
    assert (await stand.hear("media"))["audio"] is False
    await until(page, "waiting")


async def test_the_time_left_is_always_there(page: Page, stand: Stand) -> None:
    """For people, who are promised no minute that is not whole, and for automation; and it runs."""
    await live(page, stand)
    first = float(await page.get_attribute("html", "data-left") or "nan")
    assert 800 < first <= 840
    text, last = await shown(page), float(await page.get_attribute("html", "data-left") or "nan")
    assert any(f"{int(left // 60)} min left" in text for left in (first, last))
    await eventually(page, "first => Number(document.documentElement.dataset.left) < first", first)


async def test_a_notice_is_read_out_once_and_goes(page: Page, stand: Stand) -> None:
    """In a live region, written once although the page draws twice a second."""
    await live(page, stand)
    await page.evaluate(
        """() => { window.written = 0; const place = document.querySelector('[data-say=notice]');
        const seen = () => { if (place.textContent) window.written += 1 };
        new MutationObserver(seen).observe(place, { childList: true }) }"""
    )
    await stand.say("notice", left=60)
    await eventually(page, "document.querySelector('[data-say=notice]').textContent === '1 minute is left.'")
    assert await page.get_attribute('[data-say="notice"]', "aria-live") == "polite"
    await eventually(page, "document.querySelector('[data-say=notice]').textContent === ''")
    assert await page.evaluate("written") == 1


async def test_the_call_says_who_may_watch(page: Page, stand: Stand) -> None:
    """A legal visit is seen but not heard, and says so."""
    stand.kind = "legal"
    await live(page, stand)
    assert "They cannot hear it." in await shown(page)


async def test_leaving_asks_once_and_lets_go_of_the_camera(page: Page, stand: Stand) -> None:
    """Stay keeps everything; leave says so to the room and shows the way back."""
    await live(page, stand)
    await page.evaluate("window.track = document.querySelector('video[data-from=self]').srcObject.getTracks()[0]")
    await page.click('[data-action="leave"]:visible')
    await page.click('[data-action="stay"]')
    assert await page.get_attribute("html", "data-call") == "live"
    await page.click('[data-action="leave"]:visible')
    await page.click('[data-action="leave-now"]')
    await stand.hear("leave")
    await until(page, "ended")
    assert await page.get_attribute("html", "data-end-reason") == "left"
    assert await page.evaluate("track.readyState") == "ended"
    assert await page.is_visible('[data-action="return"]')


async def test_the_end_page_says_when_and_why(page: Page, stand: Stand) -> None:
    """Ended by staff before the plan: both times, the helpline, devices released."""
    await live(page, stand)
    at, planned = datetime(2026, 3, 1, 5, 52, tzinfo=UTC), datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
    await stand.say("ended", reason="ended_by_staff", ended_at=stamp(at), planned_end=stamp(planned))
    await until(page, "ended")
    words = await shown(page)
    assert "The staff ended it at 11:22. It was planned until 11:30." in words
    assert await page.get_attribute("html", "data-left") == "0"
    assert await page.is_visible('a[href^="tel:"]')


async def end(page: Page, stand: Stand, reason: str = "slot_over") -> None:
    """Let the visit be over."""
    now = stamp(datetime.now(UTC))
    await stand.say("ended", reason=reason, ended_at=now, planned_end=now)
    await until(page, "ended")


async def test_the_end_page_says_what_was_lost_as_soon_as_that_is_known(page: Page, stand: Stand) -> None:
    """Until then nothing is called as planned, and what follows holds for every visit; then it is said of this one."""
    await live(page, stand)
    lost = ["About 3 of the 4 minutes were lost.", "It was not your fault."]
    stand.after = [{"settled": False}]
    await end(page, stand)
    words = await shown(page)
    assert "when its time was over" in words
    assert "planned" not in words
    assert "If much of the time was lost and it was not your fault, a mail tells you how to have another one." in words
    assert await page.is_hidden('[data-say="ended-lost"]')
    stand.after = [{"settled": False}, {"settled": True, "lost": lost, "next": "A mail brings you times."}]
    await page.wait_for_selector('[data-say="ended-lost"]:visible')
    words = await shown(page)
    assert " ".join(lost) in words
    assert "A mail brings you times." in words
    assert "ask for a new visit" not in words


async def test_an_end_without_losses_or_without_an_answer_says_what_is_always_true(page: Page, stand: Stand) -> None:
    """Nothing lost: the words of before stay, and no empty place is shown."""
    await live(page, stand)
    stand.after = [{"settled": True, "lost": [], "next": ""}]
    async with page.expect_response("**/call/after"):
        await end(page, stand)
    assert "ask for a new visit" in await shown(page)
    assert await page.is_hidden('[data-say="ended-lost"]')


async def test_who_left_learns_what_was_lost_when_the_slot_is_over(page: Page, stand: Stand) -> None:
    """They may have given up on a terminal that was gone; until then the way back is what matters."""
    stand.ends_at = datetime.now(UTC) + timedelta(seconds=12)
    stand.after = [
        {"settled": True, "lost": ["About 9 of the 15 minutes were lost."], "next": "A mail brings you times."}
    ]
    await live(page, stand)
    await page.click('[data-action="leave"]:visible')
    await page.click('[data-action="leave-now"]')
    await until(page, "ended")
    assert await page.is_visible('[data-action="return"]')
    assert await page.is_hidden('[data-say="ended-lost"]')
    await page.wait_for_selector('[data-say="ended-lost"]:visible', timeout=30_000)
    assert datetime.now(UTC) >= stand.ends_at
    assert "A mail brings you times." in await shown(page)
    assert await page.is_hidden('[data-action="return"]')


async def test_without_any_server_the_page_ends_on_time(page: Page, stand: Stand) -> None:
    """The node and the web process are gone: the slot's end is the end all the same, within a second."""
    stand.ends_at = datetime.now(UTC) + timedelta(seconds=9)
    await live(page, stand)
    stand.refuse_with = 503
    await stand.drop()
    await until(page, "ended")
    assert abs((datetime.now(UTC) - stand.ends_at).total_seconds()) < 1
    assert await page.get_attribute("html", "data-end-reason") == "slot_over"


async def test_a_lost_connection_is_said_and_unsaid(page: Page, stand: Stand) -> None:
    """While the socket is down the call page says so; after the resume it does not."""
    await live(page, stand)
    stand.refuse_with = 503
    await stand.drop()
    await page.wait_for_selector('[data-say="trouble"]:visible')
    assert "picture and sound may go on" in await shown(page)
    stand.refuse_with = None
    await stand.hear("resume")
    await page.wait_for_selector('[data-say="trouble"]', state="hidden")


async def test_a_blocked_voice_shows_a_large_button(page: Page, stand: Stand) -> None:
    """A browser that will not play sound by itself gets its tap, and the button goes with it."""
    await page.add_init_script(
        """(() => { const play = HTMLMediaElement.prototype.play; window.touched = false;
        HTMLMediaElement.prototype.play = function () { return this.tagName === 'AUDIO' && !window.touched
          ? Promise.reject(new DOMException('', 'NotAllowedError')) : play.call(this) } })()"""
    )
    await live(page, stand)
    await page.evaluate(
        """async ([person]) => {
          const { src } = document.querySelector("script[type=module]");
          const { Stage } = await import(src.replace("call.js", "view/stage.js"));
          window.stage = new Stage(document.querySelector("#call"), (key) => key, true, () => {});
          stage.draw({ participant: "v1", people: [person] }, 0, "");
          const sound = new MediaStreamAudioDestinationNode(new AudioContext()).stream;
          stage.track(person.participant, sound.getAudioTracks()[0]);
        }""",
        [stand.person(PRISON)],
    )
    await page.wait_for_selector('[data-action="hear"]:visible')
    await page.evaluate("window.touched = true; stage.hear(true)")
    await page.wait_for_selector('[data-action="hear"]', state="hidden")


async def test_the_choice_of_devices_opens_above_the_bar(page: Page, stand: Stand) -> None:
    """On a small phone, nothing of it is under the button that stays at the bottom."""
    await page.set_viewport_size({"width": 360, "height": 740})
    await check(page, stand)
    await page.evaluate(
        "for (const part of document.querySelectorAll('[data-choose], [data-choose] .field')) part.hidden = false"
    )
    await page.click("[data-choose] summary")
    await eventually(
        page,
        """() => document.querySelector("#pick-audio").getBoundingClientRect().bottom
          <= document.querySelector(".check .actions").getBoundingClientRect().top""",
    )


async def test_a_notice_leaves_ones_own_picture_free(page: Page, stand: Stand) -> None:
    """With several others one's own picture is at the top, where the notice is too."""
    await page.set_viewport_size({"width": 360, "height": 740})
    await live(page, stand)
    await stand.say("people", people=[stand.person(name) for name in (FAMILY, PRISON, "v2", "v3")])
    await stand.say("notice", left=30)
    await page.wait_for_selector("[data-say=notice]:not(:empty)")
    await eventually(
        page,
        """() => document.querySelector(".stage__notice").getBoundingClientRect().right
          <= document.querySelector(".self-box").getBoundingClientRect().left""",
    )


@pytest.mark.parametrize("state", ["checking", "waiting", "live", "ended"])
async def test_the_pages_are_usable_by_everyone(page: Page, stand: Stand, state: str) -> None:
    """axe finds nothing to object to, in each state."""
    await {"checking": check, "waiting": wait, "live": live, "ended": live}[state](page, stand)
    if state == "ended":
        now = stamp(datetime.now(UTC))
        await stand.say("ended", reason="slot_over", ended_at=now, planned_end=now)
        await until(page, "ended")
    found = await Axe().run(page)
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found.response["violations"]] == []
