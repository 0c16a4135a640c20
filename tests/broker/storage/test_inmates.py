"""People in prison: each jail its own numbers, and no name in a log."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from broker.errors import NotFound
from broker.storage.database import Database
from broker.storage.inmates import NewInmate
from broker.visit import InmateCategory
from broker.vocabulary import InmateStatus
from tests.support.clock import NOON
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


async def test_a_line_is_written_anew_and_a_status_alone(db: Database, place: Place) -> None:
    """Under the same id, so that visits and restrictions stay with the person."""
    async with db.begin() as uow:
        changed = await uow.inmates.write(place.inmate.id, new(place.jail.id, place.inmate.number), NOON)
        assert (changed.id, changed.name, changed.age) == (place.inmate.id, "Imran Shaikh", 41)
        away = await uow.inmates.set_status(place.inmate.id, InmateStatus.AWAY, NOON)
        assert await uow.inmates.lock(place.inmate.id) == await uow.inmates.get(place.inmate.id) == away
        assert away.status is InmateStatus.AWAY
        with pytest.raises(NotFound):
            await uow.inmates.get(4711)


async def test_somebody_is_found_by_a_number_however_it_is_typed(db: Database, place: Place) -> None:
    """In that jail alone."""
    elsewhere = await furnish(db, code=24)
    async with db.read() as uow:
        assert await uow.inmates.by_number(place.jail.id, " ut /1/26") == place.inmate
        assert await uow.inmates.by_number(elsewhere.jail.id, "UT/1/26") == elsewhere.inmate
        assert await uow.inmates.by_number(place.jail.id, "UT/1/2") is None


async def test_a_register_is_read_in_pages_searched_and_counted(db: Database, place: Place) -> None:
    """Every word must be in a number or a name; signs of LIKE are signs."""
    async with db.begin() as uow:
        others = [await uow.inmates.add(new(place.jail.id, f"C/{n}/26")) for n in (7, 8)]
        await uow.inmates.set_status(others[1].id, InmateStatus.RELEASED, NOON)
        inmates, jail_id = uow.inmates, place.jail.id
        first = await inmates.page(jail_id, limit=2)
        rest = await inmates.page(jail_id, after=first[-1].id, limit=2)
        assert [each.id for each in first + rest] == [place.inmate.id, *(each.id for each in others)]
        assert [each.number for each in await inmates.page(jail_id, text="shaikh c/7")] == ["C/7/26"]
        assert await inmates.page(jail_id, text="%") == []
        assert [each.number for each in await inmates.page(jail_id, status=InmateStatus.RELEASED)] == ["C/8/26"]
        assert await inmates.counts(jail_id) == {InmateStatus.HELD: 2, InmateStatus.RELEASED: 1}
        assert len(await inmates.of_jail(jail_id, {InmateStatus.HELD})) == 2
