"""The measurements as the command line offers them: `./run bench NAME`. A module each, by the name it has there.

Every one prints a table for people, and as its last line one JSON object of its figures for programs.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Protocol

from . import audit, boundary, herd, network, portal, relay, reports, soak, wall


class Command(Protocol):
    """What each module offers. HELP: one line."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what can be asked for."""

    def run(self, given: argparse.Namespace) -> None:
        """Measure, and print. Ends the process with a sentence where that is not possible."""


COMMANDS: Mapping[str, Command] = {
    "audit": audit,
    "boundary": boundary,
    "herd": herd,
    "network": network,
    "portal": portal,
    "relay": relay,
    "reports": reports,
    "soak": soak,
    "wall": wall,
}
