"""Two who hold what the other one wants would wait for ever; on PostgreSQL, where transactions run side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from broker.deciding.approving import approve
from broker.deciding.cancelling import cancel_within
from broker.deciding.commands import Approval, Cancellation
from broker.deciding.reviews import for_inmate
from broker.lifecycle import VisitStatus
from broker.reasons import CancelReason
from broker.storage.database import Database
from broker.vocabulary import ReviewCause
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import STAFF, ask_for, counted, hold_of, open_office, stored


@pytest_asyncio.fixture
async def db(migrated_postgres_url: str) -> AsyncIterator[Database]:
    """SQLite's writers queue up: there nothing can cross."""
    database = Database(migrated_postgres_url)
    yield database
    await database.close()


async def test_review_of_an_inmate_and_a_cancellation_do_not_wait_for_each_other(
    db: Database, settings: Settings
) -> None:
    """The review holds the inmate and writes about the visit; the cancellation holds the visit and wants the inmate,
    to give the allowance back. A review needs no more of the visit than that it is there.
    """
    office = await open_office(db)
    visit = await ask_for(db, office)
    await approve(db, settings, Approval(visit.id, office.inmate.id, await hold_of(db, visit)), STAFF, NOON)
    both = asyncio.Barrier(2)

    async def release() -> list[str]:
        async with db.begin() as uow:
            await uow.inmates.lock(office.inmate.id)
            await both.wait()
            touched = await for_inmate(uow, office.inmate.id, ReviewCause.INMATE_RELEASED, "bail", NOON)
            await uow.commit()
        return touched

    async def cancel() -> None:
        async with db.begin() as uow:
            await uow.visits.lock(visit.id)
            await both.wait()
            cancellation = Cancellation(visit.id, CancelReason.LOCKDOWN)
            await cancel_within(uow, settings, cancellation, STAFF, NOON, give_back=True)
            await uow.commit()

    async with asyncio.timeout(10):
        touched, _ = await asyncio.gather(release(), cancel())
    assert touched == [visit.id]
    assert (await stored(db, visit)).status is VisitStatus.CANCELLED
    assert await counted(db, visit.id, office.inmate) == 0
