"""`./run bench soak [--rooms 5000] [--at-once 20] [--held 100] [--rest 100] [--engine auto]`"""

from __future__ import annotations

import argparse
import asyncio
import sys

from ..relay import EngineMissing
from ..visits import soak
from .asking import add_engine, add_quick, asked, count, pause
from .output import load, tell

HELP = "a node's memory: a room's, a participant's, and over thousands of rooms"

USUAL = {"rooms": 5000, "at_once": 20, "held": 100, "rest": 100.0}
QUICK = {"rooms": 10, "at_once": 2, "held": 2, "rest": 0.0}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--rooms", type=count, help="short visits, one after the other (5000)")
    parser.add_argument("--at-once", type=count, help="how many of them at one time (20)")
    parser.add_argument("--held", type=count, help="rooms held to see what one costs (100)")
    parser.add_argument("--rest", type=pause, help="seconds afterwards in which the node may tidy up (100)")
    add_engine(parser)
    add_quick(parser, "a few rooms")


def wish(given: argparse.Namespace) -> soak.Wish:
    """What is to be measured."""
    return soak.Wish(**asked(given, USUAL, QUICK), engine=given.engine)


def run(given: argparse.Namespace) -> None:
    """See Command."""
    try:
        found = asyncio.run(soak.measure(wish(given)))
    except (OSError, EngineMissing) as problem:
        sys.exit(f"It could not be measured: {problem}")
    tell([soak.table(found)], {**soak.summary(found), "load": load()}, soak.doubts(found))
