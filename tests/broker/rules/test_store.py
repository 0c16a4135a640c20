"""Versions of rules in both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

import pytest

from broker.errors import NotFound
from broker.rules.errors import NoRule
from broker.rules.model import Clause
from broker.rules.store import rule_digest
from broker.storage.database import Database
from tests.support.rules import a_rule, enact
from tests.support.visits import Place

FIRST, SECOND = date(2026, 1, 1), date(2026, 4, 1)


async def test_a_version_reads_back_as_it_was_stored(db: Database, place: Place) -> None:
    """Sets, enums and dates survive the way through JSON."""
    rule = a_rule(sms=True, sources={Clause.SMS: "a leaflet"})
    stored = await enact(db, rule, valid_from=FIRST)
    async with db.read() as uow:
        assert await uow.rules.get(stored.id) == stored
    assert (stored.rule, stored.version, stored.valid_from) == (rule, 1, FIRST)


async def test_versions_count_up_and_hold_from_their_day(db: Database, place: Place) -> None:
    """What is decided on a day is decided by the version of that day."""
    one = await enact(db, valid_from=FIRST)
    two = await enact(db, a_rule(last_day=14), valid_from=SECOND)
    async with db.begin() as uow:
        assert [version.version for version in await uow.rules.versions(27)] == [1, 2]
        assert await uow.rules.in_force(27, date(2026, 3, 31)) == one
        assert await uow.rules.in_force(27, SECOND) == two
        assert await uow.rules.newest(27) == two


async def test_without_a_rule_nothing_is_made_up(db: Database, place: Place) -> None:
    """No version, no day before the first one, no such id, no such state."""
    await enact(db, valid_from=FIRST)
    async with db.begin() as uow:
        for state, on in ((27, date(2025, 12, 31)), (19, FIRST)):
            with pytest.raises(NoRule) as none:
                await uow.rules.in_force(state, on)
            assert (none.value.state_code, none.value.on) == (state, on)
        with pytest.raises(NotFound):
            await uow.rules.get(404)
        with pytest.raises(NotFound):
            await uow.rules.newest(99)
    with pytest.raises(NotFound):
        await enact(db, a_rule(state_code=99))


async def test_two_administrators_at_once_get_two_numbers(
    open_database: Callable[[], Database], db: Database, place: Place
) -> None:
    """Nobody's version is lost."""
    await asyncio.gather(*(enact(open_database(), a_rule(last_day=10 + number)) for number in range(6)))
    async with db.read() as uow:
        assert [version.version for version in await uow.rules.versions(27)] == [1, 2, 3, 4, 5, 6]


async def test_a_version_is_known_by_what_it_says_and_when(db: Database, place: Place) -> None:
    """The same rule from another day is another version."""
    await enact(db, valid_from=FIRST)
    async with db.read() as uow:
        assert await uow.rules.knows(27, a_rule(), FIRST)
        assert not await uow.rules.knows(27, a_rule(), SECOND)
        assert not await uow.rules.knows(19, a_rule(), FIRST)


def test_the_digest_does_not_depend_on_the_order_of_writing() -> None:
    """Two ways to write one rule are one rule."""
    rule = a_rule()
    turned = a_rule(minutes=dict(reversed(rule.minutes.items())))
    assert rule_digest(rule, FIRST) == rule_digest(turned, FIRST)
