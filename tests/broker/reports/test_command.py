"""`python -m broker reports`: rebuild and seed, by hand."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from broker.errors import DemoRefused
from broker.reports import command
from broker.reports.counting import count_all
from broker.storage.database import Database
from broker.storage.models import JailRow, ReportRow
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.counted import held
from tests.support.visits import Place


def run(settings: Settings, *words: str) -> int:
    """The command as it is typed; it has an event loop of its own."""
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers(dest="command"))
    arguments = parser.parse_args(["reports", *words])
    return command.run(settings, arguments)


@pytest.fixture
def settings(make_settings: Callable[..., Settings], migrated_url: str) -> Settings:
    """Of the same database."""
    return make_settings(database_url=migrated_url)


async def test_rebuilding_says_what_differed_and_its_status_says_whether(
    db: Database, place: Place, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 with each wrong row on standard error; once that is put right, 0."""
    visit = await held(db, place)
    await count_all(db, NOON)
    async with db.begin() as uow:
        await uow.session.execute(update(ReportRow).values(had=1))
        await uow.commit()
    assert await asyncio.to_thread(run, settings, "rebuild") == 1
    said = capsys.readouterr()
    assert said.out == "1 visits derived, 1 rows differed.\n"
    assert said.err == f"{visit.id}: wrong (minutes)\n"
    assert await asyncio.to_thread(run, settings, "rebuild") == 0
    assert capsys.readouterr().out == "1 visits derived, 0 rows differed.\n"


async def test_many_differences_are_not_all_written_out(
    db: Database, place: Place, settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first ones are, and how many more there are."""
    monkeypatch.setattr(command, "_SHOWN", 1)
    for number in range(3):
        await held(db, place, starts_at=NOON + timedelta(hours=number))
    await count_all(db, NOON)
    async with db.begin() as uow:
        await uow.session.execute(update(ReportRow).values(had=1))
        await uow.commit()
    assert await asyncio.to_thread(run, settings, "rebuild") == 1
    assert capsys.readouterr().err.splitlines()[1:] == ["… and 2 more."]


async def test_seeding_writes_and_counts_and_does_nothing_again(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hundredth of a hundredth of the published sessions is thirty-two."""
    assert await asyncio.to_thread(run, settings, "seed", "--share", "1/10000") == 0
    assert capsys.readouterr().out.startswith("60 jails, ")
    assert await asyncio.to_thread(run, settings, "seed", "--share", "1/10000") == 0
    assert capsys.readouterr().out == "0 jails, 0 visits written, 0 counted.\n"
    async with db.read() as uow:
        assert len(await uow.jails.all()) == 60


async def test_nothing_is_invented_beside_jails_that_are_there(db: Database, place: Place, settings: Settings) -> None:
    """Nor ever in production."""
    async with db.begin() as uow:
        await uow.session.execute(update(JailRow).values(demo=False))
        await uow.commit()
    with pytest.raises(DemoRefused):
        await asyncio.to_thread(run, settings, "seed", "--share", "1/10000")
    with pytest.raises(DemoRefused):
        run(settings.model_copy(update={"environment": "production"}), "seed")


@pytest.mark.parametrize("share", ["0", "-1", "1.01", "1/0", "much"])
def test_a_share_is_a_part_of_the_whole(settings: Settings, share: str) -> None:
    """Everything else is refused before anything is written."""
    with pytest.raises(SystemExit):
        run(settings, "seed", f"--share={share}")
