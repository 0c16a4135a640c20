"""The command that loads rules."""

from __future__ import annotations

import argparse
import asyncio

import pytest

from broker.rules.command import add_parser, run
from broker.storage.database import Database
from config.settings import Settings
from tests.support.visits import furnish


@pytest.fixture
def furnished(settings: Settings, migrated_sqlite_url: str) -> Settings:
    """Settings whose database knows one state."""

    async def fill() -> None:
        db = Database(migrated_sqlite_url)
        await furnish(db)
        await db.close()

    asyncio.run(fill())
    return settings.model_copy(update={"database_url": migrated_sqlite_url})


def parse(*words: str) -> argparse.Namespace:
    """The arguments as `python -m broker` parses them."""
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(dest="command"))
    return parser.parse_args(words)


def test_loading_says_what_came_in(furnished: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a version the first time, silence after that."""
    run(furnished, parse("rules", "load"))
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "27-maharashtra.toml: version 1 of state 27, in force from 2024-03-22"
    run(furnished, parse("rules", "load"))
    assert capsys.readouterr().out == ""


def test_an_act_must_be_named() -> None:
    """`rules` alone does nothing by accident."""
    with pytest.raises(SystemExit):
        parse("rules")
