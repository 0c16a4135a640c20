"""`./run bench soak [--rooms 5000] [--at-once 20] [--held 100] [--rest 100] [--engine auto]`"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import replace

from ..relay import ENGINE_HELP, Choice, EngineMissing
from ..visits import soak
from .output import load, tell

HELP = "a node's memory: a room's, a participant's, and over thousands of rooms"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--rooms", type=int, help="short visits, one after the other (5000)")
    parser.add_argument("--at-once", type=int, help="how many of them at one time (20)")
    parser.add_argument("--held", type=int, help="rooms held to see what one costs (100)")
    parser.add_argument("--rest", type=float, help="seconds afterwards in which the node may tidy up (100)")
    parser.add_argument("--engine", type=Choice, choices=list(Choice), default=Choice.AUTO, help=ENGINE_HELP)
    parser.add_argument("--quick", action="store_true", help="a few rooms: does it work at all?")


def wish(given: argparse.Namespace) -> soak.Wish:
    """What is to be measured."""
    usual = soak.Wish(10, 2, 2, 0.0, given.engine) if given.quick else soak.Wish(5000, 20, 100, 100.0, given.engine)
    asked = {name: getattr(given, name) for name in ("rooms", "at_once", "held", "rest")}
    return replace(usual, **{name: value for name, value in asked.items() if value is not None})


def run(given: argparse.Namespace) -> None:
    """See Command."""
    try:
        found = asyncio.run(soak.measure(wish(given)))
    except (OSError, EngineMissing) as problem:
        sys.exit(f"It could not be measured: {problem}")
    tell([soak.table(found)], {**soak.summary(found), "load": load()})
