"""`./run bench network [--only NAMES] [--browser chromium,firefox] [--seconds 20]`"""

from __future__ import annotations

import argparse
import sys

from ..network import command
from ..network.command import add_arguments

__all__ = ["HELP", "add_arguments", "run"]

HELP = "calls of real browsers over networks that lose, delay, end or block"


def run(given: argparse.Namespace) -> None:
    """See Command."""
    command.run(given, ["-m", "bench.commands", *sys.argv[1:]])
