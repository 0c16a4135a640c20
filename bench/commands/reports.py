"""`./run bench reports [--share 1] [--opens 7] [--databases sqlite,postgresql] [--url URL]`"""

from __future__ import annotations

import argparse
from fractions import Fraction

from .. import reports
from .output import separated, tell

HELP = "how long the reports open at the size of a published table"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--share", type=Fraction, default=Fraction(1), help="of its 316,647 sessions (default 1)")
    parser.add_argument("--opens", type=int, default=7, help="how often each page is opened (default 7)")
    parser.add_argument("--databases", type=separated, default=["sqlite", "postgresql"])
    parser.add_argument("--url", default="", help="of one database instead, kept for the next time")


def run(given: argparse.Namespace) -> None:
    """See Command."""
    found = reports.measure(given.share, given.opens, given.databases, given.url)
    tell([reports.table(found)], found)
