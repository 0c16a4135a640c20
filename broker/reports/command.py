"""`python -m broker reports rebuild`: every row that reports count from is derived anew and held against what stood
there. `… reports seed` invents the visits of a published table.

Exit status of `rebuild`: 0 where every row was right, 1 with each difference on standard error; they are put right.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

from broker.demo import published
from broker.demo.guard import refuse_in_production
from broker.reports.counting import Difference, count_all, rebuild
from broker.storage.database import Database
from config.clock import SystemClock
from config.settings import Settings

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name

#: Differences that are written out one by one.
_SHOWN = 100


def add_parser(commands: Commands) -> None:
    """Add `reports` to the program's commands."""
    reports = commands.add_parser("reports", help="the rows that the department's reports count from")
    what = reports.add_subparsers(title="what", dest="what", metavar="WHAT", required=True)
    what.add_parser("rebuild", help="derive every row anew, put right what differed, and say what that was")
    seed = what.add_parser(
        "seed", help="invent the visits of the table that Maharashtra published; never in production"
    )
    seed.add_argument(
        "--share", type=_share, default=Fraction(1), help="a part of its 316,647 sessions, such as 0.01 (default: all)"
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do it; returns the exit status."""
    if arguments.what == "seed":
        refuse_in_production(settings)
        return asyncio.run(_seed(settings, arguments.share))
    return asyncio.run(_rebuild(settings))


async def _seed(settings: Settings, share: Fraction) -> int:
    db = Database(settings.database_url)
    try:
        filled = await published.fill(db, share, lambda line: _say(sys.stderr, line))
        counted = await count_all(db, SystemClock().now())
    finally:
        await db.close()
    _say(sys.stdout, f"{filled.jails} jails, {filled.visits} visits written, {counted} counted.")
    return 0


async def _rebuild(settings: Settings) -> int:
    db = Database(settings.database_url)
    try:
        rebuilt = await rebuild(db, SystemClock().now())
    finally:
        await db.close()
    for difference in rebuilt.differences[:_SHOWN]:
        _say(sys.stderr, _words(difference))
    if len(rebuilt.differences) > _SHOWN:
        _say(sys.stderr, f"… and {len(rebuilt.differences) - _SHOWN} more.")
    _say(sys.stdout, f"{rebuilt.visits} visits derived, {len(rebuilt.differences)} rows differed.")
    return 1 if rebuilt.differences else 0


def _words(difference: Difference) -> str:
    fields = f" ({', '.join(difference.fields)})" if difference.fields else ""
    return f"{difference.visit_id}: {difference.what}{fields}"


def _share(text: str) -> Fraction:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError("more than 0, and at most 1")
    return share


def _say(stream: object, line: str) -> None:
    print(line, file=stream, flush=True)  # type: ignore[call-overload] # one of the two standard streams
