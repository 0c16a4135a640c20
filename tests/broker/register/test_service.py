"""A register brought up to date: all of it or nothing, and the visits it touches."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from broker.register.errors import BadLines, Overtaken
from broker.register.plan import Gone
from broker.register.rows import parse
from broker.register.service import apply, dry_run, find_jail
from broker.storage.database import Database
from broker.vocabulary import InmateStatus
from tests.support.clock import NOON
from tests.support.visits import Place, booked, furnish

HEAD = "number,name,father_name,age,gender,category,status\n"
SANJAY = "UT/1/26,Sanjay Kolte,Mahadev Kolte,34,male,undertrial,"
IMRAN = "UT/2/26,Imran Shaikh,Yusuf Shaikh,41,male,convict,held\n"


async def test_a_dry_run_changes_nothing_and_says_what_apply_then_does(db: Database, place: Place) -> None:
    """The same plan, before and after; repeated, it is empty."""
    rows = parse((HEAD + SANJAY + "away\n" + IMRAN).encode()).rows
    planned = await dry_run(db, place.jail.id, rows)
    async with db.read() as uow:
        assert await uow.inmates.of_jail(place.jail.id) == [place.inmate]
    done = await apply(db, place.jail.id, rows, "system:import", NOON)
    assert done.plan == planned
    async with db.read() as uow:
        sanjay, imran = await uow.inmates.of_jail(place.jail.id)
    assert (sanjay.id, sanjay.status, imran.number) == (place.inmate.id, InmateStatus.AWAY, "UT/2/26")
    assert (await dry_run(db, place.jail.id, rows)).is_empty


async def test_one_bad_line_keeps_the_whole_file_out(db: Database, place: Place) -> None:
    """Nobody is left out unnoticed."""
    parsed = parse((HEAD + IMRAN + "UT/3,,x,41,male,convict,\n").encode())
    with pytest.raises(BadLines) as refused:
        await apply(db, place.jail.id, parsed.rows, "system:import", NOON, faults=parsed.faults)
    assert [fault.line for fault in refused.value.faults] == [3]
    async with db.read() as uow:
        assert await uow.inmates.of_jail(place.jail.id) == [place.inmate]


@pytest.mark.parametrize("gone", [Gone.RELEASED, Gone.MOVED])
async def test_visits_of_whoever_is_gone_come_to_the_queue(db: Database, place: Place, gone: Gone) -> None:
    """Those to come; the register of another jail is not looked at."""
    elsewhere = await furnish(db, code=24)
    visit = await booked(db, place, starts_at=NOON + timedelta(days=1))
    done = await apply(db, place.jail.id, parse((HEAD + IMRAN).encode()).rows, "system:import", NOON, gone=gone)
    assert done.reviews == (visit.id,)
    async with db.read() as uow:
        assert (await uow.inmates.get(place.inmate.id)).status == gone.value
        assert (await uow.inmates.get(elsewhere.inmate.id)).status is InmateStatus.HELD


async def test_two_imports_at_once_leave_one_register(db: Database, place: Place) -> None:
    """Nobody is there twice; whoever was too late is told to try again."""
    rows = parse((HEAD + IMRAN).encode()).rows
    results = await asyncio.gather(
        *(apply(db, place.jail.id, rows, "system:import", NOON) for _ in range(4)), return_exceptions=True
    )
    assert any(not isinstance(result, BaseException) for result in results)
    assert all(isinstance(result, Overtaken) for result in results if isinstance(result, BaseException))
    async with db.read() as uow:
        assert len(await uow.inmates.of_jail(place.jail.id)) == 2


async def test_a_jail_is_found_by_its_codes(db: Database, place: Place) -> None:
    """As its VisRNs begin."""
    assert await find_jail(db, 27, 11) == place.jail
    assert await find_jail(db, 27, 12) is None
