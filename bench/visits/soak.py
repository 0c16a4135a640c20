"""Room after room through one node: what a room and a participant hold of memory, and whether it comes back.

A real node with a Redis of its own. Rooms are held with one participant each, then with two, and their memory is the
difference; some are held before, so that what the process had to spare is used up. Then short visits, some at one time,
one after the other: two people come, talk, are heard, and staff end the session. Memory is the node's own: resident,
without what is shared with other processes. An ended room's addresses are remembered for a minute, so that memory grows
for the first one; growth is the slope after that, by least squares.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiortc.rtcdtlstransport import RTCCertificate
from redis.asyncio import Redis
from redis.exceptions import RedisError

from config.facts import EndReason
from config.redis_child import private_redis
from rooms.errors import RoomError
from rooms.media.node import REMEMBERED
from rooms.registry import Registry
from rooms.seats import RoomSpec, Seat

from ..load.machine import two_cores
from ..relay import Choice, engine_of
from ..report import engine_line
from .figures import columns
from .guest import Guest
from .node import Node, node_process
from .places import SEATS, Places, spec

SLOT = 3600.0
WORDS, PAUSE = 10, 0.02
"""Packets that each says, and seconds between two."""
WITHIN = 20.0
SAMPLES = 10
SETTLED = 1.25 * REMEMBERED
"""Seconds after which growth is measured."""
FEWEST = 3
"""Samples that a slope is made of."""
FEWEST_HELD = 20
"""Rooms that one room's memory can be told from."""
CONSENT_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """rooms: in all; at_once: how many of them at one time. held: how many are held to see what one costs.

    rest: seconds after the last one in which the node may tidy up.
    """

    rooms: int
    at_once: int
    held: int
    rest: float
    engine: Choice = Choice.AUTO


@dataclass(slots=True)
class Found:
    """Memory in kB. idle: before any; spare: with the rooms held first; one, two: with as many more, one participant in
    each and two. samples: seconds, rooms so far, memory. engine: which one the node had.
    """

    wish: Wish
    engine: Choice
    idle: float = 0.0
    spare: float = 0.0
    one: float = 0.0
    two: float = 0.0
    samples: list[tuple[float, int, float]] = field(default_factory=list)
    rested: float | None = None
    failed: int = 0
    seconds: float = 0.0

    @property
    def each(self) -> tuple[float, float] | None:
        """What a room holds without anybody, and a participant; None where too few were held to tell it.

        A process takes memory in steps, so that of few rooms either may come out as anything, below nothing too.
        """
        participant = (self.two - self.one) / max(1, self.wish.held)
        room = (self.one - self.spare) / max(1, self.wish.held) - participant
        return (room, participant) if self.wish.held >= FEWEST_HELD and min(room, participant) > 0 else None

    @property
    def growth(self) -> float | None:
        """By how much memory grows with a thousand rooms; None where that cannot be said yet."""
        settled = [(float(rooms), kb) for at, rooms, kb in self.samples if at >= SETTLED]
        return slope(settled) * 1000 if len(settled) >= FEWEST else None


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the line that fits best, by least squares; 0 of less than two points."""
    if len(points) < 2:
        return 0.0
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


class Visits:
    """Visits on a node."""

    def __init__(self, node: Node, redis: Redis) -> None:
        self._node = node
        self._places = Places(redis)
        self._registry = Registry(redis)
        self._certificate = RTCCertificate.generateCertificate()
        self.failed = 0

    def room(self, number: int, name: str = "soak") -> RoomSpec:
        """A room whose slot goes on for long."""
        now = time.time()
        return spec(number, name, now - 1, now + SLOT)

    async def come(self, room: RoomSpec, seat: Seat) -> Guest:
        """Let somebody in. Raises OSError, RoomError, RedisError."""
        guest = Guest(self._certificate)
        try:
            way = await self._places.enter(room, seat)
            await guest.join(way.url, self._node.origin, way.ticket)
        except BaseException:
            guest.leave()
            raise
        return guest

    async def open(self, room: RoomSpec) -> None:
        """Have its session started."""
        await self._places.open(room)

    async def end(self, room: RoomSpec) -> None:
        """Have its session ended."""
        await self._registry.request_end(room.room_id, EndReason.ENDED_BY_STAFF, "staff:1")

    async def visit(self, number: int) -> None:
        """A short one, from the start to the goodbye. Raises OSError, RoomError, RedisError."""
        room = self.room(number)
        await self.open(room)
        guests = [await self.come(room, seat) for seat in SEATS]
        try:
            async with asyncio.timeout(WITHIN):
                for _ in range(WORDS):
                    for guest in guests:
                        guest.talk()
                    await asyncio.sleep(PAUSE)
                while not all(guest.first for guest in guests):
                    guests[0].talk()
                    guests[1].talk()
                    await asyncio.sleep(PAUSE)
                await self.end(room)
                while not all(guest.told and guest.closed for guest in guests):  # noqa: ASYNC110 - of both of two
                    await asyncio.sleep(PAUSE)
        finally:
            for guest in guests:
                guest.leave()

    async def one_after_the_other(self, numbers: Iterator[int]) -> None:
        """As many as there are."""
        for number in numbers:
            try:
                await self.visit(number)
            except (OSError, RoomError, RedisError):
                self.failed += 1


async def measure(wish: Wish) -> Found:
    """Measure once. Raises EngineMissing, OSError (ConnectionError and TimeoutError too), RoomError, RedisError."""
    cores, found = two_cores(), Found(wish, await engine_of(wish.engine))
    with tempfile.TemporaryDirectory(prefix="mulakat-") as name, cores.apart():
        folder = Path(name)
        with private_redis(folder / "redis.sock") as url:
            async with (
                node_process(folder, url, cores.server, found.engine) as node,
                Redis.from_url(url, decode_responses=True, protocol=2) as redis,
            ):
                visits = Visits(node, redis)
                await visits.visit(0)  # what a node does only once
                await _hold(visits, node, found)
                await _soak(visits, node, found)
                if wish.rest:
                    await asyncio.sleep(wish.rest)
                    found.rested = node.resident_kb()
    return found


async def _hold(visits: Visits, node: Node, found: Found) -> None:
    """Hold some rooms, first with one participant each and then with two, and see what that takes."""
    await _empty(node)
    found.idle = node.resident_kb()
    first, rooms = ([visits.room(number, name) for number in range(found.wish.held)] for name in ("first", "held"))
    guests: list[Guest] = []
    staying = asyncio.create_task(_stay(guests))

    async def fill(some: Sequence[RoomSpec], seat: Seat) -> float:
        for room in some:
            guests.append(await visits.come(room, seat))  # noqa: PERF401 - those who are in are to be kept
        return node.resident_kb()

    try:
        for room in first:
            await visits.open(room)
        for seat in SEATS:
            found.spare = await fill(first, seat)
        for room in rooms:
            await visits.open(room)
        found.one, found.two = await fill(rooms, SEATS[0]), await fill(rooms, SEATS[1])
        for room in (*first, *rooms):
            await visits.end(room)
        await _empty(node)
    finally:
        staying.cancel()
        for guest in guests:
            guest.leave()


async def _soak(visits: Visits, node: Node, found: Found) -> None:
    wish, began = found.wish, time.monotonic()
    done, step = 0, max(1, wish.rooms // SAMPLES)
    while done < wish.rooms:
        more = min(step, wish.rooms - done)
        numbers = iter(range(done + 1, done + more + 1))
        await asyncio.gather(*(visits.one_after_the_other(numbers) for _ in range(wish.at_once)))
        done += more
        found.samples.append((time.monotonic() - began, done, node.resident_kb()))
    found.seconds, found.failed = time.monotonic() - began, visits.failed


async def _stay(guests: Sequence[Guest]) -> None:
    while True:
        await asyncio.sleep(CONSENT_EVERY)
        for guest in guests:
            guest.say_one_is_there()


async def _empty(node: Node) -> None:
    """Wait until the node holds no room. Raises TimeoutError."""
    async with asyncio.timeout(WITHIN):
        while (await node.metrics())["mulakat_rooms"]:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.05)


def table(found: Found) -> str:
    """For people."""
    rows: list[list[object]] = [["rooms so far", "memory, MB"], ["(none)", f"{found.idle / 1024:.1f}"]]
    rows += [[number, f"{kb / 1024:.1f}"] for _, number, kb in found.samples]
    if found.rested is not None:
        rows.append([f"{found.wish.rest:g} s later", f"{found.rested / 1024:.1f}"])
    said = []
    if found.each is not None:
        room, participant = found.each
        held = f"A room holds {room:.0f} kB and each participant {participant:.0f} kB more"
        said.append(f"{held} (of {found.wish.held} held).")
    if found.growth is not None:
        said.append(f"After {SETTLED:.0f} s memory grows by {found.growth:.0f} kB with a thousand rooms.")
    pace = f"{found.wish.rooms} rooms in {found.seconds:.0f} s, {found.wish.at_once} at one time; {found.failed} failed"
    return "\n".join([columns(rows), *said, f"{pace}.", engine_line(found.engine)])


def doubts(found: Found) -> list[str]:
    """What cannot be said, and is null for programs."""
    few = f"Too few rooms to say what one and a participant hold (of {found.wish.held} held)."
    short = f"Too short for a word on growth, which is measured after {SETTLED:.0f} s."
    return [*([few] if found.each is None else []), *([short] if found.growth is None else [])]


def summary(found: Found) -> dict[str, object]:
    """For programs."""
    return {
        "bench": "soak",
        "engine": str(found.engine),
        "rooms": found.wish.rooms,
        "failed": found.failed,
        "idle_kb": round(found.idle),
        "kb_per_room": None if found.each is None else round(found.each[0], 1),
        "kb_per_participant": None if found.each is None else round(found.each[1], 1),
        "growth_kb_per_1000": None if found.growth is None else round(found.growth, 1),
        "samples_kb": [[number, round(kb)] for _, number, kb in found.samples],
        "rested_kb": None if found.rested is None else round(found.rested),
        "seconds": round(found.seconds, 1),
    }
