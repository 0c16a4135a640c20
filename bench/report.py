"""What the runs of `bench relay` come to: a table for people, a line of JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

STEADY = 0.99
"""A generator that sends less than this of what it should is too slow for its latencies to mean anything."""
LEAST_SECONDS = 2.0
"""A shorter run is mostly its own beginning."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    rooms: two-party rooms. forwarded: packets the relay forwarded in the measured time, and cpu_us_per_packet what each
    cost it. p50_ms, p99_ms: from just before sendto at the sender to the kernel's stamp at the receiver. lost: packets
    sent and never received, without the overflowed: those that came and found no room in the generator's own sockets.
    lost_at_first: those of the warm-up, in whose first tenth of a second all streams begin; not among the lost.
    pace: packets sent of those that should have been in that time.
    core: the relay's CPU time by the measured time. generator: the share of the time in which the generator did not
    wait. join_ms: the relay's CPU time for each room that was filled.
    """

    rooms: int
    forwarded: int
    cpu_us_per_packet: float
    p50_ms: float
    p99_ms: float
    lost: int
    pace: float
    core: float
    generator: float = 0.0
    join_ms: float = 0.0
    overflowed: int = 0
    lost_at_first: int = 0

    @property
    def valid(self) -> bool:
        """Whether the generator sent all that it should have, and took all that came."""
        return self.pace >= STEADY and not self.overflowed


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which this share of the ordered values lies; 0 of nothing."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def by_database(found: Mapping[str, object], columns: Mapping[str, str], width: int) -> str:
    """A table for people with a line for each database: `columns` are headings by the figure's name."""
    rows = [(name, figures) for name, figures in found.items() if isinstance(figures, dict)]
    lines = [" " * 12 + "".join(f"  {heading:>{width}}" for heading in columns.values())]
    lines += [f"{name:>12}" + "".join(f"  {each[column]:>{width}}" for column in columns) for name, each in rows]
    return "\n".join(lines)


HEADINGS = (
    *("rooms", "forwarded in all", "cpu us/packet", "p50 ms", "p99 ms", "lost", "core"),
    *("join ms/room", "generator", "pace", "overflowed", "lost at first"),
)


def engine_line(engine: str) -> str:
    """Say which engine the node under measurement had, by its setting's name."""
    return f"The node's engine: {engine}."


def table(runs: Sequence[Run], engine: str) -> str:
    """Write a row for each run, in the order they were made, one for the median of each number of rooms, and whose."""
    named = [(f"run {number}", run) for number, run in enumerate(runs, 1)]
    rows = rows_of([*named, *(("median", middle(runs, rooms)) for rooms in sorted({run.rooms for run in runs}))])
    return f"{rows}\n{engine_line(engine)}"


def rows_of(named: Iterable[tuple[str, Run]]) -> str:
    """Write a row for each run under its name."""
    rows: list[tuple[str, ...]] = [("", *HEADINGS), *((name, *_cells(run)) for name, run in named)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def doubts(runs: Sequence[Run], seconds: float) -> list[str]:
    """Say what the figures of runs of so many seconds cannot be taken for."""
    slow, full = sum(run.pace < STEADY for run in runs), sum(run.overflowed > 0 for run in runs)
    found = []
    if slow:
        found.append(
            f"In {slow} of {len(runs)} runs the generator could not keep its pace: the machine was too busy, or "
            "too small. Latency and loss of those runs are the machine's and not the relay's; CPU time is still the "
            "relay's."
        )
    if full:
        found.append(
            f"In {full} of {len(runs)} runs packets came for which the generator's own sockets had no room: it looked "
            "too late. Those runs are not valid."
        )
    if seconds < LEAST_SECONDS:
        found.append(
            f"Runs of less than {LEAST_SECONDS:g} s show that it works, and not what a packet costs or how late it is."
        )
    return found


def _cells(run: Run) -> tuple[str, ...]:
    return (
        str(run.rooms),
        str(run.forwarded),
        f"{run.cpu_us_per_packet:.1f}",
        f"{run.p50_ms:.2f}",
        f"{run.p99_ms:.2f}",
        str(run.lost),
        f"{run.core:.0%}",
        f"{run.join_ms:.1f}",
        f"{run.generator:.0%}",
        f"{run.pace:.1%}",
        str(run.overflowed),
        str(run.lost_at_first),
    )


def middle(runs: Sequence[Run], rooms: int) -> Run:
    """Return the median of each figure over the runs with so many rooms; of the losses the sum."""
    same = [run for run in runs if run.rooms == rooms]
    return Run(
        rooms=rooms,
        forwarded=int(median(run.forwarded for run in same)),
        cpu_us_per_packet=round(median(run.cpu_us_per_packet for run in same), 2),
        p50_ms=round(median(run.p50_ms for run in same), 3),
        p99_ms=round(median(run.p99_ms for run in same), 3),
        lost=sum(run.lost for run in same),
        pace=round(median(run.pace for run in same), 4),
        core=round(median(run.core for run in same), 3),
        generator=round(median(run.generator for run in same), 3),
        join_ms=round(median(run.join_ms for run in same), 2),
        overflowed=sum(run.overflowed for run in same),
        lost_at_first=sum(run.lost_at_first for run in same),
    )


def summary(runs: Sequence[Run], engine: str) -> dict[str, object]:
    """Return the figures of the largest number of rooms on top, and every number's medians and single values below."""
    sizes = sorted({run.rooms for run in runs})
    largest = middle(runs, sizes[-1])
    return {
        "bench": "relay",
        "engine": engine,
        "rooms": largest.rooms,
        "cpu_us_per_packet": largest.cpu_us_per_packet,
        "p50_ms": largest.p50_ms,
        "p99_ms": largest.p99_ms,
        "lost": largest.lost,
        "overflowed": largest.overflowed,
        "runs": sum(run.rooms == largest.rooms for run in runs),
        "median": {str(rooms): _figures(middle(runs, rooms)) for rooms in sizes},
        "all": [_figures(run) for run in runs],
    }


def _figures(run: Run) -> dict[str, float]:
    return {name: round(getattr(run, name), 3) for name in Run.__slots__}
