"""Many rooms' guests in a process of their own: `python -m bench.visits.party`, with a plan in a line of JSON.

They come one after the other, evenly through a time, each with a ticket bought just before; talk while they may; and
are counted. As a process of their own they do not hold up those of other parties. What they bring is a line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

from aiortc.rtcdtlstransport import RTCCertificate
from redis.asyncio import Redis
from redis.exceptions import RedisError

from config.redis_child import die_with_parent
from rooms.errors import RoomError
from rooms.seats import RoomSpec

from ..load.machine import Cores
from ..relay_node import quieten
from .figures import Brought
from .guest import Guest
from .places import SEATS, Places, spec

TURN = 0.01
"""Seconds between two looks at whose packet is due."""
CONSENT = 400
"""Turns between two of somebody's checks."""
FLUSH = 0.5
"""Seconds after the last packet in which those under way may arrive."""
AT_ONCE = 32
"""Guests on their way in: more would wait for this process and not for the node."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a party does; times are Unix seconds.

    opened: the prison starts the sessions before anybody comes. rate: packets a guest and second.
    count_from: packets sent from then on are counted. until: when all go.
    """

    name: str
    redis_url: str
    origin: str
    rooms: int
    starts_at: float
    ends_at: float
    arrive_from: float
    arrive_within: float
    rate: float
    count_from: float
    until: float

    def to_json(self) -> str:
        """Write it."""
        return json.dumps(asdict(self))


class Party:
    """All guests of a plan."""

    def __init__(self, plan: Plan, places: Places) -> None:
        self._plan = plan
        self._places = places
        self._certificate = RTCCertificate.generateCertificate()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._talking: list[Guest] = []
        self._everybody: list[Guest] = []
        self.brought = Brought()

    async def run(self) -> Brought:
        """Do all of it."""
        rooms = [
            spec(number, self._plan.name, self._plan.starts_at, self._plan.ends_at)
            for number in range(self._plan.rooms)
        ]
        for room in rooms:
            await self._places.open(room)
        work = [asyncio.create_task(self._go_on()), asyncio.create_task(self._mark())]
        between = self._plan.arrive_within / max(1, len(rooms))
        await asyncio.gather(
            *(self._fill(room, self._plan.arrive_from + between * number) for number, room in enumerate(rooms))
        )
        await asyncio.sleep(max(0.0, self._plan.until - time.time()))
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await asyncio.sleep(FLUSH)
        self._sum_up()
        return self.brought

    async def _fill(self, room: RoomSpec, at: float) -> None:
        await asyncio.sleep(max(0.0, at - time.time()))
        guests = [Guest(self._certificate) for _ in SEATS]
        for guest, other in (guests, guests[::-1]):
            guest.partner = other
        came = await asyncio.gather(
            *(self._come(room, guest, number) for number, guest in enumerate(guests)), return_exceptions=True
        )
        for problem in came:
            if isinstance(problem, (OSError, RoomError, RedisError)):
                self.brought.fail(f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__)
            elif isinstance(problem, BaseException):
                raise problem
        self._everybody += guests

    async def _come(self, room: RoomSpec, guest: Guest, number: int) -> None:
        async with self._gate:
            way = await self._places.enter(room, SEATS[number])
            began = time.monotonic()
            await guest.join(way.url, self._plan.origin, way.ticket)
            self.brought.join_ms.append((time.monotonic() - began) * 1e3)
            self._talking.append(guest)

    async def _go_on(self) -> None:
        """Let everybody send at their rate, each at another moment, and say that they are there (RFC 7675)."""
        turns = max(1, round(1 / self._plan.rate / TURN)) if self._plan.rate else 0
        due, number = time.monotonic(), 0
        while True:
            for guest in self._talking[number % turns :: turns] if turns else ():
                guest.talk()
            for guest in self._talking[number % CONSENT :: CONSENT]:
                guest.say_one_is_there()
            number += 1
            due += TURN
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.brought.lag_ms = max(self.brought.lag_ms, (time.monotonic() - due) * 1e3)

    async def _mark(self) -> None:
        """Have the packets from now on counted."""
        await asyncio.sleep(max(0.0, self._plan.count_from - time.time()))
        for guest in self._talking:
            guest.count()

    def _sum_up(self) -> None:
        brought, end = self.brought, self._plan.ends_at * 1e9
        for guest in self._everybody:
            for moment, found in (
                (guest.last, brought.last_ms), (guest.closed, brought.closed_ms), (guest.told, brought.told_ms),
            ):  # fmt: skip
                if moment is not None:
                    found.append((moment - end) / 1e6)
            brought.sent += guest.sent - guest.mark
            brought.lost += guest.lost


class PartyProcess:
    """A party that waits for its plan."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def carry_out(self, plan: Plan) -> Brought:
        """Let it do what is planned. Raises ConnectionError when it ends before."""
        if self._process.stdin is None:
            raise ConnectionError("no pipe")
        self._process.stdin.write(plan.to_json().encode() + b"\n")
        return Brought.from_json(await self.line())

    async def line(self) -> str:
        """The next line that it says. Raises ConnectionError."""
        said = await self._process.stdout.readline() if self._process.stdout is not None else b""
        if not said:
            raise ConnectionError("a party has ended")
        return said.decode()

    async def end(self) -> None:
        """Let it end, whatever it does."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


@asynccontextmanager
async def party_processes(count: int, core: int | None = None) -> AsyncIterator[list[PartyProcess]]:
    """Start so many, pinned to a core if one is given; all are ready, so that a plan's times need not allow for that.

    Raises ConnectionError.
    """
    parties: list[PartyProcess] = []
    try:
        with Cores(core, None).lent():
            for _ in range(count):
                process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "bench.visits.party"),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    preexec_fn=die_with_parent,
                    limit=1 << 26,
                )
                parties.append(PartyProcess(process))
        await asyncio.gather(*(party.line() for party in parties))
        yield parties
    finally:
        await asyncio.gather(*(party.end() for party in parties))


async def main() -> None:
    """Say that one is ready; carry out the plan that comes in a line, and say what it brought in another."""
    quieten()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    plan = Plan(**json.loads(sys.stdin.readline()))
    redis = Redis.from_url(plan.redis_url, decode_responses=True, protocol=2)
    brought = await Party(plan, Places(redis)).run()
    sys.stdout.write(brought.to_json() + "\n")
    sys.stdout.flush()
    await redis.aclose()


if __name__ == "__main__":
    asyncio.run(main())
