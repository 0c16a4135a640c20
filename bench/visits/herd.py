"""Everybody arrives at once: families come through the whole system within a minute, from the link to the first sound.

Web, node, worker, database, Redis and a mail server run as processes of their own; staff have started all sessions, and
the terminals are in and talk. Families come evenly through the time, each from an address and with cookies of its own:

    link      the link's page
    visrn     the number is sent, codes go out, and the page for them is there
    mail      until the mail with the codes is with the mail server
    codes     OTP and PIN are sent, and the page of the call is there
    entry     the page's ticket
    join      WebSocket, welcome, offer and answer, ICE, DTLS: up to the keys
    media     until the terminal's first packet
    whole     all of it; a person would read and type in between
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiortc.rtcdtlstransport import RTCCertificate

from signaling.node.loop import REMEMBERED

from ..load.machine import two_cores
from ..relay import Choice, engine_of
from ..report import engine_line
from ..serving import KEY
from .arrival import STEPS, Arrival, Family, terminal
from .figures import columns, spread, spread_rows
from .ground import Booked, prepare
from .guest import Guest
from .system import System, system

TURN = 0.01
"""Seconds between two looks at whose packet is due."""
TURNS, CONSENT = 10, 400
"""Turns between two of somebody's packets, and of their checks."""
TERMINALS_AT_ONCE = 8
WATCH_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Wish:
    """families: how many; within: the seconds in which they come."""

    families: int
    within: float
    database: str = "postgresql"
    engine: Choice = Choice.AUTO


@dataclass(slots=True)
class Found:
    """What came of it. stall: the longest turn of the node's loop while they came, in ms; lag: of this process.

    engine: which one the node had.
    """

    wish: Wish
    engine: Choice
    arrivals: list[Arrival] = field(default_factory=list)
    stall_ms: float = 0.0
    lag_ms: float = 0.0

    def of(self, step: str) -> list[float]:
        """Everybody's time of a step; of "whole", of those who came in."""
        if step == "whole":
            return [sum(each.ms.values()) for each in self.arrivals if not each.failed]
        return [each.ms[step] for each in self.arrivals if step in each.ms]

    @property
    def failures(self) -> Counter[str]:
        """How many failed, by step and what was wrong."""
        return Counter(f"{each.failed}: {each.why}" for each in self.arrivals if each.failed)


class Herd:
    """All who are in: the terminals first, then the families."""

    def __init__(self, running: System, booked: Sequence[Booked], found: Found) -> None:
        self._system = running
        self._booked = booked
        self._found = found
        self._certificate = RTCCertificate.generateCertificate()
        self._everybody: list[Guest] = []

    async def seat(self) -> None:
        """Let all terminals in. Raises OSError, aiohttp.ClientError."""
        gate = asyncio.Semaphore(TERMINALS_AT_ONCE)

        async def enter(booked: Booked) -> None:
            async with gate:
                here = await terminal(self._system.url, self._system.node.origin, booked, self._certificate)
                self._everybody.append(here)

        await asyncio.gather(*map(enter, self._booked))

    async def come(self) -> None:
        """Let all families in, evenly through the time."""
        wish, began = self._found.wish, time.monotonic()

        async def arrive(number: int, booked: Booked) -> Arrival:
            family = Family(self._system.url, self._system.node.origin, self._system.box, booked, number)
            await asyncio.sleep(max(0.0, began + number * wish.within / wish.families - time.monotonic()))
            arrival = await family.arrive(self._certificate)
            if family.guest is not None:
                self._everybody.append(family.guest)
            return arrival

        self._found.arrivals = list(await asyncio.gather(*(arrive(*each) for each in enumerate(self._booked))))

    async def talk(self) -> None:
        """Have everybody who is in say something again and again, until cancelled."""
        due, number = time.monotonic(), 0
        while True:
            for guest in self._everybody[number % TURNS :: TURNS]:
                guest.talk()
            for guest in self._everybody[number % CONSENT :: CONSENT]:
                guest.say_one_is_there()
            number, due = number + 1, due + TURN
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._found.lag_ms = max(self._found.lag_ms, (time.monotonic() - due) * 1e3)

    async def watch(self) -> None:
        """Note the longest turn of the node's loop, until cancelled."""
        while True:
            await asyncio.sleep(WATCH_EVERY)
            await self.look()

    async def look(self) -> None:
        """Note the longest turn of the node's loop, of the last seconds."""
        longest = (await self._system.node.metrics())["mulakat_loop_longest_stall_seconds"] * 1e3
        self._found.stall_ms = max(self._found.stall_ms, longest)

    def leave(self) -> None:
        """All go."""
        for guest in self._everybody:
            guest.leave()


async def measure(wish: Wish) -> Found:
    """Let it happen once. Raises EngineMissing, OSError (ConnectionError, TimeoutError too), aiohttp.ClientError."""
    cores, found = two_cores(), Found(wish, await engine_of(wish.engine))
    with cores.apart():
        async with system(wish.database, cores, found.engine) as running:
            herd = Herd(running, await prepare(running.db, running.redis, KEY, wish.families), found)
            meanwhile = [asyncio.create_task(herd.talk())]
            try:
                await herd.seat()
                if wish.within > REMEMBERED:  # or the longest turn would be one of the terminals' coming
                    await asyncio.sleep(REMEMBERED + 1)
                found.lag_ms = 0.0
                meanwhile.append(asyncio.create_task(herd.watch()))
                await herd.come()
                await herd.look()
            finally:
                for task in meanwhile:
                    task.cancel()
                await asyncio.gather(*meanwhile, return_exceptions=True)
                herd.leave()
    return found


def table(found: Found) -> str:
    """For people."""
    wish = found.wish
    what = f"{wish.families} families within {wish.within:g} s, on {wish.database}; milliseconds"
    node = f"longest turn of the node's loop: {found.stall_ms:.1f} ms"
    lines = [
        f"{what}.",
        columns(spread_rows((step, found.of(step)) for step in (*STEPS, "whole"))),
        f"{node}; the families' own lateness: {found.lag_ms:.0f} ms at the worst",
        engine_line(found.engine),
    ]
    lines += [f"{count} failed at {why}" for why, count in found.failures.most_common()]
    return "\n".join(lines)


def summary(found: Found) -> dict[str, object]:
    """For programs; the quantiles of each step below."""
    whole, steps = spread(found.of("whole")), Counter(each.failed for each in found.arrivals if each.failed)
    return {
        "bench": "herd",
        "engine": str(found.engine),
        "database": found.wish.database,
        "families": found.wish.families,
        "within": found.wish.within,
        "failed": sum(steps.values()),
        "failed_by_step": dict(steps),
        "whole_ms_p50": whole["p50"],
        "whole_ms_p99": whole["p99"],
        "whole_ms_max": whole["max"],
        "steps_ms": {step: spread(found.of(step)) for step in STEPS},
        "stall_ms": round(found.stall_ms, 1),
        "lag_ms": round(found.lag_ms, 1),
    }
