"""The unit of work: what several repositories do in it is one thing."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from broker.errors import NotFound
from broker.storage.database import Database
from broker.storage.inmates import NewInmate
from broker.storage.unit import UnitOfWork
from broker.visit import InmateCategory
from tests.broker.samples import a_mail
from tests.support.clock import NOON
from tests.support.visits import Place, approved, request


async def write_everywhere(uow: UnitOfWork, place: Place, number: str = "C/2/26") -> str:
    """A terminal, an inmate, a visit and a mail, through four repositories; returns the visit's id."""
    await uow.terminals.add(place.jail.id, f"T-{number}")
    person = ("Ramesh Salunke", "Vithoba Salunke", 52, "male", InmateCategory.CONVICT, "IN")
    await uow.inmates.add(NewInmate(place.jail.id, number, *person))
    visit = await approved(uow, place, request(place))
    await uow.outbox.add(a_mail(visit_id=visit.id, visitor_id=visit.visitors[0].id))
    return visit.id


async def count(db: Database, place: Place) -> tuple[int, int]:
    """How many terminals and inmates the jail has."""
    async with db.read() as uow:
        return len(await uow.jails.terminals(place.jail.id)), len(await uow.inmates.of_jail(place.jail.id))


async def test_all_repositories_see_and_lose_the_same_transaction(db: Database, place: Place) -> None:
    """What one wrote another reads before the commit; a rollback takes all of it back, also their mail."""
    before = await count(db, place)
    async with db.begin() as uow:
        visit_id = await write_everywhere(uow, place)
        assert (await uow.visits.get(visit_id)).id == visit_id
        assert len(await uow.outbox.for_visit(visit_id)) == 1
        await uow.rollback()
        with pytest.raises(NotFound):
            await uow.visits.get(visit_id)
        assert await uow.outbox.for_visit(visit_id) == []
        await uow.commit()
    assert await count(db, place) == before


async def test_a_failure_behind_the_first_writes_leaves_none_of_them(db: Database, place: Place) -> None:
    """Half of a change is worse than none: the error of the last repository undoes the first one's work."""
    before = await count(db, place)

    async def fail_at_the_end() -> None:
        async with db.begin() as uow:
            await write_everywhere(uow, place)
            await uow.terminals.add(place.jail.id, "T1")

    with pytest.raises(IntegrityError):
        await fail_at_the_end()
    assert await count(db, place) == before


async def test_a_commit_keeps_all_of_it_and_a_later_rollback_takes_nothing_back(db: Database, place: Place) -> None:
    """What was committed is durable; only what came after it is undone."""
    async with db.begin() as uow:
        visit_id = await write_everywhere(uow, place)
        await uow.commit()
        await uow.terminals.add(place.jail.id, "too late")
        await uow.rollback()
    terminals, inmates = await count(db, place)
    assert (terminals, inmates) == (len(place.terminals) + 1, 2)
    async with db.read() as uow:
        assert (await uow.visits.get(visit_id)).opened_at is None
        assert [mail.created_at for mail in await uow.outbox.for_visit(visit_id)] == [NOON]
