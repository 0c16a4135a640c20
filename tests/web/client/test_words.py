"""js/view/words.js and text.js: every state of a visit has words, and the words exist."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rooms.moderation import WarningNotice
from web.client_text import SENTENCES

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.web.client.stand import Stand

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

START, END = 1_772_343_900_000, 1_772_344_800_000
SCENE = """
  const { initial } = await import("/static/js/lib/state.js");
  const words = await import("/static/js/view/words.js");
  const entry = { jail: { name: "Yerwada", timezone: "Asia/Kolkata" } };
  const scene = (more, now = START) =>
    ({ language: "en", now, entry, state: { ...initial(), startsAt: START, endsAt: END, ...more } });
""".replace("START", str(START)).replace("END", str(END))
ROLES = ("visitor", "terminal", "monitor")


async def said(page: Page, body: str) -> Any:
    """What `body` returns, with `words` and `scene` at hand."""
    return await page.evaluate(f"async () => {{ {SCENE} {body} }}")


async def test_every_wait_has_words_for_everyone(modules: Page) -> None:
    """Whatever is waited for, by whichever page."""
    keys = await said(
        modules,
        """const keys = [];
        for (const role of ["visitor", "terminal", "monitor"])
          for (const awaiting of ["slot", "prison", "family", null]) {
            const { title, text, own } = words.waiting(scene({ role, awaiting }));
            keys.push(title.key, text.key, ...(own ? [own.key] : []));
          }
        return keys;""",
    )
    assert {key for key in keys if key not in SENTENCES} == set()


async def test_a_visitor_abroad_is_told_both_clocks(page: Page, stand: Stand) -> None:
    """The jail's time in the title, their own beneath it; the prison's pages need no second clock."""
    await page.goto(f"{stand.url}/blank")
    visitor, terminal = await said(
        page,
        """return ["visitor", "terminal"].map((role) => words.waiting(scene({ role, awaiting: "slot" })))""",
    )
    assert visitor["title"]["values"]["time"] == "11:15"
    assert visitor["own"]["values"]["time"] == "06:45"
    assert terminal["own"] is None


async def test_every_end_has_words_for_everyone(modules: Page) -> None:
    """Known reasons, one that a newer server may send, both kinds of visit."""
    keys = await said(
        modules,
        """const keys = [];
        for (const role of ["visitor", "terminal", "monitor"]) for (const kind of ["family", "legal"])
          for (const reason of ["slot_over", "ended_by_staff", "no_show", "left", "flood"]) {
            const end = { reason, endedAt: START, plannedEnd: END };
            keys.push(...Object.values(words.ended(scene({ role, kind, end }))).map((w) => w.key));
          }
        return keys;""".replace("START", str(START)).replace("END", str(END)),
    )
    assert {key for key in keys if key not in SENTENCES} == set()
    assert "ended.other" in keys


async def test_a_lawyer_who_is_waited_for_is_not_called_a_family(modules: Page) -> None:
    """The prison's terminal and a monitor are told who has not come yet."""
    keys = await said(
        modules,
        """return ["family", "legal"].flatMap((kind) =>
          Object.values(words.waiting(scene({ role: "terminal", kind, awaiting: "family" }))).map((w) => w?.key))""",
    )
    assert [key for key in keys if key] == [
        *("waiting.family.title", "waiting.family.text"),
        *("waiting.lawyer.title", "waiting.lawyer.text"),
    ]
    assert set(filter(None, keys)) <= SENTENCES.keys()


async def test_who_left_is_shown_the_way_back_only_while_it_is_open(modules: Page) -> None:
    """Until the slot's end; after it the words are about the next visit."""
    end = f'{{ reason: "left", endedAt: {START}, plannedEnd: {END} }}'
    next_at = f"(now) => words.ended(scene({{ end: {end} }}, now)).next.key"
    keys = await said(modules, f"return [{END - 1}, {END}].map({next_at})")
    assert keys == ["ended.next.return", "ended.next.family"]


@pytest.mark.parametrize("role", ROLES)
async def test_every_refusal_has_words(modules: Page, role: str) -> None:
    """Those of the node, of the web process and of the page itself; an unknown one asks to come in anew."""
    ids = ["already_connected", "used", "room_full", "unreachable", "insecure", "unsupported", "version_unsupported"]
    ids += ["origin_refused", "ticket_refused", "session_unknown", "not_admitted", "no_session", "surprise"]
    found = await said(modules, f"return {ids!r}.map((id) => words.refused(id, {role!r}))")
    assert {w[part]["key"] for w in found for part in ("title", "text")} <= SENTENCES.keys()
    assert found[0]["again"] is True


async def test_a_tile_says_what_is_the_matter_with_its_person(modules: Page) -> None:
    """Not here, away, off, frozen, nothing at all, muted, or nothing to say."""
    keys = await said(
        modules,
        """const person = (more) => ({ label: "Sunita", present: true, audio: true, video: true, ...more });
        const flow = (more) => ({ pictureStopped: false, soundStopped: false, seen: true, met: true, ...more });
        const key = (p, f) => words.tile(person(p), flow(f), "11:30")?.key ?? null;
        return [key({ present: false }, { met: false }), key({ present: false }), key({ audio: false, video: false }),
          key({ video: false }), key({}, { seen: false }), key({}, { pictureStopped: true }),
          key({}, { pictureStopped: true, soundStopped: true }),
          key({}, { pictureStopped: true, soundStopped: true, seen: false }), key({ audio: false }), key({})];""",
    )
    assert keys == [
        "tile.absent", "tile.away", "tile.both_off", "tile.camera_off", "tile.starting", "tile.frozen", "tile.nothing",
        "tile.nothing", "tile.muted", None,
    ]  # fmt: skip
    assert {key for key in keys if key and key not in SENTENCES} == set()


async def test_nothing_arrives_only_of_those_who_send_something(modules: Page) -> None:
    """Not of who is away or has both off, nor of whom staff have taken what is on; one stream is something."""
    found = await said(
        modules,
        """const person = (more) => ({ present: true, audio: true, video: true, ...more });
        const still = { pictureStopped: true, soundStopped: true };
        const nothing = (p, f) => words.nothingOf(person(p), { ...still, ...f });
        return [nothing({}), nothing({}, { soundStopped: false }), nothing({ video: false }),
          nothing({ present: false }), nothing({ audio: false, video: false }),
          nothing({ muted: true, video: false }), nothing({ muted: true })];""",
    )
    assert found == [True, False, True, None, None, None, True]


async def test_what_is_amiss_and_how_good_the_line_is_do_not_contradict_each_other(modules: Page) -> None:
    """No good connection beside one that carries no picture, or over which nothing comes; no flow that "may go on"."""
    found = await said(
        modules,
        """const state = (mine, theirs, link = "up") => ({ role: "visitor", link, participant: "me", hushed: null,
          people: [{ participant: "me", ...mine }, { participant: "she", video: true, ...theirs }] });
        const line = (state, nothing = false) => words.connection(state, "good", nothing)?.key ?? null;
        const amiss = (link, media) =>
          words.trouble(state({}, {}, link), { blocked: false, nothing: false, ...media })?.key ?? null;
        return { line: [line(state()), line(state(), true), line(state({ weak: true })),
            line(state({}, { unseen_by: ["me"] })), line(state({}, { weak: true })),
            line(state({ weak: true }, {}, "down"))],
          amiss: [amiss("up"), amiss("down"), amiss("down", { nothing: true }), amiss("up", { blocked: true }),
            amiss("up", { nothing: true })] };""",
    )
    assert found["line"] == ["quality.good", None, "quality.bad", "quality.bad", "quality.good", "quality.lost"]
    assert found["amiss"] == [None, "trouble.link", "trouble.waiting", "trouble.path.visitor", None]


async def test_a_tile_says_whose_line_is_too_weak_for_the_picture(modules: Page) -> None:
    """Not of a camera that is off, or a picture that staff have taken; and silence is said before it."""
    keys = await said(
        modules,
        """const here = { label: "Sunita", present: true, audio: true, video: true, weak: false, unseen_by: [] };
        const person = (more) => ({ ...here, ...more });
        const flow = { pictureStopped: true, soundStopped: false, seen: true, met: true };
        const key = (p, f) => words.tile(person(p), { ...flow, ...f }, "11:30", "me")?.key ?? null;
        const watching = (p, hears) =>
          words.watched(person(p), flow, "11:30", { hears, clock: () => "", me: "me" })?.key;
        return [key({ weak: true }), key({ unseen_by: ["me"] }), key({ unseen_by: ["aunt"] }),
          key({ weak: true, video: false }), key({ weak: true, blanked: true }), key({ weak: true, audio: false }),
          key({ weak: true }, { soundStopped: true }), key({ weak: true, present: false }),
          watching({ weak: true }, true), watching({ unseen_by: ["me"] }, false)];""",
    )
    assert keys == [
        "tile.paused.theirs", "tile.paused.ours", "tile.frozen", "tile.camera_off", "tile.taken.picture",
        "tile.paused.theirs.silent", "tile.nothing", "tile.away",
        "tile.watched.paused.theirs", "tile.watched.paused.ours.silent",
    ]  # fmt: skip
    assert set(keys) <= SENTENCES.keys()


async def test_who_is_not_seen_is_told_why(modules: Page) -> None:
    """Our own line, or those of others, by name; nothing where our camera is off, the picture taken, the room held."""
    found = await said(
        modules,
        """const me = { participant: "me", present: true, audio: true, video: true, weak: false, unseen_by: [] };
        const asha = { participant: "a", label: "Asha", present: true };
        const bina = { participant: "b", label: "Bina", present: false };
        const line = (more, room = "live", { hushed = null, link = "up" } = {}) => {
          const people = [{ ...me, ...more }, asha, bina];
          const found = words.unseen({ participant: "me", room, link, people, hushed }, (names) => names.join("+"));
          return found ? `${found.key} ${found.values?.names ?? ""}`.trim() : null;
        };
        return [line({}), line({ weak: true }), line({ unseen_by: ["a", "b"] }), line({ unseen_by: ["b"] }),
          line({ weak: true, video: false }), line({ weak: true, blanked: true }), line({ weak: true }, "held"),
          line({ unseen_by: ["a"], audio: false }), line({}, "live", { hushed: 5 }),
          line({ unseen_by: ["a"] }, "live", { link: "down" })];""",
    )
    silent = "line.theirs.silent Asha"
    assert found == [None, "line.ours", "line.theirs Asha", None, None, None, None, silent, "line.ours", None]


async def test_a_tile_says_what_staff_have_taken_before_anything_else(modules: Page) -> None:
    """To the others; a monitor, who receives it all the same, is told so after what else there is to tell, and
    not that they hear what they are never sent.
    """
    others, monitors, away = await said(
        modules,
        """const person = (more) => ({ label: "Sunita", present: true, audio: true, video: true, ...more });
        const flow = { pictureStopped: true, soundStopped: false, seen: true, met: true };
        const going = { ...flow, pictureStopped: false };
        const taken = [{ muted: true }, { blanked: true }, { muted: true, blanked: true }];
        const watching = (p, f, hears = true) =>
          words.watched(person(p), f, "11:30", { hears, clock: () => "11:20:05" }).key;
        return [taken.map((t) => words.tile(person(t), flow, "11:30").key),
          taken.flatMap((t) => [watching(t, going), watching(t, flow), watching(t, going, false)]),
          words.tile(person({ muted: true, present: false }), flow, "11:30").key];""",
    )
    assert others == ["tile.taken.sound", "tile.taken.picture", "tile.taken.both"]
    kept = ["tile.kept.sound", "tile.kept.picture", "tile.kept.both"]
    assert monitors[::3] == kept
    assert monitors[1::3] == ["tile.watched.picture_only"] * 3
    assert monitors[2::3] == [f"{key}.legal" for key in kept]
    assert away == "tile.away"
    assert {*others, *monitors} <= SENTENCES.keys()


async def test_a_monitor_is_told_what_stopped_since_when_and_what_still_arrives(modules: Page) -> None:
    """Never to keep talking, or to wait: it is not them. Of a legal visit no sound is sent, so none is missed."""
    flows = {
        "all": (False, False), "picture": (True, False), "sound": (False, True), "both": (True, True),
    }  # fmt: skip
    found = await said(
        modules,
        """const person = (video, audio) => ({ label: "Sunita", present: true, video, audio });
        const told = (hears, video, audio, [pictureStopped, soundStopped], seen = true) => {
          const since = { pictureSince: 1000, soundSince: 2000 };
          const flow = { pictureStopped, soundStopped, ...since, seen, met: true };
          const found = words.watched(person(video, audio), flow, "11:30", { hears, clock: String });
          return found && [found.key.replace("tile.", ""), found.values.time];
        };
        const flows = FLOWS;
        return { family: Object.values(flows).map((flow) => told(true, true, true, flow)),
          muted: told(true, true, false, flows.both), hidden: told(true, false, true, flows.both),
          off: told(true, false, false, flows.both), never: told(true, true, true, flows.picture, false),
          coming: told(true, true, true, flows.all, false),
          legal: [flows.sound, flows.both].map((flow) => told(false, true, true, flow)),
          legalHidden: told(false, false, true, flows.both) };""".replace("FLOWS", json.dumps(flows)),
    )
    assert found["family"] == [
        None, ["watched.picture_only", "1000"], ["watched.sound_only", "2000"], ["watched.nothing", "2000"],
    ]  # fmt: skip
    assert found["muted"] == ["watched.picture_muted", "1000"]
    assert found["hidden"] == ["watched.sound_hidden", "2000"]
    assert (found["off"][0], found["never"][0], found["coming"][0]) == ("both_off", "watched.picture_only", "starting")
    assert found["legal"] == [None, ["watched.picture", "1000"]]
    assert found["legalHidden"][0] == "camera_off"


async def test_our_own_picture_says_what_staff_have_taken_before_what_we_switched_off(modules: Page) -> None:
    """Nobody looks for their own mistake where there is none."""
    keys = await said(
        modules,
        """const sends = [[true, true], [false, true], [true, false], [false, false]];
        return ["sound", "picture", "both", null].map((taken) =>
          sends.map(([audio, video]) => words.ourselves({ audio, video }, taken)?.key ?? null));""",
    )
    assert keys[:3] == [["self.taken.sound"] * 4, ["self.taken.picture"] * 4, ["self.taken.both"] * 4]
    assert keys[3] == [None, "self.muted", "self.hidden", "self.both_off"]
    assert {key for row in keys for key in row if key} <= SENTENCES.keys()
    assert {f"taken.{what}" for what in ("sound", "picture", "both")} <= SENTENCES.keys()


async def test_every_prepared_warning_has_words_and_a_typed_one_keeps_its_own(modules: Page) -> None:
    """Whatever staff may choose; what they type is nobody's to translate."""
    notices = [str(notice) for notice in WarningNotice]
    keys = await said(modules, f"return {notices!r}.map((notice) => words.warning({{ notice, text: '' }}).key)")
    assert keys == [f"warning.{notice}" for notice in notices]
    assert set(keys) <= SENTENCES.keys()
    assert await said(modules, "return words.warning({ notice: null, text: 'Sit down.' })") is None


async def test_every_problem_of_a_device_has_words(modules: Page) -> None:
    """Each failure the scripts can name, for the camera, the microphone and both; each browser's way to allow them."""
    problems = await modules.evaluate(
        """async () => {
          const { problemOf } = await import("/static/js/media/devices.js");
          const names = ["NotAllowedError", "SecurityError", "NotFoundError", "OverconstrainedError",
            "NotReadableError", "AbortError", "Odd"];
          return [...names.map((name) => problemOf(new DOMException("", name))),
                  problemOf(new DOMException("Permission denied by system", "NotAllowedError"))];
        }"""
    )
    assert problems == ["refused", "refused", "missing", "missing", "busy", "busy", "failed", "blocked"]
    assert {f"{what}.{p}" for what in ("both", "camera", "microphone") for p in problems} <= SENTENCES.keys()
    phones = ["in_app", "ios_other", "ios_safari", "samsung", "firefox_android", "chrome_android"]
    assert {f"allow.{family}" for family in [*phones, "firefox", "chrome", "safari", "other"]} <= SENTENCES.keys()


async def test_an_unknown_key_is_an_error_and_places_are_filled(modules: Page) -> None:
    """A sentence with its names; a place without a value stays visible; a mistake of ours is thrown."""
    filled, error = await modules.evaluate(
        """async () => {
          const { translator } = await import("/static/js/lib/text.js");
          const t = translator({ a: "{name} until {time}" });
          let error = "";
          try { t("b"); } catch (e) { error = e.message; }
          return [t("a", { name: "Sunita {time}" }), error];
        }"""
    )
    assert filled == "Sunita {time} until {time}"
    assert error == "no sentence b"
