"""Jails, and which terminal is free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.errors import BadSlot
from broker.lifecycle import Outcome
from broker.storage.database import Database
from tests.support.clock import NOON
from tests.support.visits import Place, booked, furnish

MINUTE = timedelta(minutes=1)
END = NOON + 15 * MINUTE


async def test_jails_and_terminals_are_listed_in_order(db: Database) -> None:
    """By state and code; terminals by name."""
    later, first, other = (
        await furnish(db, code=24, terminals=3),
        await furnish(db, code=11),
        await furnish(db, state=19, code=3),
    )
    async with db.read() as uow:
        assert await uow.jails.all() == [other.jail, first.jail, later.jail]
        assert await uow.jails.terminals(later.jail.id) == list(later.terminals)
        assert [state.code for state in await uow.jails.states()] == [19, 27]
        assert await uow.inmates.of_jail(later.jail.id) == [later.inmate]


async def test_terminal_without_any_live_visit_is_offered_first(db: Database, place: Place) -> None:
    """Rather than one that is free just then but has another visit later."""
    await booked(db, place, starts_at=NOON + 60 * MINUTE)
    async with db.read() as uow:
        assert await uow.jails.free_terminal(NOON, END) == place.terminals[1]


async def test_terminal_whose_last_visit_is_longest_ago_is_offered_first(db: Database, place: Place) -> None:
    """So that a visit doesn't follow on the heels of another while a terminal stands idle."""
    for terminal, hour in ((0, -1), (1, -2)):
        visit = await booked(db, place, terminal=terminal, starts_at=NOON + hour * 60 * MINUTE)
        async with db.begin() as uow:
            await uow.visits.close(visit.id, Outcome.NOBODY_CAME, {}, "system:worker", NOON)
            await uow.commit()
    async with db.read() as uow:
        assert await uow.jails.free_terminal(NOON, END) == place.terminals[1]


async def test_no_terminal_is_offered_when_all_are_taken_just_then(db: Database, place: Place) -> None:
    """A moment after their end they are."""
    await booked(db, place)
    await booked(db, place, terminal=1)
    async with db.read() as uow:
        assert await uow.jails.free_terminal(END - MINUTE, END + MINUTE) is None
        assert await uow.jails.free_terminal(END, END + MINUTE) is not None


async def test_only_terminals_of_the_jails_asked_for_are_offered(db: Database, place: Place) -> None:
    """None asked for means none offered; not asking means all."""
    other = await furnish(db, code=24, terminals=1)
    async with db.read() as uow:
        assert await uow.jails.free_terminal(NOON, END, [other.jail.id]) == other.terminals[0]
        assert await uow.jails.free_terminal(NOON, END, []) is None
        assert await uow.jails.free_terminal(NOON, END) == place.terminals[0]


async def test_backward_interval_is_refused(db: Database) -> None:
    """Nothing would overlap it."""
    async with db.read() as uow:
        with pytest.raises(BadSlot):
            await uow.jails.free_terminal(END, NOON)
