"""What a monitor does from the console, checked at the relay's counters, in the other side's browser, and on paper."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page

from rooms.registry import Registry
from tests.scenarios.figures import FAINT, grows, rest_for, rests, together
from tests.scenarios.house import Booking, House, soon
from tests.scenarios.people import FAMILYS_PICTURE, PRISONS_PICTURE, Person, end, live_call, staff
from tests.scenarios.relayed import SAVED, Relayed

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]


@dataclass
class Watched:
    """A live call, its two sides, the operator of its day, and a monitor on the wall."""

    house: House
    booking: Booking
    room: str
    mother: Person
    prison: Person
    operator: Person
    monitor: Person
    relayed: Relayed

    async def act(self, act: str, side: str = "", **chosen: str) -> None:
        """Open an act on the room's card, choose, and do it."""
        row = self.monitor.page.locator(f'[data-visrn="{self.booking.visrn}"]')
        panel = row.locator(f'[data-panel="{act.removeprefix("un")}"]')
        if await panel.get_attribute("open") != "":
            await panel.locator("summary").click()
        for name, value in chosen.items():
            await panel.locator(f"select[name={name}]").select_option(value)
        button = f'[data-action="{act}"]' + (f'[data-side="{side}"]' if side else "")
        await panel.locator(button).click()

    def audited(self) -> list[tuple[str, str]]:
        """The audit's events about this visit and why, in order."""
        with contextlib.closing(sqlite3.connect(self.house.var / "mulakat.db")) as database:
            found = database.execute("SELECT event, why FROM audit WHERE visit_id = ? ORDER BY seq", [self.room])
            return [(str(event), str(why)) for event, why in found]


async def watched_call(
    house: House, browsers: dict[str, Browser], registry: Registry, minutes: float, *more: str
) -> Watched:
    """A call in which both sides see and hear each other, with a monitor on the wall."""
    call = await live_call(house, browsers["chromium"], minutes, *more)
    booking = call.booking
    monitor = await staff(browsers["chromium"], house, booking.monitor, "/monitor")
    row = monitor.page.locator(f'[data-visrn="{booking.visrn}"]')
    await row.wait_for()
    room = str(await row.get_attribute("data-room"))
    people = call.mother, call.prison, call.operator, monitor
    return Watched(house, booking, room, *people, await Relayed.of(registry, room))


async def follow(call: Watched, browsers: dict[str, Browser]) -> Person:
    """The same monitor's second window, in which the room is followed live."""
    watcher = await staff(browsers["chromium"], call.house, call.booking.monitor, f"/monitor/rooms/{call.room}")
    await watcher.until("live")
    await watcher.page.wait_for_selector(FAMILYS_PICTURE)
    return watcher


async def test_warn_mute_blank_and_cut_from_the_console(
    house: House, browsers: dict[str, Browser], registry: Registry
) -> None:
    """Each reaches whom it is meant for and takes what it says, at the relay; each is under a name, with its reason."""
    call = await watched_call(house, browsers, registry, 12)
    watcher = await follow(call, browsers)
    wall = call.monitor.page
    row = f'[data-visrn="{call.booking.visrn}"]'
    await wall.wait_for_selector(f'{row} [data-side="prison"] [data-picture]', timeout=60_000)

    await call.act("warn", "family", notice="cover")
    await call.mother.page.wait_for_selector("[data-warning]")

    await call.act("mute", "family", reason="subject")
    await wall.wait_for_selector(f'{row} [data-muted="yes"]')
    await call.operator.page.wait_for_selector(f"{row} [data-taken]")
    await call.prison.page.wait_for_selector(".tile[data-muted=true]")  # said after the warning
    assert await call.prison.page.locator("[data-warning]").count() == 0
    await rests(  # neither a packet nor a sound; the picture goes on, and whoever muted still hears
        together(prison=call.prison.media, watcher=watcher.media, relay=call.relayed.look),
        "prison_audioPackets", "prison_energy", "relay_family_audio",
        prison_frames=15, watcher_energy=FAINT, relay_family_audio_watched=100, relay_saved=SAVED,
    )  # fmt: skip
    await call.act("unmute", "family")
    await grows(call.prison.media, energy=FAINT, audioPackets=50)

    await call.act("blank", "prison", reason="dress")
    await call.mother.page.wait_for_selector(f".tile[data-blanked=true] {PRISONS_PICTURE}", state="hidden")
    await rests(  # neither a packet nor a picture; the sound goes on, and whoever blanked still sees
        together(mother=call.mother.media, watcher=watcher.media, relay=call.relayed.look),
        "mother_videoPackets", "mother_frames", "relay_prison_video",
        mother_energy=FAINT, mother_audioPackets=100, watcher_frames=15, relay_prison_video_watched=50,
        relay_saved=SAVED,
    )  # fmt: skip
    await watcher.sees(PRISONS_PICTURE)
    await call.act("unblank", "prison")
    await call.mother.sees_and_hears(PRISONS_PICTURE)

    await call.act("end", reason="stranger")
    for person in (call.mother, call.prison):
        await person.until("ended")
    await watcher.page.wait_for_selector('[data-ended="ended_by_staff"]')
    await rest_for(call.mother.media, 3, "frames", "energy", "audioPackets", "videoPackets")
    record = await house.record(call.booking.visrn)
    assert record["outcome"] == "ended_by_staff"
    acts = [(event, why) for event, why in call.audited() if event.startswith("room:") or event == "visit:end"]
    assert [each for each in acts if each[0] != "room:watch_end"] == [
        ("room:watch", ""), ("room:warn", "cover"), ("room:mute", "subject"), ("room:unmute", ""),
        ("room:blank", "dress"), ("room:unblank", ""), ("visit:end", "stranger"),
    ]  # fmt: skip


async def test_a_lawyers_call_gives_monitors_a_picture_and_its_record_shows_no_sound(
    house: House, browsers: dict[str, Browser], registry: Registry
) -> None:
    """Followed to its end: no packet of sound to the monitor, at the relay as in the browser; no button, no level."""
    call = await watched_call(house, browsers, registry, 10, "--kind", "legal")
    row = call.monitor.page.locator(f'[data-visrn="{call.booking.visrn}"]')
    await row.locator("[data-picture]").first.wait_for(timeout=60_000)
    assert "picture only" in await row.inner_text()
    assert await row.locator('[data-speaking="yes"]').count() == 0
    watcher = await follow(call, browsers)
    assert await watcher.page.locator('[data-action="sound"]').count() == 0
    await watcher.page.keyboard.press("s")
    await grows(together(watcher=watcher.media, relay=call.relayed.look), watcher_frames=30, relay_saved=SAVED)
    seen = await watcher.media()
    assert (seen["audioPackets"], seen["energy"]) == (0, 0)
    await grows(call.mother.media, energy=FAINT)  # the two sides hear each other
    await end(call.operator, call.booking)
    await call.mother.until("ended")
    await house.record(call.booking.visrn)
    relayed = await call.relayed.look()
    for side in ("family", "prison"):
        assert relayed[f"{side}_video_watched"] > 10
        assert relayed[f"{side}_audio_watched"] == 0
        assert relayed[f"{side}_audio"] > 100
    await shows_no_sound(call.monitor.page, house, call.booking)
    events = [event for event, _ in call.audited()]

    async def closed() -> bool | None:
        return True if "room:watch_end" in [event for event, _ in call.audited()] else None

    await soon(closed)
    assert events.count("room:watch") == 1


async def shows_no_sound(page: Page, house: House, booking: Booking) -> None:
    """The record of the visit, by its number, as the monitor reads it."""
    await page.goto(f"{house.url}/monitor/record/{booking.visrn}")
    counted = page.locator("[data-monitors-audio]")
    await counted.wait_for()
    assert await counted.get_attribute("data-monitors-audio") == "0"
    assert int(await counted.get_attribute("data-monitors-video") or 0) > 20
