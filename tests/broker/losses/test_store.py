"""The repository of losses: what waits to be looked at, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.losses.attribution import Why
from broker.storage.database import Database
from broker.storage.models import VisitLossRow
from broker.vocabulary import LossCause, LossSide
from config.settings import Settings
from tests.support.deciding import DAY, MORNING, STAFF, Office
from tests.support.losses import approved, closed, family_failed, terminal_failed


async def test_visits_whose_families_may_be_owed_more_come_first_and_the_oldest_of_them(
    db: Database, office: Office, settings: Settings
) -> None:
    """Who has been offered a visit waits without harm; who has nothing may need a correction."""
    visits = [await approved(db, office, settings, MORNING + number * timedelta(hours=1)) for number in range(2)]
    visits.append(await approved(db, office, settings, MORNING + 30 * DAY))
    for visit, how in zip(visits, (family_failed, terminal_failed, family_failed), strict=True):
        await closed(db, settings, visit, how(visit))
    early, given, late = (visit.id for visit in visits)
    async with db.begin() as uow:
        jail = [office.jail.id]
        assert await uow.losses.waiting(jail) == [early, late, given]
        assert await uow.losses.waiting(jail, limit=1) == [early]
        assert await uow.losses.count_waiting(jail, MORNING) == 3
        assert await uow.losses.count_waiting(jail, MORNING + 29 * DAY) == 1
        assert await uow.losses.waiting([office.jail.id + 1]) == await uow.losses.looked_at(jail) == []
        [loss] = await uow.losses.of_visit(late)
        await uow.losses.judge(loss.id, LossCause.NOBODY_CAME, LossSide.FAMILY, "They rang.", STAFF, MORNING)
        assert await uow.losses.waiting(jail) == [early, given]
        assert await uow.losses.looked_at(jail) == [late]
        [judged] = await uow.losses.of_visit(late)
        assert (judged.cause, judged.side, judged.note) == (LossCause.NOBODY_CAME, LossSide.FAMILY, "They rang.")
        assert (judged.measured, judged.corrected) == (LossCause.FAMILY_NETWORK, True)
        assert (judged.confirmed_by, judged.confirmed_at) == (STAFF, MORNING)
        assert set(await uow.losses.of_visits([early, late, "0" * 32])) == {early, late}


async def test_what_was_looked_at_last_comes_first(db: Database, office: Office, settings: Settings) -> None:
    """Whoever has just decided finds it on top, whenever the visit was."""
    starts = (MORNING, MORNING + timedelta(hours=1), MORNING + 30 * DAY)
    visits = [await approved(db, office, settings, start) for start in starts]
    for visit, how in zip(visits, (terminal_failed, family_failed, terminal_failed), strict=True):
        await closed(db, settings, visit, how(visit))
    async with db.begin() as uow:
        for minutes, visit in enumerate((visits[1], visits[2], visits[0])):
            [loss] = await uow.losses.of_visit(visit.id)
            at = MORNING + timedelta(minutes=minutes)
            await uow.losses.judge(loss.id, loss.cause, loss.side, "", STAFF, at)
        found = await uow.losses.looked_at([office.jail.id])
    assert found == [visits[0].id, visits[2].id, visits[1].id]


async def test_record_is_written_once(db: Database, office: Office, settings: Settings) -> None:
    """A second closing is refused before it; a second record by the database."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, terminal_failed(visit))
    async with db.begin() as uow:
        record = await uow.losses.record(visit.id)
        assert record is not None
        with pytest.raises(Exception, match=r"(?i)unique|identity"):
            await uow.losses.write(record, ())


async def test_stretches_that_another_version_wrote_are_passed_over(
    db: Database, office: Office, settings: Settings
) -> None:
    """What this one can read is shown."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, terminal_failed(visit))
    async with db.begin() as uow:
        [loss] = await uow.losses.of_visit(visit.id)
        row = await uow.session.get_one(VisitLossRow, loss.id)
        row.evidence = [[0, 5, "moonrise"], [300, 900, "page_silent"]]
        await uow.commit()
    async with db.read() as uow:
        assert (await uow.losses.of_visit(visit.id))[0].stretches == ((300, 900, Why.PAGE_SILENT),)
        assert await uow.losses.record("0" * 32) is None
