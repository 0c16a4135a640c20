"""What staff do in a live call, checked at the relay's counters and in what the other side's browser decodes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from redis.asyncio import Redis

from config.facts import FactName
from rooms import moderation
from rooms.moderation import WarningNotice
from rooms.registry import Registry
from tests.scenarios.house import Booking, House, soon
from tests.scenarios.people import FAMILYS_PICTURE, PRISONS_PICTURE, Person, live_call, staff

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

BY = "staff:7"
SETTLE = 2_500
"""Milliseconds until everything sent before an act has arrived, and the relay's counters were saved."""
WATCH = 5_000
"""Milliseconds something is looked at: more than two savings of the counters."""


@pytest_asyncio.fixture(loop_scope="session")
async def registry(house: House) -> AsyncIterator[Registry]:
    """What the consoles act through, on the house's own Redis."""
    async with Redis(unix_socket_path=str(house.var / "redis.sock"), decode_responses=True) as redis:
        yield Registry(redis)


@dataclass
class Measured:
    """A live call, its two sides, and the relay's counters of it."""

    booking: Booking
    room: str
    mother: Person
    prison: Person
    registry: Registry
    family_id: str
    terminal_id: str

    async def relayed(self, sender: str, kind: str, receiver: str | None = None) -> int:
        """Packets of somebody's sound or picture the relay has sent to one participant, or to all."""
        ways = await self.registry.ways(self.room)
        return sum(
            packets
            for (who, to, what), packets in ways.items()
            if (who, what) == (sender, kind) and receiver in (None, to)
        )

    async def to_monitors(self, sender: str, kind: str) -> int:
        """Packets the relay has sent to those without a seat."""
        other = self.terminal_id if sender == self.family_id else self.family_id
        return await self.relayed(sender, kind) - await self.relayed(sender, kind, other)


async def sides_of(registry: Registry, room: str) -> tuple[str, str]:
    """The participant ids of the family and of the terminal."""
    state = await registry.room(room)
    assert state is not None
    ids = {str(seat.role): seat.participant for seat in state.spec.seats}
    return ids["visitor"], ids["terminal"]


async def measured(
    house: House, browsers: dict[str, Browser], registry: Registry, minutes: str, *more: str
) -> Measured:
    """A call in which both sides see and hear each other."""
    live = await live_call(house, browsers["chromium"], minutes, *more)
    await live.operator.context.close()
    booking = live.booking
    room = str(house.visit(booking.visrn)["id"])
    return Measured(booking, room, live.mother, live.prison, registry, *await sides_of(registry, room))


async def growth(person: Person, milliseconds: int = WATCH) -> dict[str, float]:
    """How much a page receives, decodes and hears within some time."""
    before = await person.media()
    await person.page.wait_for_timeout(milliseconds)
    after = await person.media()
    return {name: after[name] - before[name] for name in before}


async def test_a_hold_stops_everything_on_both_sides_and_no_clock(
    house: House, browsers: dict[str, Browser], registry: Registry
) -> None:
    """Both see the card; not a packet passes; it goes on by itself, and ends when it always would."""
    call = await measured(house, browsers, registry, "1.5")
    await registry.hold(call.room, held=True, by=BY)
    for person in (call.mother, call.prison):
        await person.until("held")
        assert "paused the visit" in await person.page.inner_text("[data-hold]")
    await call.mother.page.wait_for_timeout(SETTLE)
    before = await registry.ways(call.room)
    still = await asyncio.gather(growth(call.mother), growth(call.prison))
    assert [(each["audioPackets"], each["videoPackets"], each["frames"]) for each in still] == [(0, 0, 0)] * 2
    assert await registry.ways(call.room) == before
    assert abs(await call.mother.left() - call.booking.left()) < 2

    await registry.hold(call.room, held=False, by=BY)
    sides = ((call.mother, PRISONS_PICTURE), (call.prison, FAMILYS_PICTURE))
    for person, picture in sides:
        await person.until("live")
        await person.page.wait_for_selector(f"{picture}:visible")
    for going in await asyncio.gather(*(growth(person) for person, _ in sides)):
        assert going["frames"] > 10
        assert going["audioPackets"] > 100
    await call.mother.until("ended", within=call.booking.left() * 1000 + 5_000)
    record = await house.record(call.booking.visrn)
    slot = (call.booking.ends_at - call.booking.starts_at).total_seconds()
    assert record["seconds"]["visitor"] <= slot - (SETTLE + WATCH) / 1000, "held seconds are nobody's connected seconds"
    assert abs(await call.mother.left()) < 1


async def test_a_mute_and_a_blank_take_from_the_other_side_and_leave_the_monitor_to_judge(
    house: House, browsers: dict[str, Browser], registry: Registry
) -> None:
    """Each takes its kind and nothing else, whatever the muted page does, also when it is loaded again."""
    call = await measured(house, browsers, registry, "6")
    monitor = await staff(browsers["chromium"], house, call.booking.monitor, f"/monitor/rooms/{call.room}")
    await monitor.page.wait_for_selector(FAMILYS_PICTURE)

    await registry.moderate(call.room, call.family_id, muted=True, by=BY)
    await call.prison.page.wait_for_selector(".tile[data-muted=true]")
    await call.mother.page.wait_for_selector("text=The staff have switched off your sound.")
    await call.prison.page.wait_for_timeout(SETTLE)
    sent, watched = (
        await call.relayed(call.family_id, "audio", call.terminal_id),
        await call.to_monitors(call.family_id, "audio"),
    )
    heard, other = await growth(call.prison), await growth(call.mother)
    assert (heard["audioPackets"], heard["energy"] < 1e-6) == (0, True), "neither a packet nor a sound"
    assert heard["frames"] > 10, "the picture goes on"
    assert other["energy"] > 0, "she hears the other side as before"
    assert await call.relayed(call.family_id, "audio", call.terminal_id) == sent
    assert await call.to_monitors(call.family_id, "audio") > watched + 100, "the monitor still hears"

    await call.mother.page.reload()
    await call.mother.until("live")
    await call.mother.sees_and_hears(PRISONS_PICTURE)
    assert (await growth(call.prison))["audioPackets"] == 0, "a reload gives nothing back"
    await registry.moderate(call.room, call.family_id, muted=False, blanked=True, by=BY)
    await call.prison.page.wait_for_selector(f".tile[data-blanked=true] {FAMILYS_PICTURE}", state="hidden")
    await call.prison.page.wait_for_timeout(SETTLE)
    sent, watched = (
        await call.relayed(call.family_id, "video", call.terminal_id),
        await call.to_monitors(call.family_id, "video"),
    )
    seen = await growth(call.prison)
    assert (seen["videoPackets"], seen["frames"]) == (0, 0), "neither a packet nor a picture"
    assert seen["energy"] > 0, "the sound is back"
    assert await call.relayed(call.family_id, "video", call.terminal_id) == sent
    assert await call.to_monitors(call.family_id, "video") > watched + 50, "the monitor still sees"
    assert (await monitor.media())["frames"] > 5

    await registry.moderate(call.room, call.family_id, blanked=False, by=BY)
    await call.prison.sees_and_hears(FAMILYS_PICTURE)
    assert not await call.mother.page.is_visible("[data-say=taken]")


async def test_a_killed_node_gives_nothing_back(house: House, browsers: dict[str, Browser], registry: Registry) -> None:
    """SIGKILL while the room is held and one side muted: on the next node it is held and muted as before."""
    call = await measured(house, browsers, registry, "5")
    await registry.moderate(call.room, call.family_id, muted=True, by=BY)
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
    packets = (await call.prison.media())["videoPackets"]
    await call.prison.media_until(lambda now: now["videoPackets"] > packets + 50, within=30_000)
    heard = await growth(call.prison)
    assert (heard["audioPackets"], heard["frames"] > 10) == (0, True), "the picture is back, the sound is not"
    names = {fact.name for fact in await house.facts(call.room)}
    assert {FactName.ROOM_HELD, FactName.ROOM_MOVED, FactName.ROOM_RESUMED} <= names


async def test_a_warning_is_read_in_each_readers_language_and_pauses_nothing(
    house: House, browsers: dict[str, Browser], registry: Registry
) -> None:
    """The family reads Hindi, the terminal English; what is typed to one side is for that side only."""
    call = await measured(house, browsers, registry, "5", "--language", "hi")
    await registry.warn(call.room, moderation.Warning("w-1", notice=WarningNotice.COVER), BY)
    typed = moderation.Warning("w-2", to=(call.terminal_id,), text="Please sit nearer to the microphone.")
    await registry.warn(call.room, typed, BY)
    said = call.mother.page.locator("[data-warning]"), call.prison.page.locator("[data-warning]")
    await said[1].nth(1).wait_for()
    await said[0].first.wait_for()
    assert "कपड़े" in await said[0].first.inner_text()
    assert "Please be properly dressed" in await said[1].first.inner_text()
    assert "nearer to the microphone" in await said[1].nth(1).inner_text()
    assert await said[0].count() == 1
    going = await growth(call.mother)
    assert (going["frames"] > 10, going["energy"] > 0) == (True, True), "the call goes on meanwhile"

    house.cable.cut()  # both sockets resume: nothing is said twice
    await call.mother.page.click('[data-action="read"]')
    await call.mother.page.wait_for_timeout(SETTLE)
    assert await said[0].count() == 0
    assert await said[1].count() == 2
    assert await call.mother.state() == "live"
