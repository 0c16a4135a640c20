"""`./run bench reports [--share 1] [--opens 7] [--databases sqlite,postgresql] [--url URL]`"""

from __future__ import annotations

import argparse
from fractions import Fraction

from .. import reports
from .asking import DATABASES, add_databases, add_quick, asked, count, share
from .output import tell

HELP = "how long the reports open at the size of a published table"

USUAL = {"share": Fraction(1), "opens": 7, "databases": list(DATABASES)}
QUICK = {"share": Fraction(1, 500), "opens": 2}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--share", type=share, help="of its 316,647 sessions (1)")
    parser.add_argument("--opens", type=count, help="how often each page is opened (7)")
    add_databases(parser)
    parser.add_argument("--url", default="", help="of one database instead, kept for the next time")
    add_quick(parser, "few sessions")


def run(given: argparse.Namespace) -> None:
    """See Command."""
    wish = asked(given, USUAL, QUICK)
    found = reports.measure(**wish, url=given.url)
    tell([reports.table(found)], found, reports.doubts(wish["share"]))
