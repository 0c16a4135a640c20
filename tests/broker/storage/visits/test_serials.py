"""Serials of VisRNs: gap-free, never reused, whoever asks at once and whatever is rolled back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from broker.storage.database import Database
from tests.support.clock import NOON
from tests.support.visits import Place, furnish, request


async def _ask(db: Database, place: Place, *, give_up: bool = False, now: datetime = NOON) -> int | None:
    async with db.begin() as uow:
        visit = await uow.visits.add(request(place), now)
        if give_up:
            return None
        await uow.commit()
    return visit.visrn.serial


async def test_sixty_ask_at_once_a_third_gives_up_and_serials_have_no_gap(
    open_database: Callable[[], Database], place: Place
) -> None:
    """The numbers that were committed are 1 to 40, each once."""
    databases = [open_database() for _ in range(3)]
    serials = await asyncio.gather(
        *(_ask(databases[number % 3], place, give_up=number % 3 == number % 2) for number in range(60))
    )
    assert sorted(serial for serial in serials if serial is not None) == list(range(1, 41))


async def test_serial_of_a_visit_that_was_rolled_back_goes_to_the_next_one(db: Database, place: Place) -> None:
    """Nobody ever saw it."""
    assert await _ask(db, place) == 1
    assert await _ask(db, place, give_up=True) is None
    assert await _ask(db, place) == 2


async def test_each_jail_and_each_year_counts_from_one(db: Database, place: Place) -> None:
    """A serial belongs to a jail and a year."""
    other = await furnish(db, code=24)
    assert await _ask(db, place) == 1
    assert await _ask(db, other) == 1
    assert await _ask(db, place, now=datetime(2027, 6, 1, tzinfo=UTC)) == 1
    assert await _ask(db, place) == 2


async def test_year_is_that_of_the_jails_calendar(db: Database, place: Place) -> None:
    """In India the new year comes five and a half hours before UTC's."""
    async with db.begin() as uow:
        before = await uow.visits.add(request(place), datetime(2026, 12, 31, 18, 29, 59, tzinfo=UTC))
        after = await uow.visits.add(request(place), datetime(2026, 12, 31, 18, 30, tzinfo=UTC))
    assert (before.visrn.year, after.visrn.year) == (2026, 2027)
