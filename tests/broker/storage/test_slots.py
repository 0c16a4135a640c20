"""Two live visits never hold one terminal, nor want one person, at one instant: the database says so."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from broker.errors import InmateBooked, SlotTaken
from broker.lifecycle import VisitStatus
from broker.storage.database import Database
from broker.storage.models import VisitRow
from broker.visit import Slot, Visit
from tests.support.clock import NOON
from tests.support.visits import STAFF, Place, approved, booked, free_inmate, furnish, request

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


async def book_same_person(
    db: Database, place: Place, *, terminal: int = 1, starts_at: datetime = NOON, minutes: float = 15
) -> Visit:
    """A visit to the place's inmate, whoever else is free, committed."""
    new = request(place, starts_at=starts_at, minutes=minutes)
    async with db.begin() as uow:
        await uow.visits.add(new, NOON)
        slot = Slot(place.terminals[terminal].id, new.starts_at, new.ends_at)
        visit = await uow.visits.approve(new.id, slot, STAFF, NOON)
        await uow.commit()
    return visit


@pytest.mark.parametrize(("shift", "minutes"), [(-14, 15), (-1, 30), (0, 15), (1, 5), (14, 15)])
async def test_one_person_is_not_booked_on_two_terminals_at_once(
    db: Database, place: Place, shift: int, minutes: int
) -> None:
    """They can be in one place only: from either side, around, and in the middle."""
    await book_same_person(db, place, terminal=0)
    starts_at = NOON + shift * MINUTE
    with pytest.raises(InmateBooked) as refused:
        await book_same_person(db, place, starts_at=starts_at, minutes=minutes)
    assert (refused.value.starts_at, refused.value.ends_at) == (starts_at, starts_at + minutes * MINUTE)
    with pytest.raises(SlotTaken):
        await book_same_person(db, place, terminal=0)


async def test_forty_book_one_person_at_once_on_many_terminals_and_exactly_one_gets_them(
    open_database: Callable[[], Database],
) -> None:
    """From several processes' connections, none of which waits for another for ever."""
    databases = [open_database() for _ in range(5)]
    place = await furnish(databases[0], terminals=10)

    async def book(number: int) -> bool:
        try:
            await book_same_person(databases[number % 5], place, terminal=number % 10)
        except (InmateBooked, SlotTaken):
            return False
        return True

    async with asyncio.timeout(120):
        assert sum(await asyncio.gather(*(book(number) for number in range(40)))) == 1


@pytest.mark.parametrize("shift", [-15, 15])
async def test_one_person_has_one_visit_after_another(db: Database, place: Place, shift: int) -> None:
    """Visits that touch do not overlap; what is cancelled holds nobody."""
    first = await book_same_person(db, place, terminal=0)
    assert (await book_same_person(db, place, starts_at=NOON + shift * MINUTE)).live
    async with db.begin() as uow:
        await uow.visits.move(first.id, VisitStatus.CANCELLED, STAFF, "lockdown", NOON)
        await uow.commit()
    assert (await book_same_person(db, place)).live


async def test_a_visit_is_not_moved_to_where_its_person_is_somewhere_else(db: Database, place: Place) -> None:
    """The refusal leaves it where it was, and the transaction goes on."""
    await book_same_person(db, place, terminal=0)
    later = await book_same_person(db, place, starts_at=NOON + 60 * MINUTE)
    async with db.begin() as uow:
        slot = Slot(place.terminals[1].id, NOON + 5 * MINUTE, NOON + 20 * MINUTE)
        with pytest.raises(InmateBooked):
            await uow.visits.reschedule(later.id, slot, STAFF, NOON, "equipment")
        assert (await uow.visits.get(later.id)).slot == later.slot
        touching = Slot(place.terminals[1].id, NOON + 15 * MINUTE, NOON + 30 * MINUTE)
        moved = await uow.visits.reschedule(later.id, touching, STAFF, NOON, "equipment")
        assert moved.slot == touching


@pytest.mark.parametrize("column", ["inmate_id", "status", "starts_at"])
async def test_the_database_itself_refuses_two_visits_of_one_person(db: Database, place: Place, column: str) -> None:
    """Whatever writes to it, and whichever column would bring them together."""
    first = await book_same_person(db, place, terminal=0)
    new = request(place, starts_at=NOON + MINUTE * (60 if column == "starts_at" else 0))
    slot = Slot(place.terminals[1].id, new.starts_at, new.ends_at)
    async with db.begin() as uow:
        if column == "inmate_id":
            new = replace(new, inmate_id=(await free_inmate(uow, place, new.starts_at, new.ends_at)).id)
        await uow.visits.add(new, NOON)
        if column != "status":
            await uow.visits.approve(new.id, slot, STAFF, NOON)
        await uow.commit()
    together: dict[str, dict[str, object]] = {
        "inmate_id": {"inmate_id": place.inmate.id},
        "status": {"status": VisitStatus.APPROVED, "terminal_id": slot.terminal_id},
        "starts_at": {"starts_at": first.starts_at, "ends_at": first.ends_at},
    }
    async with db.begin() as uow:
        with pytest.raises(IntegrityError, match="ex_visits_inmate_live"):
            await uow.session.execute(update(VisitRow).where(VisitRow.id == new.id).values(together[column]))
