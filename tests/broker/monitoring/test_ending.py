"""broker.monitoring.ending: the ends of follows, on the looks and in the audit."""

from __future__ import annotations

from datetime import timedelta

from broker.audit.events import AuditEvent
from broker.monitoring.ending import left_open, watch_ended
from broker.storage.database import Database
from broker.vocabulary import LookKind
from config.facts import Fact, FactName
from tests.broker.monitoring.test_store import hire
from tests.support.clock import NOON
from tests.support.visits import Place, booked


async def test_the_end_of_a_watch_is_written_once_and_audited(db: Database, place: Place) -> None:
    """The fact may come twice, and one of a watch that nobody here knows of changes nothing."""
    visit, mira = await booked(db, place), await hire(db)
    async with db.begin() as uow:
        await uow.monitoring.begin_looks([visit.id], mira, LookKind.FOLLOW, NOON, "monitor-1")
        fact = Fact(FactName.WATCH_ENDED, visit.id, NOON + timedelta(seconds=90), "monitor-1", "monitor")
        assert await watch_ended(uow, fact)
        assert not await watch_ended(uow, fact)
        assert not await watch_ended(uow, Fact(FactName.WATCH_ENDED, visit.id, NOON, "monitor-2", "monitor"))
        await uow.commit()
    async with db.read() as uow:
        (entry,) = await uow.audit.newest(9)
    assert (entry.event, entry.by, entry.subject) == (AuditEvent.ROOM_WATCH_END, f"staff:{mira}", "monitor-1")
    assert (entry.visit_id, entry.jail_id, entry.details) == (visit.id, place.jail.id, {"seconds": 90})


async def test_a_watch_whose_node_was_lost_ends_when_it_was_last_heard_of(db: Database, place: Place) -> None:
    """Written when the room is closed; one that ended by itself is left alone."""
    visit, mira = await booked(db, place), await hire(db)
    async with db.begin() as uow:
        (look,) = (await uow.monitoring.begin_looks([visit.id], mira, LookKind.FOLLOW, NOON, "monitor-1")).values()
        await uow.monitoring.begin_looks([visit.id], mira, LookKind.FOLLOW, NOON, "monitor-2")
        await uow.monitoring.end_follow("monitor-2", NOON + timedelta(seconds=5))
        await uow.monitoring.extend([look], NOON + timedelta(seconds=40))
        assert await left_open(uow, visit.id)
        assert not await left_open(uow, visit.id)
        await uow.commit()
    async with db.read() as uow:
        (entry,) = await uow.audit.newest(9)
    assert (entry.subject, entry.details) == ("monitor-1", {"seconds": 40})
