"""Reminders in the database: each once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from broker.reminders import Reminder
from broker.storage.database import Database
from broker.visit import Visit, VisitStatus
from tests.support.clock import NOON
from tests.support.visits import STAFF, Place, booked, request

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
STARTS = NOON + 3 * DAY


async def due(db: Database, at: timedelta) -> list[tuple[str, Reminder]]:
    """What is due so long before the visit."""
    async with db.read() as uow:
        return await uow.reminders.due(STARTS - at, 10)


async def test_reminder_is_due_once_a_day_and_once_an_hour_before(db: Database, place: Place) -> None:
    """And not before its time, nor after it was taken."""
    visit = await booked(db, place, starts_at=STARTS)
    assert await due(db, DAY + HOUR) == []
    assert await due(db, DAY) == [(visit.id, Reminder.REMINDER_DAY)]
    async with db.begin() as uow:
        assert await uow.reminders.take(visit.id, Reminder.REMINDER_DAY, STARTS - DAY)
        assert not await uow.reminders.take(visit.id, Reminder.REMINDER_DAY, STARTS - DAY)
        await uow.commit()
    assert await due(db, DAY) == []
    assert await due(db, HOUR) == [(visit.id, Reminder.REMINDER_HOUR)]
    assert await due(db, timedelta(minutes=5)) == []


async def test_two_workers_take_one_reminder_once(
    open_database: Callable[[], Database], db: Database, place: Place
) -> None:
    """At the same moment, each in a transaction of its own."""
    visit = await booked(db, place, starts_at=STARTS)

    async def take(database: Database) -> bool:
        async with database.begin() as uow:
            mine = await uow.reminders.take(visit.id, Reminder.REMINDER_DAY, STARTS - DAY)
            await uow.commit()
        return mine

    async with asyncio.timeout(30):
        taken = await asyncio.gather(*(take(open_database()) for _ in range(4)))
    assert sorted(taken) == [False, False, False, True]


async def test_only_approved_visits_are_reminded_of(db: Database, place: Place) -> None:
    """Neither a request, nor a visit that was cancelled meanwhile, even if it was found before."""
    cancelled = await booked(db, place, starts_at=STARTS)
    async with db.begin() as uow:
        await uow.visits.add(request(place, starts_at=STARTS), NOON)
        await uow.commit()
    assert await due(db, DAY) == [(cancelled.id, Reminder.REMINDER_DAY)]
    async with db.begin() as uow:
        await uow.visits.move(cancelled.id, VisitStatus.CANCELLED, STAFF, "lockdown", NOON)
        assert not await uow.reminders.take(cancelled.id, Reminder.REMINDER_DAY, STARTS - DAY)
        assert not await uow.reminders.take("0" * 32, Reminder.REMINDER_DAY, STARTS - DAY)
        await uow.commit()
    assert await due(db, DAY) == []


async def _told(db: Database, visit: Visit, before: timedelta) -> None:
    async with db.begin() as uow:
        await uow.reminders.arm(visit.id, visit.starts_at, STARTS - before)
        await uow.commit()


async def test_family_told_late_gets_no_reminder_that_would_come_at_once(db: Database, place: Place) -> None:
    """Told two hours before: the hour's reminder alone. Told of it again: as if for the first time."""
    visit = await booked(db, place, starts_at=STARTS)
    await _told(db, visit, 2 * HOUR)
    assert await due(db, 5 * HOUR) == []
    assert await due(db, HOUR) == [(visit.id, Reminder.REMINDER_HOUR)]
    await _told(db, visit, 2 * DAY)
    assert await due(db, 5 * HOUR) == [(visit.id, Reminder.REMINDER_DAY)]


async def test_many_are_taken_in_parts_the_soonest_first(db: Database, place: Place) -> None:
    """The more urgent reminder before the other, and no more than asked for."""
    later = await booked(db, place, starts_at=STARTS, terminal=1)
    soon = await booked(db, place, starts_at=STARTS - 20 * HOUR)
    async with db.read() as uow:
        now = soon.starts_at - HOUR
        assert await uow.reminders.due(now, 1) == [(soon.id, Reminder.REMINDER_HOUR)]
        assert await uow.reminders.due(now, 5) == [
            (soon.id, Reminder.REMINDER_HOUR),
            (later.id, Reminder.REMINDER_DAY),
        ]
