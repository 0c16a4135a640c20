"""One measured run: start a server, fill its rooms, let them talk, and count."""

from __future__ import annotations

import asyncio
import gc
import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from aiortc.rtcdtlstransport import SRTP_AEAD_AES_128_GCM, RTCCertificate

from ..caller import Caller
from ..report import Run, percentile
from .generator import Generator
from .machine import cpu_seconds
from .schedule import TURN, Pace
from .seats import PAIR, Seat, copies
from .talker import Link, Talker

WARM_UP = 10
"""Turns."""
FLUSH = 2.0
"""Seconds after the last packet in which those under way may arrive; what has not by then is lost."""
ROOMS_AT_ONCE = 8
CONSENT_EVERY = 5.0


class Server(Protocol):
    """A media server in a process of its own."""

    pid: int
    host: str

    async def join(self, room: str, seats: Sequence[Seat], call: Callable[[], Caller]) -> list[Link]:
        """Make a room and connect everybody of it, each with callers that `call` makes."""
        ...

    async def settled(self) -> None:
        """Wait until the server, too, says that everybody who joined is connected."""
        ...


Start = Callable[[], AbstractAsyncContextManager[Server]]
"""Starts a server anew, and stops it."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a server is given to carry."""

    rooms: int
    seats: tuple[Seat, ...] = PAIR
    pace: Pace = Pace.NATURAL


async def one_run(start: Start, load: Load, seconds: float) -> Run:
    """Measure a server that is started for it. Raises OSError when it dies, ValueError when it forwards garbage."""
    turns = max(1, round(seconds / TURN))
    async with start() as server:
        links, join_ms = await _join(server, load)
        rooms, talkers = seat(links)
        generator = Generator(talkers, load.pace, WARM_UP + turns)
        gc.collect()
        gc.freeze()
        generator.run(WARM_UP)
        # All streams of all rooms have begun in its first turn, as they never do in life: what that cost is told apart.
        at_first = await _flush(rooms)
        generator.pause()
        for talker in talkers:
            del talker.took[:]
        sent, received, before = _sum(talkers, "sent"), _sum(talkers, "received"), cpu_seconds(server.pid)
        spell = generator.run(turns)
        cpu = cpu_seconds(server.pid) - before
        sent, received = _sum(talkers, "sent") - sent, _sum(talkers, "received") - received
        gc.unfreeze()
        lost, overflowed = await _flush(rooms, at_first) - at_first, _sum(talkers, "overflowed")
        for link in links:
            for caller in link.callers:
                await caller.hang_up()
    took = sorted(each / 1e6 for talker in talkers for each in talker.took)
    # What arrives is counted up to a turn late, so the sent are the better count as long as nothing is lost.
    forwarded = max(1, received if lost else sent * copies(load.seats))
    return Run(
        rooms=load.rooms,
        forwarded=forwarded,
        cpu_us_per_packet=cpu / forwarded * 1e6,
        p50_ms=percentile(took, 0.50),
        p99_ms=percentile(took, 0.99),
        lost=max(0, lost - overflowed),
        overflowed=overflowed,
        lost_at_first=at_first,
        pace=spell.pace,
        core=cpu / spell.seconds,
        generator=spell.busy,
        join_ms=join_ms,
    )


async def _join(server: Server, load: Load) -> tuple[list[Link], float]:
    """Fill all rooms; return CPU milliseconds a room, too.

    What a server does only once (make its certificate, load what it needs) falls on the first room, which is counted
    only if it is the only one.
    """
    before = cpu_seconds(server.pid)
    links = await fill(server, load, range(1))
    if load.rooms > 1:
        before = cpu_seconds(server.pid)
        links += await fill(server, load, range(1, load.rooms))
    return links, (cpu_seconds(server.pid) - before) * 1e3 / max(1, load.rooms - 1)


async def fill(server: Server, load: Load, numbers: Iterable[int]) -> list[Link]:
    """Connect everybody of some rooms, a few at a time. Those of one room stand together, in the seats' order.

    Raises OSError (ConnectionError and TimeoutError among them), or what the server's join() raises.
    """
    certificate = RTCCertificate.generateCertificate()
    gate = asyncio.Semaphore(ROOMS_AT_ONCE)
    callers: list[Caller] = []

    def call() -> Caller:
        callers.append(Caller(certificate, server.host))
        callers[-1].profiles = [SRTP_AEAD_AES_128_GCM]
        return callers[-1]

    async def join(room: int) -> list[Link]:
        async with gate:
            return await server.join(f"{room + 1}", load.seats, call)

    async def stay() -> None:
        while True:
            await asyncio.sleep(CONSENT_EVERY)
            for caller in callers:
                if caller.dtls is not None:
                    caller.consent()

    staying = asyncio.create_task(stay())
    joins = [asyncio.create_task(join(room)) for room in numbers]
    try:
        links = [link for room in await asyncio.gather(*joins) for link in room]
        await server.settled()
    except BaseException:
        for task in joins:
            task.cancel()
        await asyncio.wait(joins)
        for caller in callers:
            caller.close()
        raise
    finally:
        staying.cancel()
    return links


def seat(links: Sequence[Link]) -> tuple[list[list[Talker]], list[Talker]]:
    """Make talkers of the connected, and return them by room and all together."""
    journal: list[array[int]] = []
    rooms: list[list[Talker]] = []
    for link in links:
        if not rooms or any(talker.link.seat == link.seat for talker in rooms[-1]):
            rooms.append([])
        rooms[-1].append(Talker(link, journal))
    return rooms, [talker for room in rooms for talker in room]


def missing(room: Sequence[Talker]) -> int:
    """Count the packets that somebody in a room should have had from the others and has not."""
    sent = {talker.link.seat.who: talker.sent for talker in room}
    expected = sum(sent[source] for talker in room for source in talker.link.seat.sources)
    return expected - sum(talker.received for talker in room)


async def _flush(rooms: Sequence[Sequence[Talker]], known: int = 0) -> int:
    """Wait for what is still under way; return how many packets are lost. known: how many of them certainly are."""
    deadline = time.monotonic() + FLUSH
    while True:
        for room in rooms:
            for talker in room:
                talker.look()
        lost = sum(missing(room) for room in rooms)
        if lost <= known or time.monotonic() > deadline:
            return lost
        await asyncio.sleep(0.05)


def _sum(talkers: Iterable[Talker], what: str) -> int:
    return sum(getattr(talker, what) for talker in talkers)
