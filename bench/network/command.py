"""`./run bench network [--only NAMES] [--browser chromium,firefox] [--seconds 20]`: a table and a line of JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from .scenarios import BROWSERS, SCENARIOS, chosen
from .space import withdraw
from .thresholds import broken

if TYPE_CHECKING:
    from .measuring import Result

_COLUMNS = ("voice", "made up", "fps", "freezes", "frozen s", "silent s", "back s", "seen s")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what can be asked for."""
    names = ", ".join(scenario.name for scenario in SCENARIOS)
    command.add_argument("--only", default="", help=f"names separated by commas, with /BROWSER or without: {names}")
    command.add_argument("--browser", default=",".join(BROWSERS), help="the family's browser (default: each of both)")
    command.add_argument("--seconds", type=float, default=20.0, help="how long each call is measured (default 20)")


def run(given: argparse.Namespace, arguments: Sequence[str]) -> None:
    """Measure in a network of our own; `arguments` start this program again in it. Exits with 1 if any is broken."""
    try:
        calls = chosen(given.only, given.browser)
    except ValueError as error:
        sys.exit(str(error))
    withdraw(arguments)
    from .measuring import measure  # noqa: PLC0415 - browsers and their driver are there for tests, not for every bench

    sys.stdout.write(heading() + "\n")
    results = asyncio.run(measure(calls, given.seconds, say))
    sys.stdout.write(json.dumps(summary(results)) + "\n")
    sys.stdout.flush()
    if any(map(broken, results)):
        sys.exit(1)


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
