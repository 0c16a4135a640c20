"""The invented world: complete, there once, and kept apart from real ones."""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

import pyotp
import pytest
from sqlalchemy import func, select

from broker import demo
from broker.demo.world import PASSWORD, STAFF
from broker.errors import DemoRefused
from broker.staff import Role, verify_password
from broker.storage.database import Database
from broker.storage.models import Base, InmateRow
from broker.vocabulary import InmateCategory
from tests.support.visits import furnish


async def _rows(db: Database) -> dict[str, int]:
    async with db.read() as uow:
        return {
            name: await uow.session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


async def test_seeding_again_adds_nothing(world: Database) -> None:
    """Nor does it take anything away."""
    before = await _rows(world)
    await demo.seed(world)
    assert await _rows(world) == before
    assert before["states"] == 2
    assert before["jails"] == 4


async def test_two_processes_seed_at_once_and_make_one_world(migrated_url: str) -> None:
    """On an empty database, neither fails."""
    databases = [Database(migrated_url) for _ in range(2)]
    await asyncio.gather(*(demo.seed(db) for db in databases))
    rows = await _rows(databases[0])
    assert (rows["jails"], rows["staff"]) == (4, len(STAFF))
    assert await demo.is_seeded(databases[1])
    for db in databases:
        await db.close()


async def test_seeding_puts_back_what_is_missing(world: Database) -> None:
    """A later version of the world may know more people than the database."""
    before = await _rows(world)
    async with world.begin() as uow:
        await uow.session.delete(await uow.session.get_one(InmateRow, 1))
        await uow.commit()
    await demo.seed(world)
    assert await _rows(world) == before


async def test_empty_database_is_not_seeded(empty: Database) -> None:
    """And after seeding it is."""
    assert not await demo.is_seeded(empty)
    await demo.seed(empty)
    assert await demo.is_seeded(empty)


async def test_database_with_a_jail_of_its_own_is_left_alone(empty: Database) -> None:
    """Invented people never get mixed with real ones."""
    await furnish(empty)
    before = await _rows(empty)
    with pytest.raises(DemoRefused):
        await demo.seed(empty)
    assert await _rows(empty) == before


async def test_jails_have_what_a_visit_needs(world: Database) -> None:
    """Helpline, a known time zone, three or four terminals, somebody to visit; undertrial, convict, a foreigner."""
    async with world.read() as uow:
        held = []
        for jail in await uow.jails.all():
            assert jail.helpline
            assert ZoneInfo(jail.timezone).key == "Asia/Kolkata"
            assert 3 <= len(await uow.jails.terminals(jail.id)) <= 4
            held += await uow.inmates.of_jail(jail.id)
    assert {inmate.category for inmate in held} == set(InmateCategory)
    assert len([inmate for inmate in held if inmate.nationality != "IN"]) == 1


async def test_every_role_can_sign_in_and_whoever_decides_needs_a_second_factor(world: Database) -> None:
    """One documented password; operators and monitors have no TOTP secret, the others a usable one."""
    async with world.read() as uow:
        rows = [await uow.staff.by_username(member.username) for member in STAFF]
    assert {row.staff.role for row in rows if row} == set(Role)
    for row in rows:
        assert row is not None
        assert row.staff.demo
        assert row.staff.jail_ids
        assert row.staff.totp_required == (row.staff.role not in {Role.MONITOR, Role.OPERATOR})
        assert row.totp_secret is None or len(pyotp.TOTP(row.totp_secret).now()) == 6
    hashes = {row.password_hash for row in rows if row}
    assert [await verify_password(each, PASSWORD) for each in hashes] == [True] * len(hashes)


async def test_scopes_are_one_jail_one_state_or_everything(world: Database) -> None:
    """An operator sees one jail, a monitor the two of a state, the system's administrator all four."""
    async with world.read() as uow:
        seen = {
            username: len(row.staff.jail_ids)
            for username in ("operator.devgiri", "monitor.westbengal", "admin")
            if (row := await uow.staff.by_username(username))
        }
    assert seen == {"operator.devgiri": 1, "monitor.westbengal": 2, "admin": 4}
