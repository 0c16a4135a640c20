"""`./run bench audit [--writers 16] [--seconds 10] [--entries 300000] [--databases sqlite,postgresql]`"""

from __future__ import annotations

import argparse

from .. import audit
from .output import separated, tell

HELP = "commits a second with and without entries, and proving a long chain"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--writers", type=int, default=16, help="commits under way at one time (default 16)")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long commits are counted (default 10)")
    parser.add_argument("--entries", type=int, default=300_000, help="length of the chain to prove (default 300000)")
    parser.add_argument("--databases", type=separated, default=["sqlite", "postgresql"])


def run(given: argparse.Namespace) -> None:
    """See Command."""
    found = audit.measure(given.writers, given.seconds, given.entries, given.databases)
    tell([audit.table(found)], found)
