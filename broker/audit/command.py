"""`python -m broker audit verify`, `… export` and `… rekey`: proving the audit, taking it out, and going on with a new
key. Exit status of `verify`: 0 unbroken; 1 with a sentence on standard error that says what is wrong, and where.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from redis.exceptions import RedisError

from broker.audit import form, state
from broker.audit.events import AuditEvent
from broker.audit.export import export
from broker.audit.form import Format
from broker.audit.proof import prove
from broker.audit.seal import seal_after
from broker.audit.search import Search
from broker.audit.walk import Remembered
from broker.audit.walking import Walker
from broker.storage.database import Database
from config import live
from config.clock import SystemClock
from config.settings import Settings

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name

_BY = "system:audit"


def add_parser(commands: Commands) -> None:
    """Add `audit` to the program's commands."""
    audit = commands.add_parser("audit", help="prove the audit, or take it out")
    acts = audit.add_subparsers(title="acts", dest="act", metavar="ACT", required=True)
    verify = acts.add_parser("verify", help="find any changed, missing, inserted or reordered entry")
    verify.add_argument("--from", dest="start", type=int, default=1, metavar="SEQ", help="begin at this entry")
    verify.add_argument("--file", type=Path, help="prove an exported file instead of the database; - reads the input")
    verify.add_argument(
        "--sealed",
        type=_sealed,
        action="append",
        default=[],
        metavar="SEQ:HASH",
        help="an entry that must be there, as a line of the worker's log says it (audit_sealed)",
    )
    verify.add_argument("--without-key", action="store_true", help="compare seals, and don't prove them")
    verify.add_argument("--selection", action="store_true", help="the file is a selection: prove entry by entry")
    exporting = acts.add_parser("export", help="write the audit to standard output, oldest first")
    exporting.add_argument("--since", type=_moment, metavar="TIME", help="such as 2026-03-01T10:00+05:30")
    exporting.add_argument("--until", type=_moment, metavar="TIME", help="up to this time, and not at it")
    exporting.add_argument("--format", type=Format, choices=list(Format), default=Format.JSONL)
    rekey = acts.add_parser("rekey", help="prove the chain, and seal it with a new MULAKAT_SECRET_KEY")
    rekey.add_argument("--sealed", type=_sealed, required=True, metavar="SEQ:HASH", help="the last seal in the log")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do it; returns the exit status. Raises SQLAlchemyError."""
    if arguments.act == "verify" and arguments.file is not None:
        return _verify_file(settings, arguments)
    acts = {"export": _export, "rekey": _rekey, "verify": _verify}
    return asyncio.run(acts[arguments.act](settings, arguments))


async def _verify(settings: Settings, arguments: argparse.Namespace) -> int:
    known = [*arguments.sealed]
    with contextlib.suppress(RedisError, OSError):
        async with contextlib.aclosing(live.connect(settings)) as redis:
            outside = await state.remembered(redis)
            known += [outside] if outside else []
    if len(known) == len(arguments.sealed):
        sys.stderr.write("Nothing is remembered outside of the database (Redis): give --sealed from the log.\n")
    async with _database(settings) as db:
        key = None if arguments.without_key else settings.secret_key
        walker = Walker(db, key, after=max(arguments.start, 1) - 1, remembered=known)
        if await walker.walk() is not None:
            return _broken(walker.fault.sentence if walker.fault else "")
    last = walker.last_seal
    sealed = f"{walker.seals} seals, the last of entry {last.seq}" if last and last.number else "no seals"
    sys.stdout.write(f"Entries {walker.first} to {walker.seq} are unbroken; {sealed}.\n")
    return 0


def _verify_file(settings: Settings, arguments: argparse.Namespace) -> int:
    key = None if arguments.without_key else settings.secret_key
    try:
        with _opened(arguments.file) as file:
            head = file.readline()
            items = form.read(_again(head, file))
            proof = prove(
                items,
                key,
                marked=not head.startswith(form.COLUMNS[0]),
                remembered=arguments.sealed,
                selection=arguments.selection,
            )
    except (OSError, UnicodeDecodeError) as error:
        return _broken(f"{arguments.file}: {error.strerror if isinstance(error, OSError) else 'not UTF-8'}")
    if proof.fault is not None:
        return _broken(proof.fault.sentence)
    what = f"{proof.entries} entries" if arguments.selection else f"Entries {proof.first} to {proof.last}"
    sys.stdout.write(f"{what} of the file are unbroken; {proof.seals} seals.\n")
    return 0


async def _export(settings: Settings, arguments: argparse.Namespace) -> int:
    search = Search(since=arguments.since, until=arguments.until)
    async with _database(settings) as db:
        async with db.begin() as uow:
            uow.audit.record(
                AuditEvent.AUDIT_EXPORT, by=_BY, at=SystemClock().now(), details={"format": arguments.format.value}
            )
            await uow.commit()
        async for piece in export(db, search, arguments.format):
            sys.stdout.write(piece)
    return 0


async def _rekey(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prove the chain without the old key, by its hashes and by what the log says was sealed last; then seal anew."""
    async with _database(settings) as db:
        walker = Walker(db, None, remembered=[arguments.sealed])
        if await walker.walk() is not None:
            return _broken(walker.fault.sentence if walker.fault else "")
        now = SystemClock().now()
        async with db.begin() as uow:
            uow.audit.record(AuditEvent.AUDIT_REKEY, by=_BY, at=now)
            await uow.commit()
        await walker.walk()
        async with db.begin() as uow:
            seal = seal_after(settings.secret_key, await uow.audit.seals.last(), walker.seq, walker.hash, now)
            await uow.audit.seals.add(seal)
            await uow.commit()
    async with contextlib.aclosing(live.connect(settings)) as redis:
        await state.remember(redis, seal)
    sys.stdout.write(f"Entries 1 to {seal.seq} are unbroken, and sealed with the new key: {seal.seq}:{seal.hash}\n")
    return 0


@contextlib.asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    db = Database(settings.database_url)
    try:
        yield db
    finally:
        await db.close()


def _broken(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    if str(path) == "-":
        sys.stdin.reconfigure(newline="", encoding="utf-8")  # type: ignore[union-attr] # a text stream
        yield sys.stdin
        return
    with path.open(encoding="utf-8", newline="") as file:
        yield file


def _again(head: str, file: TextIO) -> Iterator[str]:
    yield head
    yield from file


def _sealed(text: str) -> Remembered:
    seq, _, entry_hash = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and len(entry_hash) == 64):
        raise argparse.ArgumentTypeError("a number, a colon and a hash of 64 digits, as the log has them")
    return Remembered(int(seq), entry_hash)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; one is written 2026-03-01T10:00+05:30") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
