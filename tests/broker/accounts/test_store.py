"""broker.accounts.store: one account for one address, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from broker.accounts.account import Account
from broker.errors import NotFound
from broker.storage.database import Database
from tests.support.clock import NOON

TYPED: dict[str, Any] = {
    "mobile": "+919000000001",
    "language": "hi",
    "timezone": "Asia/Kolkata",
    "profile": {"steps": {"you": {"name": "Savita"}}},
}


async def verified(db: Database, email: str = "savita@mail.example", **changes: Any) -> Account:
    """What happens when a code has come back from an address."""
    async with db.begin() as uow:
        account = await uow.accounts.verified(email, now=NOON, **(TYPED | changes))
        await uow.commit()
    return account


async def test_a_verified_address_has_an_account(db: Database) -> None:
    """It is found again by its id and by its address, however that is written."""
    made = await verified(db)
    async with db.read() as uow:
        assert await uow.accounts.get(made.id) == made
        assert await uow.accounts.by_email("Savita@Mail.Example ") == made
    assert made.created_at == NOON
    assert made.profile == TYPED["profile"]


async def test_the_same_address_again_is_the_same_account_brought_up_to_date(db: Database) -> None:
    """The number and the language typed last count; when it was made stays."""
    made = await verified(db)
    async with db.begin() as uow:
        again = await uow.accounts.verified(
            "SAVITA@mail.example", now=NOON + timedelta(days=9), **(TYPED | {"mobile": "+2348000000000"})
        )
        await uow.commit()
    assert (again.id, again.created_at) == (made.id, NOON)
    assert again.mobile == "+2348000000000"


async def test_two_at_once_for_a_new_address_make_one_account(db: Database) -> None:
    """Somebody pressed twice, or on two phones."""
    accounts = await asyncio.gather(*(verified(db) for _ in range(8)))
    assert len({account.id for account in accounts}) == 1


async def test_an_unknown_address_has_no_account(db: Database) -> None:
    """None by its address, NotFound by an id."""
    async with db.read() as uow:
        assert await uow.accounts.by_email("nobody@mail.example") is None
        with pytest.raises(NotFound):
            await uow.accounts.get("0" * 32)


async def test_the_language_of_letters_can_be_changed(db: Database) -> None:
    """And not for somebody who isn't there."""
    made = await verified(db)
    async with db.begin() as uow:
        await uow.accounts.set_language(made.id, "bn")
        with pytest.raises(NotFound):
            await uow.accounts.set_language("0" * 32, "bn")
        await uow.commit()
    async with db.read() as uow:
        assert (await uow.accounts.get(made.id)).language == "bn"
