"""The rows follow what is written on paper, on both databases, whoever writes it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from broker.lifecycle import Outcome, VisitStatus
from broker.reports import source
from broker.reports.counting import Difference, count, count_all, rebuild
from broker.reports.line import Line, Result, Told, derive
from broker.storage.database import Database
from broker.storage.models import InmateRow, JailRow, VisitLossRow, VisitorRow, VisitRow
from broker.visit import Visit
from broker.vocabulary import InmateCategory, LossCause, VisitorDecision
from tests.support.clock import NOON
from tests.support.counted import held, refused
from tests.support.visits import Place, asked, booked

LATER = NOON + timedelta(minutes=1)


async def line_of(db: Database, visit: Visit) -> Line:
    """The row of a visit once all is counted. It is what is derived from the tables."""
    await count_all(db, LATER)
    async with db.read() as uow:
        assert await uow.reports.waiting() == 0
        stored = await uow.reports.lines([visit.id])
        derived = [derive(told) for told in await source.read(uow.session, [visit.id])]
    assert derived == list(stored.values())
    return stored[visit.id]


async def test_a_visit_is_counted_anew_at_each_step(db: Database, place: Place) -> None:
    """From the request to the outcome, without anybody telling the reports."""
    visit = await booked(db, place)
    assert (await line_of(db, visit)).result is Result.TO_COME
    async with db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, "staff:1", "", NOON)
        await uow.visits.close(visit.id, Outcome.VISITOR_ABSENT, {}, "system:worker", NOON)
        await uow.commit()
    assert (await line_of(db, visit)).result is Result.NO_SHOW


async def test_what_is_refused_counts_with_its_reason_and_what_is_withdrawn_before_a_decision_as_that(
    db: Database, place: Place
) -> None:
    """From the history, where the step came from; a note that takes no step changes nothing."""
    first = await refused(db, place, "no_match")
    async with db.begin() as uow:
        second = await uow.visits.add(asked(place), NOON)
        await uow.visits.move(second.id, VisitStatus.CANCELLED, "visitor:1", "by_visitor", NOON)
        await uow.visits.note(second.id, "staff:1", "called the family", NOON)
        await uow.commit()
    assert ((await line_of(db, first)).result, (await line_of(db, first)).reason) == (Result.REFUSED, "no_match")
    line = await line_of(db, second)
    assert (line.result, line.reason, line.category, line.inmate_id) == (Result.WITHDRAWN, "by_visitor", None, None)


async def test_a_corrected_cause_is_counted_as_what_counts(db: Database, place: Place) -> None:
    """And a loss that is taken away is lost without a cause."""
    visit = await held(db, place, had=600, family_network=240)
    assert (await line_of(db, visit)).minutes.lost == {LossCause.FAMILY_NETWORK: 240}
    async with db.begin() as uow:
        await uow.session.execute(update(VisitLossRow).values(cause=LossCause.TERMINAL_DOWN))
        await uow.commit()
    assert (await line_of(db, visit)).minutes.lost == {LossCause.TERMINAL_DOWN: 240}
    async with db.begin() as uow:
        await uow.session.execute(delete(VisitLossRow))
        await uow.commit()
    assert (await line_of(db, visit)).minutes.unexplained == 240


async def test_a_corrected_register_and_a_refused_visitor_are_counted(db: Database, place: Place) -> None:
    """Category and nationality are the register's of today; who may not come calls from nowhere."""
    visit = await held(db, place, mobile="+2348012345678")
    line = await line_of(db, visit)
    assert (line.abroad, line.foreigner, line.category) == (True, False, InmateCategory.UNDERTRIAL)
    async with db.begin() as uow:
        await uow.session.execute(update(InmateRow).values(nationality="NG", category=InmateCategory.CONVICT))
        await uow.session.execute(update(VisitorRow).values(decision=VisitorDecision.REFUSED))
        await uow.commit()
    line = await line_of(db, visit)
    assert (line.abroad, line.foreigner, line.category) == (False, True, InmateCategory.CONVICT)


async def test_a_jail_that_changes_its_clock_moves_its_visits_days(db: Database, place: Place) -> None:
    """Noon in Europe is midnight and later in New Zealand."""
    visit = await booked(db, place)
    before = (await line_of(db, visit)).day
    async with db.begin() as uow:
        await uow.session.execute(update(JailRow).values(timezone="Pacific/Auckland"))
        await uow.commit()
    assert (await line_of(db, visit)).day == before + timedelta(days=1)


async def test_a_visit_that_is_gone_is_not_counted_any_more(db: Database, place: Place) -> None:
    """Its row goes with it."""
    visit = await held(db, place)
    await line_of(db, visit)
    async with db.begin() as uow:
        await uow.session.execute(delete(VisitRow))
        await uow.commit()
    await count_all(db, LATER)
    async with db.read() as uow:
        assert await uow.reports.lines([visit.id]) == {}


async def test_counting_takes_a_batch_at_a_time_and_says_when_it_last_did(db: Database, place: Place) -> None:
    """Where nothing waits nothing is written."""
    assert await count(db, NOON) == 0
    async with db.read() as uow:
        assert await uow.reports.counted_at() is None
    for number in range(3):
        await booked(db, place, starts_at=NOON + timedelta(hours=number))
    # Each was inserted and then approved: two changes of one visit are one visit.
    assert await count(db, LATER, batch=4) == 2
    assert await count(db, LATER, batch=4) == 1
    assert await count(db, LATER, batch=4) == 0
    async with db.read() as uow:
        assert await uow.reports.counted_at() == LATER


async def test_what_changes_while_it_is_counted_is_counted_again(db: Database, place: Place) -> None:
    """Two who count at once, and a family that changes its mind in between: the last word is what stands there."""
    visits = [await booked(db, place, starts_at=NOON + timedelta(hours=number)) for number in range(4)]

    async def cancel(visit: Visit) -> None:
        async with db.begin() as uow:
            await uow.visits.move(visit.id, VisitStatus.CANCELLED, "staff:1", "weather", NOON)
            await uow.commit()

    await asyncio.gather(*(count_all(db, LATER, batch=1) for _ in range(3)), *map(cancel, visits))
    for visit in visits:
        assert (await line_of(db, visit)).result is Result.CANCELLED


async def test_rebuilding_finds_each_row_that_is_wrong_missing_or_left_over(db: Database, place: Place) -> None:
    """It says which and what, puts it right, and then finds nothing."""
    visits = [await held(db, place, starts_at=NOON + timedelta(hours=number)) for number in range(3)]
    await count_all(db, LATER)
    assert (await rebuild(db, LATER)).differences == ()
    async with db.begin() as uow:
        for statement in (
            f"UPDATE report_rows SET had = 1, admitted = NOT admitted WHERE visit_id = '{visits[0].id}'",
            f"DELETE FROM report_rows WHERE visit_id = '{visits[1].id}'",
            f"UPDATE report_rows SET visit_id = 'gone' WHERE visit_id = '{visits[2].id}'",
        ):
            await uow.session.execute(text(statement))
        await uow.commit()
    rebuilt = await rebuild(db, LATER, batch=2)
    assert rebuilt.visits == 3
    assert set(rebuilt.differences) == {
        Difference(visits[0].id, "wrong", ("admitted", "minutes")),
        Difference(visits[1].id, "missing"),
        Difference(visits[2].id, "missing"),
        Difference("gone", "left over"),
    }
    assert (await rebuild(db, LATER)).differences == ()


async def test_rebuilding_calls_no_difference_what_only_waits(
    db: Database, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that is made while it works stands in the queue, and is nobody's fault."""
    visit = await booked(db, place)
    await count_all(db, LATER)
    read = source.read

    async def changed_meanwhile(session: AsyncSession, visit_ids: Collection[str]) -> list[Told]:
        """Somebody cancels it just before it is read."""
        await session.execute(update(VisitRow).values(status=VisitStatus.CANCELLED))
        return await read(session, visit_ids)

    monkeypatch.setattr(source, "read", changed_meanwhile)
    rebuilt = await rebuild(db, LATER)
    assert (rebuilt.visits, rebuilt.differences) == (1, ())
    monkeypatch.undo()
    assert (await line_of(db, visit)).result is Result.CANCELLED
