"""A wall of nine live rooms: a real node with eighteen participants, a real decoder, and the page in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiortc.rtcdtlstransport import RTCCertificate
from playwright.async_api import Browser, Page, expect
from redis.asyncio import Redis

from broker.staff import Role
from broker.visit import Visit, VisitStatus
from broker.vocabulary import LookKind
from config import keys
from config.clock import SystemClock
from config.settings import Settings
from rooms.media import MediaNode
from rooms.seats import Role as RoomRole
from tests.scenarios.figures import Figures, eventually, rest_for
from tests.scenarios.people import STEP
from tests.support.callers import GREYS, QuietCaller
from tests.support.desk import PASSWORD, Desk, shown
from tests.support.nodes import PATIENT, TestNode
from tests.support.ports import free_port
from tests.support.visits import furnish
from web.entry import room_spec

__all__ = ["shown"]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.live]

ROOMS = 9
DESKTOP = {"width": 1366, "height": 768}
#: Seconds until every picture must have come, or a newer one: a keyframe is asked for every 8 s, one in 15 s is taken,
#: and a starved machine gets to each of eighteen when it can.
WITHIN = 180

BRIGHTNESS = """() => Object.fromEntries([...document.querySelectorAll("[data-picture]")].map((image) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [1, 1];
  const context = canvas.getContext("2d");
  if (image.complete && image.naturalWidth) context.drawImage(image, 0, 0, 1, 1);
  const name = new URL(image.src).pathname;
  return [name, image.naturalWidth === 320 ? context.getImageData(0, 0, 1, 1).data[0] : null];
}))"""


@dataclass
class Full:
    """Nine live rooms on one node, and everybody in them."""

    desk: Desk
    node: TestNode
    visits: list[Visit]
    callers: list[QuietCaller]

    async def fill(self) -> None:
        """Book nine visits that began a moment ago, start them, and let both sides in."""
        place = await furnish(self.desk.db, state=27, code=24, terminals=ROOMS)
        await self.desk.hire("mira", Role.MONITOR, place)
        certificate = RTCCertificate.generateCertificate()
        for number in range(ROOMS):
            visit = await self.desk.book(place, terminal=number, starts_in=-1)
            spec = room_spec(visit)
            await self.node.registry.place(spec)
            async with self.desk.db.begin() as uow:
                await uow.visits.move(visit.id, VisitStatus.OPEN, "staff:1", "", self.desk.clock.now())
                await uow.commit()
            await self.node.registry.open_room(visit.id, "staff:1")
            for seat in spec.seats:
                caller = QuietCaller(certificate)
                self.callers.append(caller)
                await caller.join(self.node, spec, seat.participant, RoomRole(seat.role))
            self.visits.append(visit)


async def on_time(desk: Desk) -> None:
    """Let the web process's clock run: it stands still by itself."""
    while True:
        await asyncio.sleep(0.5)
        desk.clock.advance(0.5)


@pytest_asyncio.fixture(loop_scope="session")
async def full(settings: Settings, shown: Desk) -> AsyncIterator[Full]:
    """The house, full."""
    await shown.redis.delete(keys.NODES)  # the desk's own node is only a name
    redis = Redis.from_url(settings.redis_url, decode_responses=True, protocol=2)
    node = TestNode(settings, redis, PATIENT, free_port(), MediaNode("127.0.0.1", 0, ["127.0.0.1"], SystemClock()))
    await node.start()
    everybody = Full(shown, node, [], [])
    running = asyncio.create_task(on_time(shown))
    try:
        await everybody.fill()
        yield everybody
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        for caller in everybody.callers:
            await caller.leave()
        await node.stop()
        await redis.aclose()


async def open_wall(browser: Browser, desk: Desk) -> Page:
    """Mira's wall."""
    page = await (await browser.new_context(viewport=DESKTOP, locale="en-GB")).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(STEP)
    await page.goto(str(desk.server.make_url("/staff/sign-in")))
    await page.fill("[name=username]", "mira")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_selector('[data-console="monitor"]')
    return page


async def test_nine_rooms_come_move_and_are_let_go_when_the_wall_is_closed(
    browsers: dict[str, Browser], full: Full
) -> None:
    """Eighteen pictures, each of what was painted, each replaced by a newer one; a closed wall costs nothing more."""
    wall = full.node.host.wall
    assert wall.on_wall == 0, "nobody looks yet, and nothing is tapped"
    assert wall.decoder.totals.made == 0
    page = await open_wall(browsers["chromium"], full.desk)
    await expect(page.locator("[data-visrn][data-state=live]")).to_have_count(ROOMS, timeout=STEP)

    async def seen() -> bool:
        found = await page.evaluate(BRIGHTNESS)
        return len(found) == 2 * ROOMS and None not in found.values()

    await eventually(seen, "all eighteen pictures", WITHIN)
    assert wall.on_wall == ROOMS
    first = await page.evaluate(BRIGHTNESS)
    assert all(min(abs(found - grey) for grey in GREYS) < 25 for found in first.values()), first

    changed: set[str] = set()

    async def each_moved_once() -> bool:
        now = await page.evaluate(BRIGHTNESS)
        changed.update(name for name, before in first.items() if abs((now.get(name) or before) - before) > 60)
        return changed == set(first)

    await eventually(each_moved_once, "a newer one of each", WITHIN)
    await page.wait_for_selector('[data-speaking="yes"]')  # sound is told by its level

    await page.context.close()

    async def let_go() -> bool:
        return wall.on_wall == 0

    await eventually(let_go, "nobody looks", WITHIN)

    async def decoded() -> Figures:
        return {"made": wall.decoder.totals.made}

    await rest_for(decoded, 20, "made")  # longer than it takes until a picture is wanted again
    async with full.desk.db.read() as uow:
        looks = await uow.monitoring.looks([visit.id for visit in full.visits])
        events = [entry.event for entry in await uow.audit.newest(50)]
    assert sorted(look.visit_id for look in looks) == sorted(visit.id for visit in full.visits)
    assert {look.how for look in looks} == {LookKind.WALL}
    assert all(look.length.total_seconds() > 5 for look in looks)
    assert events.count("room:list") == 1
    assert events.count("room:watch") == 0
