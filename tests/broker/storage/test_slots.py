"""Two live visits never hold one terminal at one instant: the database says so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from broker.errors import SlotTaken
from broker.lifecycle import VisitStatus
from broker.storage.database import Database
from broker.visit import Slot
from tests.support.clock import NOON
from tests.support.visits import STAFF, Place, approved, booked, request

MINUTE = timedelta(minutes=1)


async def test_hundred_book_one_slot_at_once_and_exactly_one_gets_it(
    open_database: Callable[[], Database], place: Place
) -> None:
    """From five processes' worth of connections; the losers hear SlotTaken and leave no trace, not even a serial."""
    databases = [open_database() for _ in range(5)]

    async def book(number: int) -> str:
        try:
            return str((await booked(databases[number % 5], place)).visrn)
        except SlotTaken:
            return "taken"

    results = Counter(await asyncio.gather(*(book(number) for number in range(100))))
    assert results == {"taken": 99, "27/11/1/2026": 1}
    async with databases[0].read() as uow:
        assert len(await uow.visits.day([place.jail.id], NOON, NOON + MINUTE)) == 1


async def test_fifty_book_overlapping_slots_of_different_starts_and_exactly_one_gets_in(
    open_database: Callable[[], Database], place: Place
) -> None:
    """Each pair overlaps, no two start together: equality of starts isn't what's compared."""
    databases = [open_database() for _ in range(4)]

    async def book(number: int) -> bool:
        try:
            await booked(databases[number % 4], place, starts_at=NOON + timedelta(seconds=10 * number))
        except SlotTaken:
            return False
        return True

    assert sum(await asyncio.gather(*(book(number) for number in range(50)))) == 1


@pytest.mark.parametrize("shift", [-14, -1, 0, 1, 14])
async def test_second_visit_overlaps_and_is_refused(db: Database, place: Place, shift: int) -> None:
    """From either side, and in the middle; the error names the terminal."""
    await booked(db, place)
    with pytest.raises(SlotTaken) as refused:
        await booked(db, place, starts_at=NOON + shift * MINUTE)
    assert refused.value.terminal_id == place.terminals[0].id


async def test_longer_visit_swallows_another_and_is_refused(db: Database, place: Place) -> None:
    """No boundary of the first lies outside of the second."""
    await booked(db, place)
    async with db.begin() as uow:
        with pytest.raises(SlotTaken):
            await approved(uow, place, request(place, starts_at=NOON - MINUTE, minutes=30))


@pytest.mark.parametrize("shift", [-15, 15])
async def test_second_visit_touches_the_first_and_is_booked(db: Database, place: Place, shift: int) -> None:
    """The end instant is the next slot's first."""
    await booked(db, place)
    assert (await booked(db, place, starts_at=NOON + shift * MINUTE)).live


async def test_second_visit_takes_the_other_terminal_and_is_booked(db: Database, place: Place) -> None:
    """Terminals don't share anything."""
    await booked(db, place)
    assert (await booked(db, place, terminal=1)).live


async def test_open_visit_still_holds_its_terminal(db: Database, place: Place) -> None:
    """Open is live too."""
    first = await booked(db, place)
    async with db.begin() as uow:
        await uow.visits.move(first.id, VisitStatus.OPEN, STAFF, "", NOON)
        await uow.commit()
    with pytest.raises(SlotTaken):
        await booked(db, place)


async def test_cancelled_visit_gives_its_terminal_back(db: Database, place: Place) -> None:
    """Only live visits count."""
    first = await booked(db, place)
    async with db.begin() as uow:
        await uow.visits.move(first.id, VisitStatus.CANCELLED, STAFF, "lockdown", NOON)
        await uow.commit()
    assert (await booked(db, place)).live


async def test_staff_try_another_slot_after_a_refusal_in_the_same_transaction(db: Database, place: Place) -> None:
    """SlotTaken undoes the approval alone: request and history stay, and the transaction goes on."""
    await booked(db, place)
    new = request(place)
    async with db.begin() as uow:
        with pytest.raises(SlotTaken):
            await approved(uow, place, new)
        assert (await uow.visits.get(new.id)).status is VisitStatus.REQUESTED
        free = await uow.jails.free_terminal(new.starts_at, new.ends_at)
        assert free is not None
        visit = await uow.visits.approve(new.id, Slot(free.id, new.starts_at, new.ends_at), STAFF, NOON)
        await uow.commit()
    assert visit.terminal == place.terminals[1]
