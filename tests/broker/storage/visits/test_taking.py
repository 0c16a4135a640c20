"""Nobody in prison has two live visits at one instant: the database says so, and says it in a way to go on from."""

from __future__ import annotations

import asyncio
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
from tests.support.visits import STAFF, Place, free_inmate, furnish, request

MINUTE = timedelta(minutes=1)


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
