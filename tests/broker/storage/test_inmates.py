"""People in prison: each jail its own numbers, and no name in a log."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from broker.storage import Database
from broker.storage.inmates import NewInmate
from broker.visit import InmateCategory
from tests.support.visits import Place, furnish


def new(jail_id: int, number: str) -> NewInmate:
    """Somebody else."""
    return NewInmate(jail_id, number, "Imran Shaikh", "Yusuf Shaikh", 41, "male", InmateCategory.CONVICT, "NG")


async def test_a_person_is_read_back_as_registered_and_in_that_order(db: Database, place: Place) -> None:
    """Every field; the jail's own people and nobody else's."""
    elsewhere = await furnish(db, code=24)
    async with db.begin() as uow:
        later = await uow.inmates.add(new(place.jail.id, "C/9/26"))
        last = await uow.inmates.add(new(place.jail.id, "C/1/26"))
        await uow.commit()
    async with db.read() as uow:
        assert await uow.inmates.of_jail(place.jail.id) == [place.inmate, later, last]
        assert await uow.inmates.of_jail(elsewhere.jail.id) == [elsewhere.inmate]
    assert (later.jail_id, later.number, later.name, later.father_name) == (
        place.jail.id,
        "C/9/26",
        "Imran Shaikh",
        "Yusuf Shaikh",
    )
    assert (later.age, later.gender, later.category, later.nationality) == (41, "male", InmateCategory.CONVICT, "NG")


async def test_a_number_is_one_persons_within_a_jail_and_may_return_in_another(db: Database, place: Place) -> None:
    """The jail's own numbering; two people under one number would get each other's visits."""
    elsewhere = await furnish(db, code=24)
    async with db.begin() as uow:
        await uow.inmates.add(new(elsewhere.jail.id, "C/9/26"))
        await uow.inmates.add(new(place.jail.id, "C/9/26"))
        await uow.commit()
    with pytest.raises(IntegrityError):
        async with db.begin() as uow:
            await uow.inmates.add(new(place.jail.id, "C/9/26"))


def test_somebody_to_be_stored_is_not_named_in_a_log_line() -> None:
    """An error that shows what could not be stored shows nobody."""
    shown = repr(new(1, "C/9/26"))
    for word in ("Imran", "Yusuf", "C/9/26", "41", "gender"):
        assert word not in shown
