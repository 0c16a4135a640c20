"""`./run bench wall [--rooms 20] [--seconds 32] [--runs 3]`"""

from __future__ import annotations

import argparse
import asyncio

from .. import wall
from .output import load, tell

HELP = "CPU of a room on a monitor's wall beside one that is followed live"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--rooms", type=int, default=20, help="two-party rooms (default 20)")
    parser.add_argument("--seconds", type=float, default=32.0, help="how long each run is measured (default 32)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each kind, interleaved (default 3)")


def run(given: argparse.Namespace) -> None:
    """See Command."""
    runs = asyncio.run(wall.measure(given.rooms, given.seconds, given.runs))
    tell([wall.table(runs)], {**wall.summary(runs), "load": load()})
