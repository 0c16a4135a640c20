"""`./run bench wall [--rooms 20] [--seconds 32] [--runs 3] [--engine auto]`"""

from __future__ import annotations

import argparse
import asyncio
import sys

from .. import wall
from ..relay import EngineMissing, engine_of
from .asking import add_engine, add_quick, asked, count, seconds
from .output import load, tell

HELP = "CPU of a room on a monitor's wall beside one that is followed live"

USUAL = {"rooms": 20, "seconds": 32.0, "runs": 3}
QUICK = {"rooms": 2, "seconds": 1.0, "runs": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--rooms", type=count, help="two-party rooms (20)")
    parser.add_argument("--seconds", type=seconds, help="how long each run is measured (32)")
    parser.add_argument("--runs", type=count, help="runs of each kind, interleaved (3)")
    add_engine(parser)
    add_quick(parser, "few rooms, one short run of each")


def run(given: argparse.Namespace) -> None:
    """See Command."""
    try:
        engine = asyncio.run(engine_of(given.engine))
    except EngineMissing as missing:
        sys.exit(str(missing))
    runs = asyncio.run(wall.measure(**asked(given, USUAL, QUICK), engine=engine))
    tell([wall.table(runs, engine)], {**wall.summary(runs, engine), "load": load()}, wall.doubts(runs))
