"""`python -m broker`: the worker, and the few commands that work on the database by hand.

Standard output carries only what was asked for (`demo` prints one line of JSON); logs go to standard error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import signal
import sys
from collections.abc import Callable, Sequence

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing runs yet that would have to be ended in good order

from sqlalchemy.exc import OperationalError, ProgrammingError

from broker import demo
from broker.arguments import CommandParser
from broker.audit import command as audit
from broker.demo.booking import MOST_VISITORS
from broker.demo.queue import ask
from broker.demo.world import JAILS
from broker.mail import command as bounces
from broker.mail import wake_worker
from broker.members import command as members
from broker.places import command as places
from broker.register import command as register
from broker.reports import command as reports
from broker.rules import command as rules
from broker.rules.service import load_files
from broker.storage.database import Database
from broker.visit import VisitKind
from config import live, logging, settings
from config.addresses import listens
from config.clock import SystemClock
from config.errors import BadSettings, MulakatError
from config.i18n import LANGUAGES
from config.settings import Settings

_LONGEST_MINUTES = 24 * 60
#: Seconds for the pages to take a connection.
_ANSWERS_WITHIN = 2.0
_NOT_THERE = "No pages are served at {url}, where the links lead: give ./run demo the PORT that ./run was given.\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0, or 1 with a sentence on standard error."""
    arguments = _parser().parse_args(argv)
    commands: dict[str, Callable[[Settings, argparse.Namespace], int | None]] = {
        "audit": audit.run,
        "bounce": bounces.run,
        "demo": _demo,
        "import": register.run,
        "invite": members.run,
        "jail": places.run,
        "migrate": _migrate,
        "reports": reports.run,
        "rules": rules.run,
        "seed": _seed,
        "worker": _worker,
    }
    try:
        loaded = settings.load()
        logging.configure(loaded)
        return commands[arguments.command](loaded, arguments) or 0
    except BadSettings as error:
        print(*error.sentences, sep="\n", file=sys.stderr)
        return 1
    except MulakatError as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m broker", description="The visit on paper.")
    own: type[argparse.ArgumentParser] = CommandParser
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", parser_class=own)
    parser.set_defaults(command="worker")  # after the subparsers, which would set None
    commands.add_parser("worker", help="send mail, put facts on paper, close visits (the default)")
    commands.add_parser("migrate", help="bring the database to the newest tables; several may run at once")
    commands.add_parser("seed", help="put the invented world of the demonstration into the database")
    audit.add_parser(commands)
    bounces.add_parser(commands)
    members.add_parser(commands)
    places.add_parser(commands)
    register.add_parser(commands)
    reports.add_parser(commands)
    rules.add_parser(commands)
    booking = commands.add_parser(
        "demo",
        prog="./run demo",
        help="book and approve a visit, print one line of JSON",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    booking.add_argument("--minutes", type=_minutes, default=15.0, help="how long the slot is; fractions work")
    booking.add_argument("--starts-in", type=_seconds, default=0.0, metavar="SECONDS", help="when it begins, from now")
    booking.add_argument("--visitors", type=int, choices=range(1, MOST_VISITORS + 1), default=1, help="how many")
    booking.add_argument("--kind", choices=[kind.value for kind in VisitKind], default="family", help="of visit")
    booking.add_argument("--jail", choices=[jail.slug for jail in JAILS], default="", help="in which jail")
    booking.add_argument("--terminal", default="", metavar="NAME", help="on which terminal, such as T2")
    booking.add_argument("--language", choices=list(LANGUAGES), default="en", help="of the visitors' mail and pages")
    return parser


def _minutes(text: str) -> float:
    value = _seconds(text)
    if not 0 < value <= _LONGEST_MINUTES:
        raise argparse.ArgumentTypeError(f"more than 0 and at most {_LONGEST_MINUTES}")
    return value


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not math.isfinite(value) or abs(value) > 366 * 86_400:
        raise argparse.ArgumentTypeError("a number of seconds within a year")
    return value


def _worker(loaded: Settings, _arguments: argparse.Namespace) -> None:
    from broker.worker import main as work  # noqa: PLC0415 - the other commands should start fast

    asyncio.run(_checked(loaded))
    asyncio.run(work(loaded))


async def _checked(loaded: Settings) -> None:
    db = Database(loaded.database_url)
    try:
        await demo.refuse_demo_data(db, loaded)
    finally:
        await db.close()


def _migrate(loaded: Settings, _arguments: argparse.Namespace) -> None:
    asyncio.run(_bring_up(loaded))
    asyncio.run(_checked(loaded))


async def _bring_up(loaded: Settings) -> None:
    from broker.storage.migrate import migrate  # noqa: PLC0415 - Alembic takes a while to load

    db = Database(loaded.database_url)
    try:
        await db.reach()
    finally:
        await db.close()
    await migrate(loaded.database_url)


def _seed(loaded: Settings, _arguments: argparse.Namespace) -> None:
    demo.refuse_in_production(loaded)
    asyncio.run(_fill(loaded))


async def _fill(loaded: Settings) -> None:
    db = Database(loaded.database_url)
    try:
        await _furnish(db, loaded)
    finally:
        await db.close()


async def _furnish(db: Database, loaded: Settings) -> None:
    now = SystemClock().now()
    await demo.seed(db)
    await load_files(db, now)
    await ask(db, loaded, now)


def _demo(loaded: Settings, arguments: argparse.Namespace) -> None:
    demo.refuse_in_production(loaded)
    wish = demo.Wish(
        arguments.minutes,
        arguments.starts_in,
        arguments.visitors,
        VisitKind(arguments.kind),
        arguments.language,
        arguments.jail,
        arguments.terminal,
    )
    print(json.dumps(asyncio.run(_book(loaded, wish)).summary(), ensure_ascii=False), flush=True)


async def _book(loaded: Settings, wish: demo.Wish) -> demo.Booked:
    db = Database(loaded.database_url)
    redis = live.connect(loaded)
    try:
        if not await _is_ready(db):
            await _bring_up(loaded)
            await _furnish(db, loaded)
        booked = await demo.book(db, loaded, wish, SystemClock().now())
        if not await wake_worker(redis):
            sys.stderr.write("Nothing is running here: start ./run, with the same PORT, for the links to open.\n")
        elif not listens(loaded.host, loaded.port, _ANSWERS_WITHIN):
            sys.stderr.write(_NOT_THERE.format(url=loaded.public_url))
        return booked
    finally:
        await redis.aclose()
        await db.close()


async def _is_ready(db: Database) -> bool:
    """Whether the invented world is there; a database without tables is just not ready yet."""
    try:
        return await demo.is_seeded(db)
    except (OperationalError, ProgrammingError):
        return False


if __name__ == "__main__":
    sys.exit(main())
