"""`./run bench boundary [--rooms 500] [--next 500] [--lasting 50] [--rate 20] [--engine auto]`"""

from __future__ import annotations

import argparse
import asyncio
import sys

from ..relay import ENGINE_HELP, Choice, EngineMissing
from ..visits import boundary
from .output import load, tell

HELP = "hundreds of rooms end in one second while the next ones fill"

A_ROOM = 0.06
"""Seconds that the first ones have to come, for each room."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--rooms", type=int, help="two-party rooms that end in one second (500)")
    parser.add_argument("--next", type=int, help="rooms whose people come around it (500)")
    parser.add_argument("--lasting", type=int, help="rooms that go on, whose packets are counted (50)")
    parser.add_argument("--rate", type=float, default=20.0, help="packets of sound a room and second (default 20)")
    parser.add_argument("--seated-within", type=float, help="seconds until the boundary (5, and 0.06 a room)")
    parser.add_argument("--engine", type=Choice, choices=list(Choice), default=Choice.AUTO, help=ENGINE_HELP)
    parser.add_argument("--quick", action="store_true", help="few rooms: does it work at all?")


def wish(given: argparse.Namespace) -> boundary.Wish:
    """What is to be measured."""
    rooms, coming, lasting, before, around, after = (3, 2, 1, 2.0, 0.5, 2.2) if given.quick else (500, 500, 50, 5, 5, 6)
    rooms = rooms if given.rooms is None else given.rooms
    coming = coming if given.next is None else given.next
    lasting = lasting if given.lasting is None else given.lasting
    within = given.seated_within or before + A_ROOM * (rooms + lasting)
    return boundary.Wish(rooms, coming, lasting, given.rate, within, around, after, given.engine)


def run(given: argparse.Namespace) -> None:
    """See Command."""
    try:
        found = asyncio.run(boundary.measure(wish(given)))
    except (OSError, EngineMissing) as problem:
        sys.exit(f"It could not be measured: {problem}")
    tell([boundary.table(found)], {**boundary.summary(found), "load": load()})
