"""`./run bench portal [--registrations 200] [--at-once 16] [--databases sqlite,postgresql]`"""

from __future__ import annotations

import argparse

from .. import portal
from .asking import DATABASES, add_databases, add_quick, asked, count
from .output import tell

HELP = "registrations a second and page times of the web application"

USUAL = {"registrations": 200, "at_once": 16, "databases": list(DATABASES)}
QUICK = {"registrations": 4, "at_once": 2}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--registrations", type=count, help="how many in all, a database (200)")
    parser.add_argument("--at-once", type=count, help="families at one time (16)")
    add_databases(parser)
    add_quick(parser, "a few families")


def run(given: argparse.Namespace) -> None:
    """See Command."""
    wish = asked(given, USUAL, QUICK)
    found = portal.measure(**wish)
    tell([portal.table(found)], found, portal.doubts(wish["registrations"]))
