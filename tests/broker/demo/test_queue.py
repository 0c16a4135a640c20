"""Requests that wait in the invented jails."""

from __future__ import annotations

from broker.deciding.queue import load_queue
from broker.demo import seed
from broker.demo.queue import ask
from broker.rules.service import load_files
from broker.storage.database import Database
from broker.vocabulary import VisitKind, VisitMode
from config.settings import Settings
from tests.support.clock import NOON


async def test_superintendent_of_every_invented_jail_finds_requests_that_hold_their_slots(
    db: Database, settings: Settings
) -> None:
    """By video and in person, of a family and of a lawyer, matched with nobody yet."""
    await seed(db)
    await load_files(db, NOON)
    await ask(db, settings, NOON)
    async with db.read() as uow:
        for jail in await uow.jails.all():
            waiting = await uow.visits.undecided([jail.id])
            assert {visit.kind for visit in waiting} == set(VisitKind)
            assert {visit.mode for visit in waiting} == set(VisitMode)
            assert [visit.inmate for visit in waiting] == [None] * len(waiting)
            for visit in waiting:
                held = await uow.holds.of_visit(visit.id)
                assert held is not None
                assert (held.starts_at, held.ends_at) == (visit.starts_at, visit.ends_at)


async def test_asking_again_while_something_waits_changes_nothing(db: Database, settings: Settings) -> None:
    """Every start of the demonstration asks; the queue does not grow."""
    await seed(db)
    await load_files(db, NOON)
    for _ in range(2):
        await ask(db, settings, NOON)
    async with db.read() as uow:
        waiting = await uow.visits.undecided([jail.id for jail in await uow.jails.all()])
    assert len(waiting) == len({(visit.jail.id, visit.visitors[0].name) for visit in waiting})


async def test_one_request_has_nothing_against_it_and_can_be_approved_with_others(
    db: Database, settings: Settings
) -> None:
    """Of somebody who has visited before, for somebody the register knows by number: what the queue can tick."""
    await seed(db)
    await load_files(db, NOON)
    await ask(db, settings, NOON)
    async with db.read() as uow:
        for jail in await uow.jails.all():
            assert sum(entry.clear for entry in await load_queue(uow, [jail.id], NOON)) == 1
