"""What staff do in a live call, checked at the relay's counters and in what the other side's browser decodes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser

from config.facts import FactName
from rooms import moderation
from rooms.moderation import WarningNotice
from rooms.registry import Registry
from tests.scenarios.figures import FAINT, eventually, grows, rests, together
from tests.scenarios.house import Booking, House, soon
from tests.scenarios.people import FAMILYS_PICTURE, PRISONS_PICTURE, Person, live_call, staff
from tests.scenarios.relayed import SAVED, Relayed
from tests.scenarios.slots import before_the_end_of, in_a_long_enough_slot

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

BY = "staff:7"
RECEIVED = ("audioPackets", "videoPackets", "frames")


NOTE_WARNINGS = """() => {
  window.said = [];
  const note = ({ addedNodes }) =>
    [...addedNodes].forEach((shown) => window.said.push([shown.dataset.warning, shown.textContent]));
  const list = document.querySelector("[data-warning-list]");
  new MutationObserver((changes) => changes.forEach(note)).observe(list, { childList: true });
}"""
"""At the prison's terminal a warning goes by itself: what was ever shown is kept."""


@dataclass
class Measured:
    """A live call, its two sides, and the relay's counters of it."""

    booking: Booking
    room: str
    mother: Person
    prison: Person
    registry: Registry
    relayed: Relayed


async def measured(
    house: House, browsers: dict[str, Browser], registry: Registry, minutes: float, *more: str
) -> Measured:
    """A call in which both sides see and hear each other."""
    live = await live_call(house, browsers["chromium"], minutes, *more)
    await live.operator.context.close()
    booking = live.booking
    room = str(house.visit(booking.visrn)["id"])
    return Measured(booking, room, live.mother, live.prison, registry, await Relayed.of(registry, room))


async def test_a_hold_stops_everything_on_both_sides_and_no_clock(
    house: House, browsers: dict[str, Browser], registry: Registry
) -> None:
    """Both see the card; not a packet passes; it goes on by itself, and ends when it always would."""

    async def scenario(stretch: float) -> None:
        call = await measured(house, browsers, registry, 1.5 * stretch)
        async with before_the_end_of(call.booking):
            held = await _held_and_let_go(call)
        await call.mother.until_the_end_of(call.booking)
        record = await house.record(call.booking.visrn)
        slot = (call.booking.ends_at - call.booking.starts_at).total_seconds()
        assert record["seconds"]["visitor"] <= slot - held, "held seconds are nobody's connected seconds"
        assert await call.mother.left() == 0
        assert record["last_forwarded_at"] <= call.booking.ends_at

    await in_a_long_enough_slot(scenario, browsers)


async def _held_and_let_go(call: Measured) -> float:
    """What a hold is, and what comes after it; return the seconds that everything was still."""
    await call.registry.hold(call.room, held=True, by=BY)
    for person in (call.mother, call.prison):
        await person.until("held")
        assert "paused the visit" in await person.page.inner_text("[data-hold]")
    begun = call.booking.left()
    # The connections themselves live on: whatever is sent over them would come.
    await rests(
        together(mother=call.mother.media, prison=call.prison.media, relay=call.relayed.look),
        *(f"{who}_{what}" for who in ("mother", "prison") for what in RECEIVED),
        *(f"relay_{side}_{kind}" for side in ("family", "prison") for kind in ("audio", "video")),
        mother_checks=1, prison_checks=1, relay_saved=SAVED,
    )  # fmt: skip
    await call.mother.keeps_time(call.booking)
    held = begun - call.booking.left()

    await call.registry.hold(call.room, held=False, by=BY)
    sides = ((call.mother, PRISONS_PICTURE), (call.prison, FAMILYS_PICTURE))
    for person, picture in sides:
        await person.until("live")
        await person.page.wait_for_selector(f"{picture}:visible")
    await asyncio.gather(*(grows(person.media, frames=10, audioPackets=100) for person, _ in sides))
    return held


async def test_a_mute_and_a_blank_take_from_the_other_side_and_leave_the_monitor_to_judge(
    house: House, browsers: dict[str, Browser], registry: Registry
) -> None:
    """Each takes its kind and nothing else, whatever the muted page does, also when it is loaded again."""
    call = await measured(house, browsers, registry, 10)
    monitor = await staff(browsers["chromium"], house, call.booking.monitor, f"/monitor/rooms/{call.room}")
    await monitor.page.wait_for_selector(FAMILYS_PICTURE)

    await registry.moderate(call.room, call.relayed.family, muted=True, by=BY)
    await call.prison.page.wait_for_selector(".tile[data-muted=true]")
    await call.mother.page.wait_for_selector("text=The staff have switched off your sound.")
    await rests(  # neither a packet nor a sound; the picture goes on, and the monitor still hears
        together(prison=call.prison.media, relay=call.relayed.look),
        "prison_audioPackets", "prison_energy", "relay_family_audio",
        prison_frames=15, relay_family_audio_watched=100, relay_saved=SAVED,
    )  # fmt: skip
    await grows(call.mother.media, energy=FAINT)  # she hears the other side as before

    await call.mother.page.reload()
    await call.mother.until("live")
    await call.mother.sees_and_hears(PRISONS_PICTURE)
    await call.prison.sees(FAMILYS_PICTURE)
    # A reload gives nothing back.
    await rests(call.prison.media, "audioPackets", frames=15)
    await registry.moderate(call.room, call.relayed.family, muted=False, blanked=True, by=BY)
    await call.prison.page.wait_for_selector(f".tile[data-blanked=true] {FAMILYS_PICTURE}", state="hidden")
    await rests(  # neither a packet nor a picture; the sound is back, and the monitor still sees
        together(prison=call.prison.media, monitor=monitor.media, relay=call.relayed.look),
        "prison_videoPackets", "prison_frames", "relay_family_video",
        prison_energy=FAINT, prison_audioPackets=100, monitor_frames=5, relay_family_video_watched=50,
        relay_saved=SAVED,
    )  # fmt: skip

    await registry.moderate(call.room, call.relayed.family, blanked=False, by=BY)
    await call.prison.sees_and_hears(FAMILYS_PICTURE)
    assert not await call.mother.page.is_visible("[data-say=taken]")


async def test_a_killed_node_gives_nothing_back(house: House, browsers: dict[str, Browser], registry: Registry) -> None:
    """SIGKILL while the room is held and one side muted: on the next node it is held and muted as before."""
    call = await measured(house, browsers, registry, 10)
    await registry.moderate(call.room, call.relayed.family, muted=True, by=BY)
    await registry.hold(call.room, held=True, by=BY)
    await call.mother.until("held")
    before = await registry.room(call.room)
    house.kill_node()

    async def taken_over() -> bool | None:
        state = await registry.room(call.room)
        return True if state and before and state.claim.epoch > before.claim.epoch else None

    await soon(taken_over)
    for person in (call.mother, call.prison):
        await person.until("held")
        await person.page.wait_for_selector("text=paused the visit")
    await registry.hold(call.room, held=False, by=BY)
    await call.prison.until("live")
    await grows(call.prison.media, videoPackets=50)
    await rests(call.prison.media, "audioPackets", frames=15)  # the picture is back, the sound is not
    names = {fact.name for fact in await house.facts(call.room)}
    assert {FactName.ROOM_HELD, FactName.ROOM_MOVED, FactName.ROOM_RESUMED} <= names


async def test_a_warning_is_read_in_each_readers_language_and_pauses_nothing(
    house: House, browsers: dict[str, Browser], registry: Registry
) -> None:
    """The family reads Hindi, the terminal English; what is typed to one side is for that side only."""
    call = await measured(house, browsers, registry, 10, "--language", "hi")
    for person in (call.mother, call.prison):
        await person.page.evaluate(NOTE_WARNINGS)
    await registry.warn(call.room, moderation.Warning("w-1", notice=WarningNotice.COVER), BY)
    typed = moderation.Warning("w-2", to=(call.relayed.prison,), text="Please sit nearer to the microphone.")
    await registry.warn(call.room, typed, BY)
    read, also = await warned(call.mother, "w-1"), await warned(call.prison, "w-1", "w-2")
    assert "कपड़े" in read["w-1"]
    assert "Please be properly dressed" in also["w-1"]
    assert "nearer to the microphone" in also["w-2"]
    await grows(call.mother.media, frames=10, energy=FAINT)  # the call goes on meanwhile

    await call.mother.page.click('[data-action="read"]')
    await call.mother.page.wait_for_selector("[data-warning]", state="detached")
    await (
        house.cable.cut_and_mended()
    )  # both sockets resume: nothing is said twice, nothing to whom it was not meant for
    # What a resumed socket brings again comes before what is said next.
    await registry.warn(call.room, moderation.Warning("w-3", notice=WarningNotice.TIME), BY)
    await warned(call.mother, "w-1", "w-3")
    await warned(call.prison, "w-1", "w-2", "w-3")
    assert await call.mother.state() == "live"


async def warned(person: Person, *ids: str) -> dict[str, str]:
    """Wait for the last of these warnings; the page has shown them, each once, and no other. Return their words."""
    said: list[tuple[str, str]] = []

    async def come() -> bool:
        said[:] = await person.page.evaluate("window.said")
        return ids[-1] in dict(said)

    await eventually(come, f"{ids[-1]} is shown")
    assert [each for each, _ in said] == list(ids)
    return dict(said)
