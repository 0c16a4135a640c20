"""`./run bench audit [--writers 16] [--seconds 10] [--entries 300000] [--databases sqlite,postgresql]`"""

from __future__ import annotations

import argparse

from .. import audit
from .asking import DATABASES, add_databases, add_quick, asked, count, seconds
from .output import tell

HELP = "commits a second with and without entries, and proving a long chain"

USUAL = {"writers": 16, "seconds": 10.0, "entries": 300_000, "databases": list(DATABASES)}
QUICK = {"writers": 4, "seconds": 0.5, "entries": 2000}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--writers", type=count, help="commits under way at one time (16)")
    parser.add_argument("--seconds", type=seconds, help="how long commits are counted (10)")
    parser.add_argument("--entries", type=count, help="length of the chain to prove, in whole thousands (300000)")
    add_databases(parser)
    add_quick(parser, "a short chain and a moment of commits")


def run(given: argparse.Namespace) -> None:
    """See Command."""
    wish = asked(given, USUAL, QUICK)
    found = audit.measure(**wish)
    tell([audit.table(found)], found, audit.doubts(wish["seconds"], wish["entries"]))
