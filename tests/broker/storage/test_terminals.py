"""Pairing a browser with a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from broker.errors import PairCodeTaken
from broker.storage.database import Database
from config.secrets import digest
from tests.support.clock import NOON
from tests.support.visits import Place

LATER = NOON + timedelta(minutes=10)
CODE, SECRET = digest("12345678"), digest("secret")


async def test_browser_pairs_with_a_code_and_is_known_by_its_secret(db: Database, place: Place) -> None:
    """The terminal says that it is paired."""
    terminal = place.terminals[0]
    assert not terminal.paired
    async with db.begin() as uow:
        await uow.terminals.set_pair_code(terminal.id, CODE, LATER)
        paired = await uow.terminals.redeem_pair_code(CODE, NOON, SECRET)
        assert paired is not None
        assert paired.id == terminal.id
        assert paired.paired
        assert await uow.terminals.by_secret(SECRET) == paired
        assert await uow.terminals.by_secret(digest("another")) is None


async def test_code_pairs_once(db: Database, place: Place) -> None:
    """Whoever reads it over a shoulder comes too late."""
    async with db.begin() as uow:
        await uow.terminals.set_pair_code(place.terminals[0].id, CODE, LATER)
        assert await uow.terminals.redeem_pair_code(CODE, NOON, SECRET)
        assert await uow.terminals.redeem_pair_code(CODE, NOON, digest("thief")) is None
        assert await uow.terminals.by_secret(digest("thief")) is None


async def test_ten_browsers_try_one_code_at_once_and_one_gets_the_terminal(
    open_database: Callable[[], Database], db: Database, place: Place
) -> None:
    """The look and the taking are one step."""
    async with db.begin() as uow:
        await uow.terminals.set_pair_code(place.terminals[0].id, CODE, LATER)
        await uow.commit()
    databases = [open_database() for _ in range(2)]

    async def redeem(number: int) -> bool:
        async with databases[number % 2].begin() as uow:
            got = await uow.terminals.redeem_pair_code(CODE, NOON, digest(f"browser {number}"))
            await uow.commit()
        return got is not None

    assert sum(await asyncio.gather(*(redeem(number) for number in range(10)))) == 1


async def test_code_is_dead_from_its_expiry_on(db: Database, place: Place) -> None:
    """To the instant."""
    async with db.begin() as uow:
        await uow.terminals.set_pair_code(place.terminals[0].id, CODE, LATER)
        assert await uow.terminals.redeem_pair_code(CODE, LATER, SECRET) is None


async def test_new_code_kills_the_one_before(db: Database, place: Place) -> None:
    """Only the one on the screen counts."""
    async with db.begin() as uow:
        await uow.terminals.set_pair_code(place.terminals[0].id, CODE, LATER)
        await uow.terminals.set_pair_code(place.terminals[0].id, digest("new"), LATER)
        assert await uow.terminals.redeem_pair_code(CODE, NOON, SECRET) is None


async def test_two_terminals_never_wait_with_the_same_code(db: Database, place: Place) -> None:
    """The second is told to make another, and the transaction goes on."""
    async with db.begin() as uow:
        await uow.terminals.set_pair_code(place.terminals[0].id, CODE, LATER)
        with pytest.raises(PairCodeTaken):
            await uow.terminals.set_pair_code(place.terminals[1].id, CODE, LATER)
        await uow.terminals.set_pair_code(place.terminals[1].id, digest("another"), LATER)
        got = await uow.terminals.redeem_pair_code(CODE, NOON, SECRET)
        assert got is not None
        assert got.id == place.terminals[0].id


async def test_new_browser_takes_the_terminal_from_the_old_one_and_unpairing_from_both(
    db: Database, place: Place
) -> None:
    """One browser a terminal."""
    terminal = place.terminals[0].id
    async with db.begin() as uow:
        await uow.terminals.pair(terminal, SECRET)
        await uow.terminals.pair(terminal, digest("new browser"))
        assert await uow.terminals.by_secret(SECRET) is None
        assert not (await uow.terminals.pair(terminal, None)).paired
        assert await uow.terminals.by_secret(digest("new browser")) is None
