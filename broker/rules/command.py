"""`python -m broker rules load`: put the rule files under `config/rules` into the book."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

from broker.rules.model import RuleVersion
from broker.rules.service import load_files
from broker.storage.database import Database
from config.clock import SystemClock
from config.settings import Settings


def add_parser(commands: Any) -> None:
    """Hang the command on `python -m broker`'s subparsers."""
    rules = commands.add_parser("rules", help="the states' rules")
    acts = rules.add_subparsers(title="acts", dest="act", metavar="ACT", required=True)
    acts.add_parser("load", help="load the files under config/rules that the book doesn't have yet")


def run(settings: Settings, _args: argparse.Namespace) -> None:
    """Run it: a line for each version that came in. Raises BadRuleFile."""
    for version in asyncio.run(_load(settings)):
        sys.stdout.write(
            f"{version.source}: version {version.version} of state {version.state_code}, "
            f"in force from {version.valid_from.isoformat()}\n"
        )


async def _load(settings: Settings) -> list[RuleVersion]:
    db = Database(settings.database_url)
    try:
        return await load_files(db, SystemClock().now())
    finally:
        await db.close()
