"""Keys of other systems: shown once, stored as digests, for one jail or one state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from broker.errors import NotFound
from broker.storage.database import Database
from tests.support.clock import NOON
from tests.support.visits import Place


async def test_a_key_opens_until_it_is_revoked(db: Database, place: Place) -> None:
    """And no other text does."""
    async with db.begin() as uow:
        key, token = await uow.api_keys.add("ERP", jail_id=place.jail.id, by="staff:1", now=NOON)
        _, other = await uow.api_keys.add("State", state_code=27, by="staff:1", now=NOON)
        await uow.commit()
    assert token != other
    async with db.begin() as uow:
        assert await uow.api_keys.by_token(token) == key
        assert await uow.api_keys.by_token(token + "x") is None
        await uow.api_keys.revoke(key.id, NOON)
        await uow.api_keys.revoke(key.id, NOON + timedelta(days=1))
        assert await uow.api_keys.by_token(token) is None
        assert (await uow.api_keys.get(key.id)).revoked_at == NOON
        assert [each.name for each in await uow.api_keys.all()] == ["State", "ERP"]
        with pytest.raises(NotFound):
            await uow.api_keys.get(4711)


async def test_a_key_reaches_its_own_jail_or_all_of_its_state(db: Database, place: Place) -> None:
    """And nothing else; one for neither or for both can't be made."""
    async with db.begin() as uow:
        jail, _ = await uow.api_keys.add("ERP", jail_id=place.jail.id, by="staff:1", now=NOON)
        state, _ = await uow.api_keys.add("State", state_code=27, by="staff:1", now=NOON)
        neither: dict[str, Any] = {}
        for both in (neither, {"jail_id": place.jail.id, "state_code": 27}):
            with pytest.raises(ValueError, match="a jail or for a state"):
                await uow.api_keys.add("x", by="staff:1", now=NOON, **both)
    assert jail.reaches(place.jail.id, 27)
    assert not jail.reaches(place.jail.id + 1, 27)
    assert state.reaches(4711, 27)
    assert not state.reaches(4711, 19)


async def test_the_last_use_is_noted_once_a_minute(db: Database, place: Place) -> None:
    """Often enough to see what is in use, not a write for each request."""
    async with db.begin() as uow:
        key, _ = await uow.api_keys.add("ERP", jail_id=place.jail.id, by="staff:1", now=NOON)
        assert key.is_stale(NOON)
        await uow.api_keys.used(key, NOON)
        used = await uow.api_keys.get(key.id)
        await uow.commit()
    assert not used.is_stale(NOON + timedelta(seconds=59))
    assert used.is_stale(NOON + timedelta(seconds=60))
