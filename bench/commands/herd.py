"""`./run bench herd [--families 500] [--within 60] [--database postgresql] [--engine auto]`"""

from __future__ import annotations

import argparse
import asyncio
import sys

import aiohttp

from ..relay import ENGINE_HELP, Choice, EngineMissing
from ..visits import herd
from .output import load, tell

HELP = "hundreds of families arrive within a minute: VisRN, OTP, PIN, ICE, DTLS, first media"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--families", type=int, help="how many (500)")
    parser.add_argument("--within", type=float, help="the seconds in which they come (60)")
    parser.add_argument("--database", choices=["postgresql", "sqlite"], help="where the paper is (postgresql)")
    parser.add_argument("--engine", type=Choice, choices=list(Choice), default=Choice.AUTO, help=ENGINE_HELP)
    parser.add_argument("--quick", action="store_true", help="a few families: does it work at all?")


def wish(given: argparse.Namespace) -> herd.Wish:
    """What is to be measured."""
    families, within, database = (4, 1.0, "sqlite") if given.quick else (500, 60.0, "postgresql")
    return herd.Wish(given.families or families, given.within or within, given.database or database, given.engine)


def run(given: argparse.Namespace) -> None:
    """See Command."""
    try:
        found = asyncio.run(herd.measure(wish(given)))
    except (OSError, EngineMissing, aiohttp.ClientError) as problem:
        sys.exit(f"It could not be measured: {problem}")
    tell([herd.table(found)], {**herd.summary(found), "load": load()})
