"""`python -m broker import inmates FILE --jail 27/11`: a jail's register from a file, after a dry run.

Exit status: 0 done (or nothing wrong, in a dry run); 1 with every bad line named on standard error, nothing changed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from broker.errors import NotFound
from broker.register.errors import BadFile, BadLines
from broker.register.lines import Fault
from broker.register.plan import Gone, Plan
from broker.register.rows import MAX_BYTES, Parsed, parse
from broker.register.service import Applied, apply, dry_run, find_jail
from broker.storage.database import Database
from config.clock import SystemClock
from config.settings import Settings

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name

_BY = "system:import"


def add_parser(commands: Commands) -> None:
    """Add `import inmates` to the program's commands."""
    importing = commands.add_parser("import", help="bring a jail's register up to date from a file")
    what = importing.add_subparsers(title="what", dest="what", metavar="WHAT", required=True)
    inmates = what.add_parser("inmates", help="people in prison, from CSV or JSON (docs/api.md has the columns)")
    inmates.add_argument("file", type=Path, metavar="FILE", help="CSV or JSON in UTF-8; - reads standard input")
    inmates.add_argument("--jail", type=_jail, required=True, metavar="STATE/JAIL", help="such as 27/11")
    inmates.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    inmates.add_argument(
        "--gone",
        choices=[gone.value for gone in Gone],
        default=Gone.KEPT.value,
        help="what becomes of people who are not in the file (default: nothing)",
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do it; returns the exit status."""
    try:
        content = _read(arguments.file)
        parsed = parse(content)
    except OSError as error:
        return _fail(f"{arguments.file}: {error.strerror}")
    except BadFile as error:
        return _fail(f"{arguments.file}: {error}")
    return asyncio.run(_run(settings, parsed, arguments))


async def _run(settings: Settings, parsed: Parsed, arguments: argparse.Namespace) -> int:
    db, gone = Database(settings.database_url), Gone(arguments.gone)
    try:
        jail = await find_jail(db, *arguments.jail)
        if jail is None:
            raise NotFound("jail")
        plan = await dry_run(db, jail.id, parsed.rows, gone)
        if arguments.dry_run:
            _say("would be", plan, len(list(plan.causes())), "people whose visits must be looked at again")
            return _name(parsed.faults)
        done = await _apply(db, jail.id, parsed, gone, SystemClock().now())
        _say("are", done.plan, len(done.reviews), "visits to be looked at again")
        return 0
    except BadLines as error:
        return _name(error.faults)
    finally:
        await db.close()


async def _apply(db: Database, jail_id: int, parsed: Parsed, gone: Gone, now: datetime) -> Applied:
    return await apply(db, jail_id, parsed.rows, _BY, now, gone=gone, faults=parsed.faults)


def _read(path: Path) -> bytes:
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _say(verb: str, plan: Plan, reviews: int, of_what: str) -> None:
    goes = f"{len(plan.gone)} {verb} {plan.goes}" if plan.goes else f"{plan.absent} not in the file stay as they are"
    sys.stdout.write(
        f"{len(plan.added)} {verb} new, {len(plan.changed)} {verb} changed, {plan.same} the same, {goes}; "
        f"{reviews} {of_what}.\n"
    )


def _name(faults: Sequence[Fault]) -> int:
    for fault in faults:
        written = f" ({fault.value!r})" if fault.value else ""
        sys.stderr.write(f"line {fault.line}, {fault.column or 'all of it'}: {fault.why}{written}\n")
    if faults:
        sys.stderr.write(f"{len(faults)} bad values: nothing was changed.\n")
    return 1 if faults else 0


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


def _jail(text: str) -> tuple[int, int]:
    state, _, code = text.partition("/")
    if not (state.isdecimal() and code.isdecimal() and len(text) <= 9):
        raise argparse.ArgumentTypeError("a state's code and a jail's, such as 27/11")
    return int(state), int(code)
