"""`./run bench network [--only NAMES] [--browser chromium,firefox] [--seconds 20]`"""

from __future__ import annotations

import argparse
import sys

from ..network import command
from ..network.scenarios import BROWSERS, SCENARIOS, chosen
from .asking import add_quick, asked, seconds
from .output import tell

HELP = "calls of real browsers over networks that lose, delay, end or block"

USUAL = {"only": "", "browser": ",".join(BROWSERS), "seconds": 20.0}
QUICK = {"only": "clean", "browser": "chromium", "seconds": 5.0}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    names = ", ".join(scenario.name for scenario in SCENARIOS)
    parser.add_argument("--only", help=f"names separated by commas, with /BROWSER or without: {names}")
    parser.add_argument("--browser", help="the family's browser (each of both)")
    parser.add_argument("--seconds", type=seconds, help="how long each call is measured (20)")
    add_quick(parser, "one short call on a good line")


def run(given: argparse.Namespace) -> None:
    """See Command. Exits with 1 if anything is broken."""
    wish = asked(given, USUAL, QUICK)
    try:
        calls = chosen(wish["only"], wish["browser"])
    except ValueError as error:
        sys.exit(str(error))
    results = command.hold(calls, wish["seconds"], ["-m", "bench.commands", *sys.argv[1:]])
    tell([], command.summary(results), command.doubts(wish["seconds"]))
    if command.any_broken(results):
        sys.exit(1)
