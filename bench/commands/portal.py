"""`./run bench portal [--registrations 200] [--at-once 16] [--databases sqlite,postgresql]`"""

from __future__ import annotations

import argparse

from .. import portal
from .output import separated, tell

HELP = "registrations a second and page times of the web application"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--registrations", type=int, default=200, help="how many in all, a database (default 200)")
    parser.add_argument("--at-once", type=int, default=16, help="families at one time (default 16)")
    parser.add_argument("--databases", type=separated, default=["sqlite", "postgresql"])


def run(given: argparse.Namespace) -> None:
    """See Command."""
    found = portal.measure(given.registrations, given.at_once, given.databases)
    tell([portal.table(found)], found)
