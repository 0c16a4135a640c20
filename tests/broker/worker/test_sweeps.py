"""The sweep: visits whose room told nobody close all the same, on what the live state still knows."""

from __future__ import annotations

from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from broker.storage.database import Database
from broker.visit import Outcome, Visit, VisitStatus
from broker.worker.sweeps import GRACE, Sweeper
from config import keys, live
from config.facts import EndReason
from tests.broker.worker.test_facts import look, whole_visit
from tests.support.clock import ManualClock
from tests.support.deciding import paper
from tests.support.ports import free_port


def sweeper(db: Database, redis: Redis, clock: ManualClock, *, caught_up: bool = True) -> Sweeper:
    """A worker's sweep."""
    return Sweeper(db, paper(db, redis, clock), clock, lambda: caught_up)


async def run_to_the_end(db: Database, redis: Redis, clock: ManualClock, visit: Visit, *, kept: int) -> None:
    """The visit was opened and its node was killed after its first `kept` facts; then the slot ran out."""
    client: Any = redis
    async with db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, "staff:7", "", clock.now())
        await uow.commit()
    await client.hset(keys.room(visit.id), mapping={"node": "dead", "state": "live"})
    for fact in whole_visit(visit)[:kept]:
        await paper(db, redis, clock).keep(fact)
    clock.advance((visit.ends_at - clock.now() + GRACE).total_seconds())


async def test_visit_of_a_killed_node_closes_with_the_seconds_last_saved(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Both sides had been connected for most of it."""
    client: Any = redis
    await run_to_the_end(db, redis, clock, visit, kept=3)
    saved = {visit.visitors[0].id: "700.5", "terminal-1": "702.125"}
    await client.hset(keys.connected(visit.id), mapping=saved)
    assert await sweeper(db, redis, clock).sweep() == 1
    closed, _ = await look(db, visit)
    assert closed.outcome is Outcome.COMPLETED
    assert closed.seconds == {who: float(spent) for who, spent in saved.items()}
    assert await sweeper(db, redis, clock).sweep() == 0


async def test_sweep_leaves_a_room_its_time_to_tell(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Not before five seconds past the end, and not before waiting facts were read."""
    await run_to_the_end(db, redis, ManualClock(), visit, kept=0)
    clock.advance((visit.ends_at - clock.now() + GRACE).total_seconds() - 0.001)
    assert await sweeper(db, redis, clock).sweep() == 0
    clock.advance(0.001)
    assert await sweeper(db, redis, clock, caught_up=False).sweep() == 0
    assert await sweeper(db, redis, clock).sweep() == 1


async def test_visit_to_which_nobody_came_is_closed_as_such(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """It was never opened; no room ever was."""
    clock.advance((visit.ends_at - clock.now() + GRACE).total_seconds())
    assert await sweeper(db, redis, clock).sweep() == 1
    closed, history = await look(db, visit)
    assert (closed.outcome, closed.seconds) == (Outcome.NOBODY_CAME, {})
    assert history[-1].reason == "nobody_came"


async def test_end_that_staff_asked_of_a_dead_node_is_taken_from_the_room(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Its node died before it could tell; the room's hash says why it ended."""
    client: Any = redis
    await run_to_the_end(db, redis, clock, visit, kept=3)
    ended = {"end_reason": EndReason.ENDED_BY_STAFF.value, "ended_at": visit.starts_at.isoformat()}
    await client.hset(keys.room(visit.id), mapping=ended)
    await sweeper(db, redis, clock).sweep()
    assert (await look(db, visit))[0].outcome is Outcome.ENDED_BY_STAFF


async def test_opened_visit_that_redis_has_forgotten_is_a_technical_failure(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Nobody is called absent because a server lost its memory."""
    await run_to_the_end(db, redis, clock, visit, kept=3)
    await redis.flushall()
    await sweeper(db, redis, clock).sweep()
    assert (await look(db, visit))[0].outcome is Outcome.TECHNICAL_FAILURE


async def test_nothing_is_closed_while_redis_does_not_answer(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit, make_settings: Any
) -> None:
    """Half of the knowledge would be a wrong record for ever; the sweep waits."""
    await run_to_the_end(db, redis, clock, visit, kept=3)
    async with live.connect(make_settings(redis_url=f"redis://127.0.0.1:{free_port()}")) as nowhere:
        with pytest.raises((RedisError, OSError)):
            await sweeper(db, nowhere, clock).sweep()
    assert (await look(db, visit))[0].status is VisitStatus.OPEN


async def test_visit_that_cannot_be_closed_keeps_no_other_waiting(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged; the sweep goes on."""
    await run_to_the_end(db, redis, clock, visit, kept=0)
    sweep = sweeper(db, redis, clock)

    async def close(*_: object) -> None:
        raise ValueError("an end nobody knows")

    monkeypatch.setattr("broker.worker.paper.Paper.close", close)
    assert await sweep.sweep() == 0
    monkeypatch.undo()
    assert await sweep.sweep() == 1
