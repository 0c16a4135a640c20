"""`./run bench wall [--rooms 20] [--seconds 32] [--runs 3] [--engine auto]`"""

from __future__ import annotations

import argparse
import asyncio
import sys

from .. import wall
from ..relay import ENGINE_HELP, Choice, EngineMissing, engine_of
from .output import load, tell

HELP = "CPU of a room on a monitor's wall beside one that is followed live"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--rooms", type=int, help="two-party rooms (20)")
    parser.add_argument("--seconds", type=float, help="how long each run is measured (32)")
    parser.add_argument("--runs", type=int, help="runs of each kind, interleaved (3)")
    parser.add_argument("--engine", type=Choice, choices=list(Choice), default=Choice.AUTO, help=ENGINE_HELP)
    parser.add_argument("--quick", action="store_true", help="few rooms, one short run of each: does it work at all?")


def wish(given: argparse.Namespace) -> tuple[int, float, int]:
    """Rooms, seconds and runs that are asked for."""
    rooms, seconds, runs = (2, 1.0, 1) if given.quick else (20, 32.0, 3)
    return given.rooms or rooms, given.seconds or seconds, given.runs or runs


def run(given: argparse.Namespace) -> None:
    """See Command."""
    try:
        engine = asyncio.run(engine_of(given.engine))
    except EngineMissing as missing:
        sys.exit(str(missing))
    runs = asyncio.run(wall.measure(*wish(given), engine))
    tell([wall.table(runs, engine)], {**wall.summary(runs, engine), "load": load()})
