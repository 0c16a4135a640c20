"""`./run bench herd [--families 500] [--within 60] [--database postgresql] [--engine auto]`"""

from __future__ import annotations

import argparse
import asyncio
import sys

import aiohttp

from ..relay import EngineMissing
from ..visits import figures, herd
from .asking import DATABASES, add_engine, add_quick, asked, count, seconds
from .output import load, tell

HELP = "hundreds of families arrive within a minute: VisRN, OTP, PIN, ICE, DTLS, first media"

USUAL = {"families": 500, "within": 60.0, "database": "postgresql"}
QUICK = {"families": 4, "within": 1.0, "database": "sqlite"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--families", type=count, help="how many (500)")
    parser.add_argument("--within", type=seconds, help="the seconds in which they come (60)")
    parser.add_argument("--database", choices=DATABASES, help="where the paper is (postgresql)")
    add_engine(parser)
    add_quick(parser, "a few families")


def wish(given: argparse.Namespace) -> herd.Wish:
    """What is to be measured."""
    return herd.Wish(**asked(given, USUAL, QUICK), engine=given.engine)


def run(given: argparse.Namespace) -> None:
    """See Command."""
    try:
        found = asyncio.run(herd.measure(wish(given)))
    except (OSError, EngineMissing, aiohttp.ClientError) as problem:
        sys.exit(f"It could not be measured: {problem}")
    doubts = figures.too_few(found.wish.families, "families who arrive together")
    tell([herd.table(found)], {**herd.summary(found), "load": load()}, doubts)
