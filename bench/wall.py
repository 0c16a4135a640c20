"""What a monitor's wall costs: the same rooms four times over, interleaved, in CPU time of relay and decoder.

relay       nothing but the relay
unwatched   a node's looks at its rooms on top: meters and alerts for every live room
wall        the same, with every room on a wall: taps, a keyframe each 16 s from each side, decoder, pictures
follow      the same as unwatched, with a monitor in every room who receives all of it
"""

from __future__ import annotations

import asyncio
import gc
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from aiortc.rtcdtlstransport import RTCCertificate

from config.redis_child import private_redis

from .load.machine import two_cores
from .relay import Choice, RelayProcess, relay_process
from .report import STEADY, engine_line, percentile
from .wall_callers import PACKETS_A_SECOND, Speaker, keyframes

KINDS = ("relay", "unwatched", "wall", "follow")
PICTURES = 6
JOINS_AT_ONCE = 16
WARM_UP = 4.0
"""Seconds until the decoder has started and has had everybody's first picture."""
PICTURE_EVERY = 16.0
"""Seconds from a side's picture to its next: a shorter run has some or none of them, and cannot say what they cost."""
TOO_SHORT = f"Too short to say what a wall costs: each side's picture is made every {PICTURE_EVERY:.0f} s."


@dataclass(frozen=True, slots=True)
class WallRun:
    """One run, of so many seconds. relay_ms, decoder_ms: CPU milliseconds a second and room.

    pictures: made a minute and participant. p99_ms: from just before sendto at the sender to the kernel's stamp at the
    receiver, of sound. pace: packets sent of those that should have been.
    """

    kind: str
    rooms: int
    seconds: float
    relay_ms: float
    decoder_ms: float
    pictures: float
    p99_ms: float
    pace: float

    @property
    def total_ms(self) -> float:
        """Relay and decoder together."""
        return self.relay_ms + self.decoder_ms


async def fill(relay: RelayProcess, rooms: int, *, followed: bool, pictures: list[list[bytes]]) -> list[Speaker]:
    """Connect a family and a terminal in each room, and a monitor where it is followed; return all, monitors last."""
    certificate = RTCCertificate.generateCertificate()
    seeded = random.Random(rooms)
    gate = asyncio.Semaphore(JOINS_AT_ONCE)

    async def join(room: int, who: str, other: str) -> Speaker:
        async with gate:
            speaker = Speaker(certificate, seeded.random(), pictures[room % len(pictures) :] + pictures)
            joined = await relay.tell(do="join", room=str(room), who=who, role=who, other=other)
            await relay.tell(do="answer", room=str(room), who=who, sdp=speaker.answer(joined["offer"]))
            await speaker.connect()
        return speaker

    seats = [("visitor", "terminal"), ("terminal", "visitor"), *([("monitor", "visitor terminal")] if followed else [])]
    joins = [join(room, who, other) for who, other in seats for room in range(rooms)]
    found = await asyncio.gather(*joins)
    await relay.settled()
    return found


async def one_run(
    kind: str, rooms: int, seconds: float, core: int | None, pictures: list[list[bytes]], *, engine: Choice
) -> WallRun:
    """Fill the rooms, let them talk, and measure after a warm-up."""
    with tempfile.TemporaryDirectory(prefix="mulakat-") as folder, private_redis(Path(folder) / "redis.sock") as url:
        async with relay_process(core, "bench.wall_node", url, engine=engine) as relay:
            everyone = await fill(relay, rooms, followed=kind == "follow", pictures=pictures)
            if kind != "relay":
                await relay.tell(do="feed")
            if kind == "wall":
                await relay.tell(do="show")
            try:
                return await _talk(relay, kind, rooms, everyone, seconds)
            finally:
                await asyncio.gather(*(each.hang_up() for each in everyone))


async def _talk(relay: RelayProcess, kind: str, rooms: int, everyone: Sequence[Speaker], seconds: float) -> WallRun:
    talkers = everyone[: 2 * rooms]
    gc.collect()
    gc.freeze()
    begin = asyncio.get_running_loop().time() + 0.1
    for talker in talkers:
        talker.talk(begin)
    for monitor in everyone[2 * rooms :]:
        monitor.listen(begin)
    await asyncio.sleep(WARM_UP)
    for each in talkers:
        del each.took[:]
    sent, began, before = sum(each.sent for each in talkers), time.monotonic(), await relay.tell(do="stat")
    await asyncio.sleep(seconds)
    after, lasted = await relay.tell(do="stat"), time.monotonic() - began
    sent = sum(each.sent for each in talkers) - sent
    for each in everyone:
        each.stop()
    gc.unfreeze()
    took = sorted(stamp / 1e6 for each in talkers for stamp in each.took)
    a_second_and_room = 1000 / lasted / rooms
    return WallRun(
        kind=kind,
        rooms=rooms,
        seconds=seconds,
        relay_ms=(after["cpu"] - before["cpu"]) * a_second_and_room,
        decoder_ms=(after["decoder_cpu"] - before["decoder_cpu"]) * a_second_and_room,
        pictures=(after["pictures"] - before["pictures"]) * 60 / lasted / len(talkers),
        p99_ms=percentile(took, 0.99),
        pace=sent / (len(talkers) * PACKETS_A_SECOND * lasted),
    )


async def measure(rooms: int, seconds: float, runs: int, engine: Choice) -> list[WallRun]:
    """Make the runs: each kind once, then each again, so that a slow minute of the machine falls on all of them.

    engine: as `engine_of` found it.
    """
    pictures = keyframes(PICTURES)
    cores = two_cores()
    with cores.apart():
        return [
            await one_run(kind, rooms, seconds, cores.server, pictures, engine=engine)
            for _ in range(runs)
            for kind in KINDS
        ]


def middle(runs: Sequence[WallRun], kind: str) -> WallRun:
    """Return the median of each figure over the runs of one kind."""
    same = [asdict(run) for run in runs if run.kind == kind]
    named = ("kind", "rooms", "seconds")
    figures = {name: median(run[name] for run in same) for name in same[0] if name not in named}
    return WallRun(**{name: same[0][name] for name in named}, **figures)


def says(runs: Sequence[WallRun]) -> bool:
    """Whether the runs are long enough to say what a wall costs."""
    return all(run.seconds >= PICTURE_EVERY for run in runs)


def doubts(runs: Sequence[WallRun]) -> list[str]:
    """Say what the figures cannot be taken for."""
    slow = sum(run.pace < STEADY for run in runs)
    late = (
        f"In {slow} of {len(runs)} runs the callers could not keep their pace: the machine was too busy, or too small."
    )
    return [*([] if says(runs) else [TOO_SHORT]), *([late] if slow else [])]


def table(runs: Sequence[WallRun], engine: str) -> str:
    """Write a row for each run, in the order they were made, one for the median of each kind, and whose.

    engine: the relay's, by its setting's name.
    """
    rows: list[tuple[str, ...]] = [("", "kind", "relay ms/s", "decoder ms/s", "pictures/min", "p99 ms", "pace")]
    rows += [(f"run {number}", *_cells(run)) for number, run in enumerate(runs, 1)]
    rows += [("median", *_cells(middle(runs, kind))) for kind in KINDS if any(run.kind == kind for run in runs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([*lines, engine_line(engine)])


def _cells(run: WallRun) -> tuple[str, ...]:
    pictures = f"{run.pictures:.1f}" if says([run]) else "-"
    numbers = (f"{run.relay_ms:.2f}", f"{run.decoder_ms:.2f}", pictures, f"{run.p99_ms:.2f}")
    return (run.kind, *numbers, f"{run.pace:.1%}")


def summary(runs: Sequence[WallRun], engine: str) -> dict[str, object]:
    """Return what a room on a wall costs beside one that is followed live, both on top of one that is not watched.

    What runs too short cannot say is None.
    """
    unwatched, wall, follow = (middle(runs, kind) for kind in KINDS[1:])
    on_wall, followed = wall.total_ms - unwatched.total_ms, follow.total_ms - unwatched.total_ms
    costs = {
        "wall_ms_per_room_second": round(on_wall, 3),
        "wall_relay_ms_per_room_second": round(wall.relay_ms - unwatched.relay_ms, 3),
        "wall_decoder_ms_per_room_second": round(wall.decoder_ms, 3),
        "follow_ms_per_room_second": round(followed, 3),
        "wall_by_follow": round(on_wall / followed, 3) if followed > 0 else None,
        "pictures_per_minute": round(wall.pictures, 2),
    }
    return {
        "bench": "wall",
        "engine": engine,
        "rooms": wall.rooms,
        "runs": sum(run.kind == "wall" for run in runs),
        **(costs if says(runs) else dict.fromkeys(costs)),
        "unwatched_ms_per_room_second": round(unwatched.total_ms, 3),
        "median": {kind: _figures(middle(runs, kind)) for kind in KINDS},
        "all": [_figures(run) for run in runs],
    }


def _figures(run: WallRun) -> dict[str, object]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(run).items()}
