"""`python -m broker import inmates`: what it prints, and its exit status."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from broker.errors import NotFound
from broker.register.command import add_parser, run
from broker.storage.database import Database
from config.settings import Settings
from tests.support.visits import furnish

HEAD = "number,name,father_name,age,gender,category\n"
GOOD = HEAD + "UT/2/26,Imran Shaikh,Yusuf Shaikh,41,male,convict\n"
BAD = HEAD + "UT/2/26,Imran Shaikh,Yusuf Shaikh,410,male,convict\n"


def arguments(*given: str) -> argparse.Namespace:
    """What the program would hand over."""
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return parser.parse_args(["import", "inmates", *given])


@pytest.fixture
def settings(make_settings: Callable[..., Settings], migrated_sqlite_url: str) -> Settings:
    """A database with a jail, 27/11."""

    async def fill() -> None:
        db = Database(migrated_sqlite_url)
        await furnish(db)
        await db.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(fill())).result()
    return make_settings(database_url=migrated_sqlite_url)


def test_a_file_is_imported_after_a_dry_run_that_changes_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The two say the same; the file again changes nothing."""
    file = tmp_path / "register.csv"
    file.write_text(GOOD)
    for given in (["--dry-run"], [], ["--gone", "released"]):
        assert run(settings, arguments(str(file), "--jail", "27/11", *given)) == 0
    dry, done, again = [line for line in capsys.readouterr().out.splitlines() if " the same, " in line]
    assert dry.startswith("1 would be new, 0 would be changed, 0 the same, 1 not in the file stay as they are")
    assert done.startswith("1 are new, 0 are changed, 0 the same, 1 not in the file stay as they are")
    assert again.startswith("0 are new, 0 are changed, 1 the same, 1 are released")


def test_bad_lines_are_named_and_nothing_is_changed(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error, with the status that stops a script."""
    file = tmp_path / "register.csv"
    file.write_text(BAD)
    for given in (["--dry-run"], []):
        assert run(settings, arguments(str(file), "--jail", "27/11", *given)) == 1
        assert "line 2, age: bad_age ('410')" in capsys.readouterr().err


def test_what_can_not_be_read_and_an_unknown_jail_are_said(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, no traceback."""
    file = tmp_path / "register.csv"
    file.write_text(GOOD)
    assert run(settings, arguments(str(tmp_path / "none.csv"), "--jail", "27/11")) == 1
    assert "No such file" in capsys.readouterr().err
    with pytest.raises(NotFound):
        run(settings, arguments(str(file), "--jail", "27/99"))
    file.write_text("")
    assert run(settings, arguments(str(file), "--jail", "27/11")) == 1
    with pytest.raises(SystemExit):
        arguments(str(file), "--jail", "Yerwada")
