"""`./run bench boundary [--rooms 500] [--next 500] [--lasting 50] [--rate 20] [--engine auto]`"""

from __future__ import annotations

import argparse
import asyncio
import sys

from ..relay import EngineMissing
from ..visits import boundary, figures
from .asking import add_engine, add_quick, asked, count, number, seconds
from .output import load, tell

HELP = "hundreds of rooms end in one second while the next ones fill"

A_ROOM = 0.06
"""Seconds that the first ones have to come, for each room."""
USUAL = {"rooms": 500, "next": 500, "lasting": 50}
QUICK = {"rooms": 3, "next": 2, "lasting": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--rooms", type=count, help="two-party rooms that end in one second (500)")
    parser.add_argument("--next", type=number, help="rooms whose people come around it (500)")
    parser.add_argument("--lasting", type=number, help="rooms that go on, whose packets are counted (50)")
    parser.add_argument("--rate", type=seconds, default=20.0, help="packets of sound a room and second (20)")
    parser.add_argument("--seated-within", type=seconds, help="seconds until the boundary (5, and 0.06 a room)")
    add_engine(parser)
    add_quick(parser, "few rooms")


def wish(given: argparse.Namespace) -> boundary.Wish:
    """What is to be measured."""
    rooms, coming, lasting = asked(given, USUAL, QUICK).values()
    before, around, after = (2.0, 0.5, 2.2) if given.quick else (5.0, 5.0, 6.0)
    within = given.seated_within or before + A_ROOM * (rooms + lasting)
    return boundary.Wish(rooms, coming, lasting, given.rate, within, around, after, given.engine)


def run(given: argparse.Namespace) -> None:
    """See Command."""
    try:
        found = asyncio.run(boundary.measure(wish(given)))
    except (OSError, EngineMissing) as problem:
        sys.exit(f"It could not be measured: {problem}")
    doubts = figures.too_few(found.wish.rooms, "rooms that end together")
    tell([boundary.table(found)], {**boundary.summary(found), "load": load()}, doubts)
