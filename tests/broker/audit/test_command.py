"""`python -m broker audit`: what it prints, and its exit status."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import SecretStr

from broker.audit import state
from broker.audit.command import add_parser, run
from broker.storage.database import Database
from config import live
from config.settings import Settings
from tests.support.audit import KEY, attack, audited, record, seal, write_anew

T = TypeVar("T")
Make = Callable[..., Settings]
Out = pytest.CaptureFixture[str]


def audit(settings: Settings, *given: str) -> int:
    """Run the command as the program would."""
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return run(settings, parser.parse_args(["audit", *given]))


def within(settings: Settings, act: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the database, apart from the command's own loop."""

    async def do() -> T:
        db = Database(settings.database_url)
        try:
            return await act(db)
        finally:
            await db.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(do())).result()


async def fill(db: Database) -> str:
    """Six entries, sealed at the fourth; that seal as the log has it."""
    await record(db, 4)
    made = await seal(db)
    await record(db, 2)
    return f"{made.seq}:{made.hash}"


@pytest.fixture
def settings(make_settings: Make, migrated_url: str, redis_url: str) -> Settings:
    """An installation's, on each database."""
    return make_settings(database_url=migrated_url, redis_url=redis_url, secret_key=SecretStr(KEY))


def test_an_unbroken_chain_is_said_to_be_and_a_broken_one_where(settings: Settings, capsys: Out) -> None:
    """One sentence, and a status that scripts understand."""
    sealed = within(settings, fill)
    assert audit(settings, "verify") == 0
    said = capsys.readouterr()
    assert said.out == "Entries 1 to 6 are unbroken; 1 seals, the last of entry 4.\n"
    assert "give --sealed" in said.err
    assert audit(settings, "verify", "--from", "3", "--sealed", sealed) == 0
    assert capsys.readouterr().out.startswith("Entries 3 to 6 are unbroken")
    within(settings, lambda db: attack(db, "UPDATE audit SET why = 'other' WHERE seq = 2"))
    assert audit(settings, "verify") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "Entry 2 was changed after it was written.\n" in said.err
    assert audit(settings, "verify", "--from", "3") == 0


def test_what_is_remembered_outside_of_the_database_is_asked_for(settings: Settings, capsys: Out) -> None:
    """By itself in Redis, or from the log by hand."""
    sealed = within(settings, fill)

    async def remember(db: Database) -> None:
        async with db.read() as uow, live.connect(settings) as redis:
            await state.remember(redis, await uow.audit.seals.last())

    async def forge(db: Database) -> None:
        await write_anew(db, lambda entry: entry if entry.seq != 2 else None)
        await attack(db, "DELETE FROM audit_seals")

    within(settings, remember)
    assert audit(settings, "verify") == 0
    assert capsys.readouterr().err == ""
    within(settings, forge)
    assert audit(settings, "verify", "--sealed", sealed) == 1
    assert "the chain was written anew" in capsys.readouterr().err
    assert audit(settings, "verify") == 1


@pytest.mark.parametrize("given", ["jsonl", "csv"])
def test_an_export_proves_itself_and_is_audited(settings: Settings, tmp_path: Path, capsys: Out, given: str) -> None:
    """Without the database, and from any installation without its key."""
    sealed = within(settings, fill)
    assert audit(settings, "export", "--format", given) == 0
    file = tmp_path / "audit"
    file.write_text(capsys.readouterr().out, newline="")
    elsewhere = settings.model_copy(update={"database_url": "sqlite+aiosqlite:////nowhere/at.all"})
    assert audit(elsewhere, "verify", "--file", str(file), "--sealed", sealed) == 0
    seals = 1 if given == "jsonl" else 0
    assert capsys.readouterr().out == f"Entries 1 to 7 of the file are unbroken; {seals} seals.\n"
    assert within(settings, audited)[-1] == "audit:export system:audit"
    stranger = elsewhere.model_copy(update={"secret_key": SecretStr("another key")})
    assert audit(stranger, "verify", "--file", str(file)) == seals
    assert audit(stranger, "verify", "--file", str(file), "--without-key") == 0
    file.write_text(file.read_text().replace("look 2", "look x"), newline="")
    capsys.readouterr()
    assert audit(elsewhere, "verify", "--file", str(file)) == 1
    assert capsys.readouterr().err == "Entry 3 was changed after it was written.\n"


def test_an_export_of_a_stretch_begins_where_it_was_asked_to(settings: Settings, capsys: Out) -> None:
    """Times without a zone are UTC."""
    within(settings, fill)
    assert audit(settings, "export", "--since", "2026-03-02T05:45:02", "--until", "2026-03-02T11:15:03+05:30") == 0
    assert capsys.readouterr().out.count("look") == 1


def test_a_file_that_is_not_there_or_not_ours_is_refused(settings: Settings, tmp_path: Path, capsys: Out) -> None:
    """With a sentence, never a traceback."""
    assert audit(settings, "verify", "--file", str(tmp_path / "nowhere")) == 1
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    assert audit(settings, "verify", "--file", str(tmp_path / "picture")) == 1
    assert "not UTF-8" in capsys.readouterr().err


def test_a_new_key_goes_on_where_the_log_says_the_old_one_ended(settings: Settings) -> None:
    """The chain is proven before it is sealed anew; what the log does not know is not blessed."""
    sealed = within(settings, fill)
    renewed = settings.model_copy(update={"secret_key": SecretStr("the new key")})
    assert audit(renewed, "verify") == 1
    assert audit(renewed, "rekey", "--sealed", f"4:{'f' * 64}") == 1
    assert audit(renewed, "rekey", "--sealed", sealed) == 0
    assert audit(renewed, "verify") == 0
    assert within(settings, audited)[-1] == "audit:rekey system:audit"


@pytest.mark.parametrize("given", [["--sealed", "4"], ["--sealed", "x:y"], ["--from", "one"]])
def test_what_is_no_number_or_seal_is_refused_at_once(settings: Settings, given: list[str]) -> None:
    """Status 2, as every command line."""
    with pytest.raises(SystemExit, match="2"):
        audit(settings, "verify", *given)
    with pytest.raises(SystemExit, match="2"):
        audit(settings, "export", "--since", "yesterday")
