"""Our relay beside Janus: the same load through both in turn, on the same core, by the same generator.

Both are given one address, the same callers (ICE, DTLS, AES-128-GCM, reports and REMB once a second) and the same
pre-made packets. CPU time is of all threads of the server's process, in and out of the kernel. Figures, all ours
by Janus':

    cpu_ratio_natural   CPU time a forwarded packet; two-party rooms, 220 packets a room and second, evenly apart
    cpu_ratio_bursts    the same rooms and rate, the packets of each 20 ms of all rooms in one go
    cpu_ratio_fanout    the same, evenly apart, in rooms of three families, the terminal and a monitor
    join_ratio          CPU time a two-party room joined: signalling, ICE and DTLS of both participants; a server's
                        first room is left out, in which it also does what it does once
    rooms_ratio         two-party rooms one core carries: the most with at most 75 % of the core busy, p99 of the added
                        latency below 5 ms, and no packet lost; null where they were not searched for
    pure_rooms_ratio    the same with our engine in Python
    p99_ms, lost        of ours, with its best engine, at that number of rooms

Added latency is from just before send() at the sender to the kernel's stamp at the receiver.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import inf
from statistics import median

from config.addresses import EVERY_IPV4
from rooms.media.link.addresses import offered

from .janus.api import JanusRefused
from .janus.process import JanusMissing, janus
from .load.machine import two_cores
from .load.run import Load, Start, one_run
from .load.schedule import Pace
from .load.seats import FANOUT, PAIR, copies
from .relay import Choice, engine_of, ours
from .report import Run, engine_line, middle, rows_of
from .report import doubts as doubts_of
from .search import Search, hint, verdict

OURS, PYTHON, JANUS = "ours", "ours, python", "janus"
KINDS = ("natural", "bursts", "fanout")


TOLERANCE = 0.05
"""How near to the right one a number of rooms is."""


@dataclass(frozen=True, slots=True)
class Wish:
    """rooms, seconds: of each run; runs: of each kind. searched: for how many rooms each server carries."""

    rooms: int
    seconds: float
    runs: int
    searched: bool = True


@dataclass(slots=True)
class Versus:
    """What was measured. runs: by kind of load and server. most: by server, the search for its number of rooms.

    engine: which ours is.
    """

    wish: Wish
    engine: Choice
    runs: dict[tuple[str, str], list[Run]] = field(default_factory=dict)
    most: dict[str, Search] = field(default_factory=dict)

    def middle(self, kind: str, server: str) -> Run:
        """Return the medians of one kind of load with one server."""
        same = self.runs[kind, server]
        return middle(same, same[0].rooms)

    def join_ms(self, server: str) -> float:
        """Return the median CPU milliseconds of a two-party room joined."""
        return median(run.join_ms for kind in ("natural", "bursts") for run in self.runs[kind, server])

    def rooms(self, server: str) -> int | None:
        """Return how many rooms a server carries; None where they were not searched for."""
        search = self.most.get(server)
        return None if search is None else search.best.rooms if search.best is not None else 0


def loads(rooms: int) -> dict[str, Load]:
    """Return the kinds of load, with as many packets forwarded in each as in so many two-party rooms."""
    fewer = max(1, rooms * copies(PAIR) * 2 // (copies(FANOUT) * 4))
    return {
        "natural": Load(rooms),
        "bursts": Load(rooms, pace=Pace.BURSTS),
        "fanout": Load(fewer, FANOUT),
    }


def address() -> str:
    """Return the address for both servers' media. Raises JanusMissing: Janus offers no loopback address."""
    found = offered(EVERY_IPV4)[0]
    if found.startswith("127."):
        raise JanusMissing("Janus takes no media on the loopback interface, and this machine has no other address.")
    return found


async def measure(wish: Wish, *, engine: Choice, janus_loops: int) -> Versus:
    """Make all runs, server after server in each round. Raises JanusMissing and EngineMissing."""
    cores, host = two_cores(), address()
    best, python = ours(cores.server, host, engine), ours(cores.server, host, Choice.PYTHON)
    found = Versus(wish, await engine_of(engine))
    starts = {JANUS: janus(cores, host, janus_loops), OURS: best}
    with cores.apart():
        for number in range(wish.runs):
            for kind, load in loads(wish.rooms).items():
                for server, start in starts.items():
                    run = await one_run(start, load, wish.seconds)
                    found.runs.setdefault((kind, server), []).append(run)
                    _say(f"{kind} {number + 1}/{wish.runs}", server, run)
        if not wish.searched:
            return found
        found.most = {server: Search(hint(found.middle("natural", server)), TOLERANCE) for server in starts}
        if found.engine is not Choice.PYTHON:
            starts[PYTHON], found.most[PYTHON] = python, Search(wish.rooms, TOLERANCE)
        await _search(starts, found.most, wish.seconds)
    found.most.setdefault(PYTHON, found.most[OURS])
    return found


async def _search(starts: Mapping[str, Start], searches: Mapping[str, Search], seconds: float) -> None:
    """Find every server's number of rooms, a step of each in turn."""
    while any(search.next is not None for search in searches.values()):
        for server, search in searches.items():
            if search.next is not None:
                run = await _attempt(starts[server], Load(search.next), seconds)
                search.tell(run)
                _say(verdict(run), server, run)


async def _attempt(start: Start, load: Load, seconds: float) -> Run:
    """Make a run; with more rooms than a server can even connect, return one that is too slow to be carried."""
    try:
        return await one_run(start, load, seconds)
    except (OSError, JanusRefused) as error:
        sys.stderr.write(f"{load.rooms} rooms could not be filled: {str(error) or type(error).__name__}\n")
        return Run(load.rooms, 0, 0.0, inf, inf, 0, 0.0, 1.0)


def _say(what: str, server: str, run: Run) -> None:
    sys.stderr.write(
        f"{what:>18}  {server:>12}: {run.rooms} rooms, {run.cpu_us_per_packet:.1f} us, p99 {run.p99_ms:.2f} ms, "
        f"lost {run.lost}, core {run.core:.0%}, generator {run.generator:.0%}, pace {run.pace:.1%}, "
        f"overflowed {run.overflowed}\n"
    )


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """Return ours by theirs, or None when there is nothing to divide, or to divide by."""
    return round(ours / theirs, 3) if ours is not None and theirs else None


def summary(found: Versus) -> dict[str, object]:
    """Return the figures, and what they were made of."""
    most = {server: found.rooms(server) for server in (OURS, PYTHON, JANUS)}
    theirs = None if _at_least(found, JANUS) else most[JANUS]
    mine = found.most[OURS].best if OURS in found.most else None
    natural = {server: found.middle("natural", server) for server in (OURS, JANUS)}
    cpu = {
        f"cpu_ratio_{kind}": ratio(
            found.middle(kind, OURS).cpu_us_per_packet, found.middle(kind, JANUS).cpu_us_per_packet
        )
        for kind in KINDS
    }
    return {
        "bench": "relay",
        "against": "janus",
        "engine": str(found.engine),
        "rooms_ratio": ratio(most[OURS], theirs),
        **cpu,
        "join_ratio": ratio(found.join_ms(OURS), found.join_ms(JANUS)),
        "p99_ms": round(mine.p99_ms, 3) if mine is not None else None,
        "lost": mine.lost if mine is not None else None,
        "pure_rooms_ratio": ratio(most[PYTHON], theirs),
        "p50_latency_ratio": ratio(natural[OURS].p50_ms, natural[JANUS].p50_ms),
        "p99_latency_ratio": ratio(natural[OURS].p99_ms, natural[JANUS].p99_ms),
        "rooms": {"ours": most[OURS], "python": most[PYTHON], "janus": most[JANUS]},
        "rooms_at_least": [server for server in most if _at_least(found, server)],
        "join_ms": {server: round(found.join_ms(server), 2) for server in (OURS, JANUS)},
        "runs": {f"{kind} {server}": [_rounded(run) for run in same] for (kind, server), same in found.runs.items()},
    }


def _at_least(found: Versus, server: str) -> bool:
    """Whether a server may carry more rooms than were found."""
    return server in found.most and found.most[server].at_least


def doubts(found: Versus) -> list[str]:
    """Say what the figures cannot be taken for."""
    said = doubts_of([run for same in found.runs.values() for run in same], found.wish.seconds)
    if not found.most:
        said.append("How many rooms each carries was not searched for, and of how few these are no ratio says it.")
    for server, search in found.most.items():
        if search.at_least and not (server == PYTHON and search is found.most[OURS]):
            rooms = search.best.rooms if search.best is not None else 0
            what = "so there is no ratio to it" if server == JANUS else "so the ratio is at least what it says"
            said.append(f"{server}: {rooms} rooms or more; for more the generator was too slow, {what}.")
    return said


def _rounded(run: Run) -> dict[str, float]:
    return {name: round(value, 3) for name, value in asdict(run).items()}


def table(found: Versus) -> str:
    """Write a row for the medians of each load and server, one for each server's number of rooms, and which engine."""
    named = [(f"{kind}, {server}", found.middle(kind, server)) for kind in KINDS for server in (JANUS, OURS)]
    named += [
        (f"most rooms, {server}", search.best) for server, search in found.most.items() if search.best is not None
    ]
    return "\n".join([rows_of(named), engine_line(found.engine)])
