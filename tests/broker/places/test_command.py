"""`python -m broker jail`: how an installation without the demonstration gets its jails."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable

import pytest

from broker.people import Jail
from broker.places.command import add_parser, run
from broker.rules.service import load_files
from broker.storage.database import Database
from config.clock import SystemClock
from config.settings import Settings

KNOWN = ("--city", "Pune", "--timezone", "Asia/Kolkata", "--helpline", "020-0000 1142")


def given(*words: str) -> argparse.Namespace:
    """The command's arguments as they are read."""
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return parser.parse_args(["jail", *words])


def test_a_jail_comes_with_its_state_and_then_has_a_rule(
    make_settings: Callable[..., Settings], migrated_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first of a state names it; the same one twice is a mistake. Nothing of it is demonstration data."""
    settings = make_settings(database_url=migrated_url)
    assert run(settings, given("27/11", "--name", "Yerwada", *KNOWN)) == 1
    assert "--state" in capsys.readouterr().err
    assert run(settings, given("27/11", "--name", "Yerwada", "--state", "Maharashtra", *KNOWN)) == 0
    assert run(settings, given("27/12", "--name", "Nashik Road", *KNOWN)) == 0
    assert run(settings, given("27/12", "--name", "Nashik Road", *KNOWN)) == 1
    assert "already" in capsys.readouterr().err

    async def kept() -> tuple[list[Jail], list[int]]:
        db = Database(migrated_url)
        try:
            versions = await load_files(db, SystemClock().now())
            async with db.read() as uow:
                return await uow.jails.all(), [version.state_code for version in versions]
        finally:
            await db.close()

    jails, ruled = asyncio.run(kept())
    assert [(jail.state_code, jail.code, jail.name) for jail in jails] == [(27, 11, "Yerwada"), (27, 12, "Nashik Road")]
    assert set(ruled) == {27}


@pytest.mark.parametrize(
    "words",
    [
        ("0/11", "--name", "A", *KNOWN),
        ("27/99999", "--name", "A", *KNOWN),
        ("27-11", "--name", "A", *KNOWN),
        ("27/11", "--name", " ", *KNOWN),
        ("27/11", "--name", "A", *KNOWN, "--timezone", "Asia/Nowhere"),
        ("27/11", "--name", "A", *KNOWN, "--timezone", "../etc/passwd"),
    ],
)
def test_what_no_page_could_show_is_not_taken(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Codes that fit no VisRN, nothing for a name, a clock that nobody has."""
    with pytest.raises(SystemExit):
        given(*words)
    assert "error: argument" in capsys.readouterr().err
