"""`python -m broker invite`: how an installation gets its first administrator."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable

import pytest

from broker.members.command import add_parser, run
from broker.members.enrolment import invited
from broker.members.errors import UsernameTaken
from broker.staff import Role, Staff
from broker.storage.database import Database
from config.clock import SystemClock
from config.settings import Settings


def test_the_first_administrator_is_given_a_link_that_opens_the_account(
    make_settings: Callable[..., Settings], migrated_sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """For the whole system, before there is any jail; the same name is not given twice."""
    settings = make_settings(database_url=migrated_sqlite_url)
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    given = parser.parse_args(["invite", "Leela", "--name", "Leela Thomas", "--email", "leela@prisons.example"])
    assert run(settings, given) == 0
    link = capsys.readouterr().out.strip().splitlines()[-1]
    assert link.startswith(f"{settings.public_url}/staff/invite/")

    async def whose() -> Staff:
        db = Database(migrated_sqlite_url)
        try:
            return await invited(db, link.rpartition("/")[2], SystemClock().now())
        finally:
            await db.close()

    staff = asyncio.run(whose())
    assert (staff.username, staff.role) == ("leela", Role.SYSTEM_ADMIN)
    with pytest.raises(UsernameTaken):
        run(settings, given)
