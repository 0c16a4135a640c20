"""Invitations and recovery codes: each opens once, for one person."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest_asyncio

from broker.staff import Role
from broker.storage.database import Database
from broker.storage.staff import NewStaff
from tests.support.clock import NOON

LATER = NOON + timedelta(days=3)


@pytest_asyncio.fixture
async def staff_id(db: Database) -> int:
    """Somebody invited."""
    async with db.begin() as uow:
        staff = await uow.staff.add(NewStaff("asha", "Asha", Role.OPERATOR, ""))
        await uow.commit()
    return staff.id


async def test_an_invitation_is_spent_by_one_of_many(db: Database, staff_id: int) -> None:
    """Whoever presses twice, or has a copy of the link, is too late."""
    async with db.begin() as uow:
        await uow.staff.access.invite(staff_id, "a" * 64, "staff:1", NOON, LATER)
        await uow.commit()

    async def spend() -> bool:
        async with db.begin() as uow:
            spent = await uow.staff.access.spend_invite("a" * 64, NOON)
            await uow.commit()
            return spent

    assert sorted(await asyncio.gather(*(spend() for _ in range(5)))) == [False] * 4 + [True]
    async with db.read() as uow:
        assert await uow.staff.access.invited("a" * 64, NOON) is None


async def test_a_newer_invitation_is_the_only_one(db: Database, staff_id: int) -> None:
    """The mail that was lost opens nothing when it is found; neither does one that is over."""
    async with db.begin() as uow:
        access = uow.staff.access
        await access.invite(staff_id, "a" * 64, "staff:1", NOON, LATER)
        await access.invite(staff_id, "b" * 64, "staff:1", NOON, LATER)
        assert [await access.invited(each * 64, NOON) for each in "ab"] == [None, staff_id]
        assert await access.invited("b" * 64, LATER) is None
        assert not await access.spend_invite("b" * 64, LATER)
        assert await access.expiry(staff_id) == LATER
        await access.withdraw_invites(staff_id)
        assert await access.expiry(staff_id) is None


async def test_recovery_codes_are_ones_own_and_work_once(db: Database, staff_id: int) -> None:
    """New ones replace all of the old."""
    async with db.begin() as uow:
        access = uow.staff.access
        other = await uow.staff.add(NewStaff("bina", "Bina", Role.OPERATOR, ""))
        await access.replace_recovery(staff_id, ["a" * 64, "b" * 64])
        assert not await access.spend_recovery(other.id, "a" * 64, NOON)
        assert [await access.spend_recovery(staff_id, "a" * 64, NOON) for _ in range(2)] == [True, False]
        assert await access.recovery_left(staff_id) == 1
        await access.replace_recovery(staff_id, ["c" * 64])
        assert not await access.spend_recovery(staff_id, "b" * 64, NOON)
        assert await access.recovery_left(staff_id) == 1
