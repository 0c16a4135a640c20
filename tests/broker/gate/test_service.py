"""broker.gate.service: letting people in, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from broker.gate.errors import PassNotGood, TooEarlyToMiss
from broker.gate.service import did_not_come, let_in, show
from broker.gate.standing import PATIENCE, Standing
from broker.storage.database import Database
from broker.visit import Outcome, Visit, VisitStatus
from config.secrets import digest
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.gate import in_person
from tests.support.visits import Place, booked

GUARD = "staff:3"


async def standing_of(db: Database, visit: Visit, seat: int = 0) -> Standing | None:
    """What the gate sees when a visitor's pass is scanned."""
    async with db.read() as uow:
        shown = await show(uow, digest(f"link of {visit.visitors[seat].id}"), NOON)
    return shown.standing if shown else None


async def test_the_first_one_let_in_opens_the_visit(db: Database, place: Place) -> None:
    """The history says who let whom in; the second one only adds a row."""
    visit = await in_person(db, place, visitors=2)
    await let_in(db, visit.id, visit.visitors[0].id, GUARD, NOON)
    assert await standing_of(db, visit) is Standing.INSIDE
    assert await standing_of(db, visit, 1) is Standing.GOOD
    await let_in(db, visit.id, visit.visitors[1].id, GUARD, NOON + timedelta(minutes=1))
    async with db.read() as uow:
        stored, history = await uow.visits.get(visit.id), await uow.visits.history(visit.id)
    assert (stored.status, stored.opened_at) == (VisitStatus.OPEN, NOON)
    assert [(row.by, row.to) for row in history[-2:]] == [(GUARD, VisitStatus.OPEN)] * 2


async def test_the_same_pass_twice_is_one_entry(db: Database, place: Place) -> None:
    """Two guards press at once: nobody sees an error, and it is written down once."""
    visit = await in_person(db, place)
    await asyncio.gather(*(let_in(db, visit.id, visit.visitors[0].id, GUARD, NOON) for _ in range(5)))
    async with db.read() as uow:
        history = await uow.visits.history(visit.id)
    assert [row.to for row in history].count(VisitStatus.OPEN) == 1


async def test_a_pass_that_is_not_good_lets_nobody_in(db: Database, place: Place) -> None:
    """The error says why, and nothing changes."""
    visit = await in_person(db, place, starts_at=NOON + timedelta(hours=2))
    with pytest.raises(PassNotGood) as refused:
        await let_in(db, visit.id, visit.visitors[0].id, GUARD, NOON)
    assert refused.value.standing is Standing.EARLY
    async with db.read() as uow:
        assert (await uow.visits.get(visit.id)).status is VisitStatus.APPROVED


async def test_nobody_came_is_the_visitors_absence(db: Database, place: Place, settings: Settings) -> None:
    """Only after they were waited for; pressing again changes nothing."""
    visit = await in_person(db, place)
    with pytest.raises(TooEarlyToMiss) as early:
        await did_not_come(db, settings, visit.id, GUARD, NOON)
    assert early.value.until == NOON + PATIENCE
    for _ in range(2):
        closed = await did_not_come(db, settings, visit.id, GUARD, NOON + PATIENCE)
        assert (closed.status, closed.outcome) == (VisitStatus.CLOSED, Outcome.VISITOR_ABSENT)


async def test_who_was_let_in_did_come(db: Database, place: Place, settings: Settings) -> None:
    """An open visit can't be called missed."""
    visit = await in_person(db, place)
    await let_in(db, visit.id, visit.visitors[0].id, GUARD, NOON)
    with pytest.raises(PassNotGood) as refused:
        await did_not_come(db, settings, visit.id, GUARD, NOON + PATIENCE)
    assert refused.value.standing is Standing.INSIDE


async def test_a_video_visits_link_is_no_pass(db: Database, place: Place) -> None:
    """Nor is a token of nobody."""
    visit = await booked(db, place)
    assert await standing_of(db, visit) is None
    async with db.read() as uow:
        assert await show(uow, digest("nobody's"), NOON) is None
