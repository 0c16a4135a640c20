"""Calls held over hard networks: a table that grows as they are held, and what programs read."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from .space import withdraw
from .thresholds import broken

if TYPE_CHECKING:
    from .measuring import Result
    from .scenarios import Scenario

_COLUMNS = ("voice", "made up", "fps", "freezes", "frozen s", "silent s", "back s", "seen s")


LEAST_SECONDS = 10.0
"""A shorter call is no measure of freezes and silences."""


def hold(calls: Sequence[tuple[Scenario, str]], seconds: float, arguments: Sequence[str]) -> list[Result]:
    """Hold the calls in a network of our own, and print the table; `arguments` start this program again in it."""
    withdraw(arguments)
    from .measuring import measure  # noqa: PLC0415 - browsers and their driver are there for tests, not for every bench

    sys.stdout.write(heading() + "\n")
    sys.stdout.flush()
    return asyncio.run(measure(calls, seconds, say))


def any_broken(results: Sequence[Result]) -> bool:
    """Whether anything is not as it must be over its network."""
    return any(map(broken, results))


def doubts(seconds: float) -> list[str]:
    """What the figures cannot be taken for."""
    short = seconds < LEAST_SECONDS
    return [f"Calls of less than {LEAST_SECONDS:g} s show that it works, and not how well."] if short else []


def say(result: Result) -> None:
    """Print the rows of a call."""
    sys.stdout.write(rows(result) + "\n")
    sys.stdout.flush()


def heading() -> str:
    """The first line of the table."""
    return f"{'network':<10} {'browser':<9} {'way':<15} {'who':<7}" + "".join(f"{each:>9}" for each in _COLUMNS)


def rows(result: Result) -> str:
    """A line for what the family heard and saw, one for the prison, and one for each thing that is broken."""
    begin = f"{result.scenario:<10} {result.browser:<9} {result.path:<15}"
    if result.heard is None or result.told is None:
        return f"{begin} no call: {result.failed.splitlines()[0]}"
    lines = []
    for who, side in (("family", result.heard), ("prison", result.told)):
        back, seen = ("" if at is None else f"{at:.1f}" for at in (side.recovered, side.seen))
        cells = [f"{side.voice:.0%}", f"{side.concealed:.1%}", f"{side.fps:.1f}", str(side.freezes)]
        cells += [f"{side.frozen:.1f}", f"{side.silent:.1f}", back, seen]
        lines.append(f"{begin} {who:<7}" + "".join(f"{cell:>9}" for cell in cells))
    return "\n".join([*lines, *(f"{begin} BROKEN: {what}" for what in broken(result))])


def summary(results: Sequence[Result]) -> dict[str, object]:
    """What programs read: every call with what is broken in it, how many there were, and how many were none."""
    return {
        "bench": "network",
        "calls": len(results),
        "failed": sum(result.heard is None for result in results),
        "load": round(os.getloadavg()[0], 1),
        "results": [{**asdict(result), "broken": broken(result)} for result in results],
    }
