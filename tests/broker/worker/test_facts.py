"""The facts loop on a real stream: a room's end closes its visit, once, whatever is repeated, late, or broken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from sqlalchemy.exc import SQLAlchemyError

from broker.audit.events import AuditEvent
from broker.staff import Role
from broker.storage.database import Database
from broker.storage.staff import NewStaff
from broker.visit import HistoryRow, Outcome, Visit, VisitStatus, new_id
from broker.vocabulary import LookKind
from broker.worker.facts import FactsLoop
from broker.worker.paper import BY
from config import keys
from config.facts import EndReason, Fact, FactName, LeaveReason
from tests.support.clock import ManualClock
from tests.support.deciding import paper
from tests.support.ports import free_port

MINUTE = timedelta(minutes=1)


def loop_of(db: Database, redis: Redis, clock: ManualClock, name: str = "one", **options: Any) -> FactsLoop:
    """A worker's facts loop."""
    return FactsLoop(redis, paper(db, redis, clock), name, **options)


def whole_visit(visit: Visit, *, reason: EndReason = EndReason.SLOT_OVER) -> list[Fact]:
    """What the room of a good visit tells."""
    family, prison = visit.visitors[0].id, f"terminal-{visit.terminal.id if visit.terminal else 0}"
    start, end = visit.starts_at, visit.ends_at
    return [
        Fact(FactName.PARTICIPANT_JOINED, visit.id, start - 5 * MINUTE, participant=family, role="visitor"),
        Fact(FactName.ROOM_OPENED, visit.id, start - MINUTE),
        Fact(FactName.PARTICIPANT_JOINED, visit.id, start, participant=prison, role="terminal"),
        Fact(FactName.WATCH_STARTED, visit.id, start, participant="monitor-1", role="monitor"),
        Fact(FactName.PARTICIPANT_LEFT, visit.id, end, participant=family, role="visitor", reason=LeaveReason.ENDED),
        Fact(FactName.PARTICIPANT_LEFT, visit.id, end, participant=prison, role="terminal", reason=LeaveReason.ENDED),
        Fact(FactName.ROOM_ENDED, visit.id, end, reason=reason, seconds={family: 880.25, prison: 893.5}),
    ]


async def tell(redis: Redis, *facts: Fact) -> None:
    """Append facts as a room node does."""
    client: Any = redis
    for fact in facts:
        await client.xadd(keys.FACTS, fact.to_fields())


async def look(db: Database, visit: Visit) -> tuple[Visit, list[HistoryRow]]:
    """The visit on paper, and its history."""
    async with db.read() as uow:
        return await uow.visits.get(visit.id), await uow.visits.history(visit.id)


async def pending(redis: Redis) -> int:
    """How many entries are taken and not acknowledged."""
    client: Any = redis
    return int((await client.xpending(keys.FACTS, keys.FACTS_GROUP))["pending"])


async def test_rooms_end_closes_the_visit_with_outcome_and_seconds(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """The history says who closed it; every entry is acknowledged."""
    await tell(redis, *whole_visit(visit))
    await loop_of(db, redis, clock).round()
    closed, history = await look(db, visit)
    assert (closed.status, closed.outcome) == (VisitStatus.CLOSED, Outcome.COMPLETED)
    assert sorted(closed.seconds.values()) == [880.25, 893.5]
    assert (history[-1].by, history[-1].to) == (BY, VisitStatus.CLOSED)
    assert await pending(redis) == 0


async def test_same_facts_again_change_nothing(db: Database, redis: Redis, clock: ManualClock, visit: Visit) -> None:
    """At-least-once delivery: a second copy, also with another end, leaves paper as it is."""
    loop = loop_of(db, redis, clock)
    await tell(redis, *whole_visit(visit))
    await loop.round()
    before = await look(db, visit)
    clock.advance(60)
    await tell(redis, *whole_visit(visit), *whole_visit(visit, reason=EndReason.ENDED_BY_STAFF))
    await loop.round()
    assert await look(db, visit) == before
    assert await pending(redis) == 0


async def test_staffs_reason_from_the_history_decides_the_outcome(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """What the operator chose when ending it stands on paper before the room tells its end."""
    async with db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, "staff:7", "", clock.now())
        await uow.visits.note(visit.id, "staff:7", "prisoner_refused", clock.now())
        await uow.commit()
    await tell(redis, *whole_visit(visit, reason=EndReason.ENDED_BY_STAFF))
    await loop_of(db, redis, clock).round()
    assert (await look(db, visit))[0].outcome is Outcome.PRISONER_REFUSED


async def test_entries_that_are_no_facts_are_passed_over(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Nonsense, a reason of a later version, and a room nobody knows: the facts behind them are read."""
    client: Any = redis
    await client.xadd(keys.FACTS, {"name": "moonrise", "room": visit.id})
    await client.xadd(keys.FACTS, {"hello": "world"})
    await tell(redis, Fact(FactName.ROOM_ENDED, new_id(), visit.ends_at, reason=EndReason.SLOT_OVER))
    await tell(redis, Fact(FactName.ROOM_ENDED, visit.id, visit.ends_at, reason="meteorite"))
    await loop_of(db, redis, clock).round()
    assert (await look(db, visit))[0].outcome is Outcome.NOBODY_CAME
    assert await pending(redis) == 0


async def test_facts_a_dead_worker_had_taken_are_taken_over(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """It read them and died; the next worker finds them when they are stale."""
    client: Any = redis
    await tell(redis, *whole_visit(visit))
    await client.xgroup_create(keys.FACTS, keys.FACTS_GROUP, id="0", mkstream=True)
    await client.xreadgroup(keys.FACTS_GROUP, "dead", {keys.FACTS: ">"})
    await loop_of(db, redis, clock, "patient", stale_ms=60_000).round()
    assert (await look(db, visit))[0].status is VisitStatus.APPROVED
    await loop_of(db, redis, clock, "heir", stale_ms=0).round()
    assert (await look(db, visit))[0].status is VisitStatus.CLOSED
    assert await pending(redis) == 0


async def test_facts_wait_for_a_database_that_is_away(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Nothing is acknowledged before it is committed: the same worker finishes its entries later."""
    nowhere = Database(f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/nothing")
    await tell(redis, *whole_visit(visit))
    with pytest.raises((OSError, SQLAlchemyError)):
        await loop_of(nowhere, redis, clock).round()
    assert await pending(redis) >= 1
    await nowhere.close()
    await loop_of(db, redis, clock).round()
    assert (await look(db, visit))[0].outcome is Outcome.COMPLETED
    assert await pending(redis) == 0


async def test_stream_that_was_lost_is_made_again(db: Database, redis: Redis, clock: ManualClock, visit: Visit) -> None:
    """Redis came back empty: one round fails, the next one reads."""
    loop = loop_of(db, redis, clock)
    await loop.round()
    await redis.flushall()
    with pytest.raises(ResponseError):
        await loop.round()
    await tell(redis, *whole_visit(visit))
    await loop.round()
    assert (await look(db, visit))[0].status is VisitStatus.CLOSED


async def test_caught_up_is_said_after_everything_that_was_there(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """A hundred and twenty-seven facts are more than one round reads."""
    noise = [Fact(FactName.ROOM_OPENED, new_id(), visit.starts_at) for _ in range(120)]
    await tell(redis, *noise, *whole_visit(visit))
    loop = loop_of(db, redis, clock)
    said = []
    for _ in range(2):
        await loop.round()
        said.append(loop.caught_up)
    assert said == [False, True]
    assert (await look(db, visit))[0].status is VisitStatus.CLOSED


async def test_consumer_that_leaves_is_forgotten_unless_it_owes_something(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Workers that came and went don't pile up in the group."""
    client: Any = redis
    tidy, owing = loop_of(db, redis, clock, "tidy"), loop_of(db, redis, clock, "owing")
    await tidy.round()
    await tell(redis, *whole_visit(visit)[:1])
    await client.xreadgroup(keys.FACTS_GROUP, "owing", {keys.FACTS: ">"})
    await tidy.leave()
    await owing.leave()
    assert [consumer["name"] for consumer in await client.xinfo_consumers(keys.FACTS, keys.FACTS_GROUP)] == ["owing"]


async def test_consoles_hear_that_a_visit_was_closed(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """The day's list shows it without being asked."""
    async with redis.pubsub() as channel:
        await channel.subscribe(keys.jail_changed(visit.jail.id))
        await channel.get_message(timeout=5)
        await tell(redis, *whole_visit(visit))
        await loop_of(db, redis, clock).round()
        assert await channel.get_message(ignore_subscribe_messages=True, timeout=5) is not None


async def test_a_watch_ends_on_paper_when_its_room_tells_and_at_the_latest_with_the_room(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Told twice it is written once; one that no room told, because its node was lost, ends when last heard of."""
    start = visit.starts_at
    async with db.begin() as uow:
        mira = (await uow.staff.add(NewStaff("mira", "Mira", Role.MONITOR, "x"))).id
        for number in (1, 2):
            begun = await uow.monitoring.begin_looks([visit.id], mira, LookKind.FOLLOW, start, f"monitor-{number}")
            await uow.monitoring.extend(begun.values(), start + MINUTE)
        await uow.commit()
    told = Fact(FactName.WATCH_ENDED, visit.id, start + 2 * MINUTE, participant="monitor-1", role="monitor")
    facts = loop_of(db, redis, clock)
    await tell(redis, told, told)
    await facts.round()
    async with db.read() as uow:
        assert [look.over for look in await uow.monitoring.follows([visit.id])] == [True, False]
    await tell(redis, *whole_visit(visit))
    await facts.round()
    async with db.read() as uow:
        looks = await uow.monitoring.follows([visit.id])
        ends = [entry for entry in await uow.audit.newest(20) if entry.event == AuditEvent.ROOM_WATCH_END]
    assert [(look.over, look.length) for look in looks] == [(True, 2 * MINUTE), (True, MINUTE)]
    assert {entry.subject: entry.details["seconds"] for entry in ends} == {"monitor-1": 120, "monitor-2": 60}
    assert len(ends) == 2
