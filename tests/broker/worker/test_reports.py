"""The counting loop: what changed is counted, a batch at a time, without being told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from broker.reports.line import Result
from broker.storage.database import Database
from broker.worker.reports import ReportsLoop
from tests.support.clock import NOON, ManualClock
from tests.support.visits import Place, booked


async def test_a_round_counts_what_waits(db: Database, place: Place, clock: ManualClock) -> None:
    """A batch a round; one that finds nothing writes nothing."""
    visits = [await booked(db, place, starts_at=NOON + timedelta(hours=number)) for number in range(3)]
    loop, stop = ReportsLoop(db, clock, batch=4), asyncio.Event()
    stop.set()
    counted = []
    for _ in range(3):
        await loop.round(stop)
        async with db.read() as uow:
            counted.append(len(await uow.reports.lines([visit.id for visit in visits])))
    assert counted == [2, 3, 3]


async def test_the_loop_goes_on_until_the_worker_stops(db: Database, place: Place, clock: ManualClock) -> None:
    """It waits between its looks, and is not kept waiting when it is asked to stop."""
    stop = asyncio.Event()
    loop = ReportsLoop(db, clock)
    waiting = asyncio.create_task(loop.round(stop))
    visit = await booked(db, place)
    stop.set()
    async with asyncio.timeout(1):
        await waiting
    await loop.round(stop)
    async with db.read() as uow:
        assert (await uow.reports.lines([visit.id]))[visit.id].result is Result.TO_COME
