"""All ends at once: so many rooms whose slots end in the same second, while the next rooms' people come.

A real node with a Redis of its own. Three parties, a process each: the rooms that end; the next ones, whose people come
evenly through the seconds around the boundary; and a few that go on across it. All have ICE, DTLS and SRTP, and sound
in small packets, so that two cores carry it: what is looked at is the second of the end, and not throughput.

    last      the last packet that the node forwarded in a room that ends, as the receiver's kernel saw it arrive
    closed    when the transport had the node's goodbye (DTLS close_notify)
    told      when "ended" came on the WebSocket
    join      of the next rooms: from opening the WebSocket, ticket in hand, to the keys
    stall     the longest turn of the node's event loop in the 15 seconds up to two after the boundary
    lost      packets of the rooms that go on, of those sent from two seconds before the boundary on
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from config import keys
from config.facts import Fact, FactName
from config.redis_child import private_redis

from ..load.machine import two_cores
from ..relay import Choice, engine_of
from ..report import engine_line
from .figures import Brought, columns, spread, spread_rows
from .node import Node, node_process
from .party import Plan, party_processes

ENDING, NEXT, LASTING = "ending", "next", "lasting"


@dataclass(frozen=True, slots=True)
class Wish:
    """rooms: whose slots end; coming: the next ones; lasting: those that go on. rate: packets a room and second.

    seated_within: seconds that the first ones have to come. around: seconds before and after the boundary in which the
    next ones come. after: seconds after it until everybody goes.
    """

    rooms: int
    coming: int
    lasting: int
    rate: float
    seated_within: float
    around: float = 5.0
    after: float = 6.0
    engine: Choice = Choice.AUTO


@dataclass(slots=True)
class Found:
    """What came of it. recorded_ms: of each room's record, the relay's own last packet, from the boundary.

    engine: which one the node had.
    """

    wish: Wish
    engine: Choice
    parties: dict[str, Brought] = field(default_factory=dict)
    recorded_ms: list[float] = field(default_factory=list)
    stall_ms: float = 0.0
    calm_ms: float = 0.0


async def measure(wish: Wish) -> Found:
    """Let it happen once. Raises OSError (ConnectionError and TimeoutError among them), EngineMissing."""
    cores, found = two_cores(), Found(wish, await engine_of(wish.engine))
    with tempfile.TemporaryDirectory(prefix="mulakat-") as name, cores.apart():
        folder = Path(name)
        with private_redis(folder / "redis.sock") as url:
            async with (
                node_process(folder, url, cores.server, found.engine) as node,
                party_processes(3, cores.generator) as parties,
            ):
                end = float(int(time.time() + wish.seated_within) + 1)
                plans = plans_of(wish, url, node.origin, end)
                stalls = asyncio.create_task(_stalls(node, end))
                work = [party.carry_out(plan) for party, plan in zip(parties, plans, strict=True)]
                brought = await asyncio.gather(*work)
                calm, stall = await stalls
                found.parties = dict(zip([plan.name for plan in plans], brought, strict=True))
                found.recorded_ms = await _recorded(url, end)
                found.stall_ms, found.calm_ms = stall * 1e3, calm * 1e3
    return found


def plans_of(wish: Wish, redis_url: str, origin: str, end: float) -> list[Plan]:
    """What each party does; `end` is the boundary in Unix seconds."""
    began, later, until = end - 900, end + 900, end + wish.after
    seated = wish.seated_within * 0.7
    slots = {
        ENDING: (wish.rooms, began, end, end - wish.seated_within, seated),
        NEXT: (wish.coming, end, later, end - wish.around, 2 * wish.around),
        LASTING: (wish.lasting, began, later, end - wish.seated_within, seated),
    }
    return [
        Plan(name, redis_url, origin, rooms, starts, ends, arrive, within, wish.rate / 2, end - 2, until)
        for name, (rooms, starts, ends, arrive, within) in slots.items()
    ]


async def _stalls(node: Node, end: float) -> tuple[float, float]:
    """The longest turns of the loop until shortly before the boundary, and until two seconds after."""
    found = []
    for at in (end - 1, end + 2):
        await asyncio.sleep(max(0.0, at - time.time()))
        found.append((await node.metrics())["mulakat_loop_longest_stall_seconds"])
    return found[0], found[1]


async def _recorded(url: str, end: float) -> list[float]:
    """What the rooms' records say of the last packet; of rooms that forwarded none, nothing."""
    boundary = datetime.fromtimestamp(end, UTC)
    client: Any = Redis.from_url(url, decode_responses=True, protocol=2)
    async with client as redis:
        facts = [Fact.from_fields(fields) for _, fields in await redis.xrange(keys.FACTS)]
    return [
        (fact.last_forwarded_at - boundary).total_seconds() * 1e3
        for fact in facts
        if fact.name is FactName.ROOM_ENDED and fact.last_forwarded_at is not None
    ]


def table(found: Found) -> str:
    """For people: distributions, then single figures and what went wrong."""
    wish, ending, coming = found.wish, found.parties[ENDING], found.parties[NEXT]
    rows = spread_rows(
        [
            ("last packet, ms", ending.last_ms),
            ("the relay's record, ms", found.recorded_ms),
            ("transport closed, ms", ending.closed_ms),
            ("told, ms", ending.told_ms),
            ("join of the next, ms", coming.join_ms),
            ("join before, ms", ending.join_ms),
        ]
    )
    lag = max(each.lag_ms for each in found.parties.values())
    what = f"{wish.rooms} rooms end in one second, {wish.coming} fill around it, {wish.lasting} go on"
    turns = f"longest turn of the node's loop: {found.stall_ms:.1f} ms (before: {found.calm_ms:.1f} ms)"
    lines = [
        f"{what}; {wish.rate:g} packets of sound a room and second. {engine_line(found.engine)}",
        columns(rows),
        f"{turns}; lost in rooms that go on: {_lost(found)}; the parties' own lateness: {lag:.0f} ms at the worst",
    ]
    return "\n".join([*lines, *_troubles(found)])


def _troubles(found: Found) -> Sequence[str]:
    ending = found.parties[ENDING]
    open_still = len(ending.join_ms) - len(ending.closed_ms)
    unsaid = len(ending.join_ms) - len(ending.told_ms)
    lines = [f"{name}: {count} did not come in ({why})" for name, each in found.parties.items()
             for why, count in each.failed.items()]  # fmt: skip
    if open_still or unsaid:
        lines.append(f"{open_still} transports were not closed, {unsaid} people were not told.")
    return lines


def _lost(found: Found) -> int:
    return found.parties[LASTING].lost


def summary(found: Found) -> dict[str, object]:
    """For programs. What never came counts in `open` and `untold`, and in no quantile."""
    ending, coming = found.parties[ENDING], found.parties[NEXT]
    closed, told, joins = spread(ending.closed_ms), spread(ending.told_ms), spread(coming.join_ms)
    return {
        "bench": "boundary",
        "engine": str(found.engine),
        "rooms": found.wish.rooms,
        "seated": len(ending.join_ms),
        "last_packet_ms": spread(ending.last_ms)["max"] if ending.last_ms else None,
        "recorded_ms": spread(found.recorded_ms)["max"] if found.recorded_ms else None,
        "closed_ms_p50": closed["p50"],
        "closed_ms_p99": closed["p99"],
        "closed_ms_max": closed["max"],
        "open": len(ending.join_ms) - len(ending.closed_ms),
        "told_ms_p99": told["p99"],
        "untold": len(ending.join_ms) - len(ending.told_ms),
        "stall_ms": round(found.stall_ms, 1),
        "calm_stall_ms": round(found.calm_ms, 1),
        "joins": len(coming.join_ms),
        "joins_failed": coming.failures,
        "join_ms_p50": joins["p50"],
        "join_ms_p99": joins["p99"],
        "lost": _lost(found),
        "lag_ms": round(max(each.lag_ms for each in found.parties.values()), 1),
    }
