"""The audit's loop: what is whole is sealed, what is not is said, and never sealed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from structlog.testing import capture_logs

from broker.audit import state
from broker.audit.walk import Fault, FaultKind, Remembered
from broker.storage.database import Database
from broker.worker import audit
from broker.worker.audit import AuditLoop
from config import keys
from tests.support.audit import KEY, attack, record, write_anew
from tests.support.clock import ManualClock

Make = Callable[[], AuditLoop]


@pytest.fixture
def make(db: Database, redis: Redis, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A worker's loop; another one is another worker."""
    monkeypatch.setattr(audit, "PIECE", 3)
    return lambda: AuditLoop(db, redis, SecretStr(KEY), clock)


async def seals(db: Database) -> list[int]:
    """The entries that are sealed."""
    async with db.read() as uow:
        return [seal.seq for seal in await uow.audit.seals.piece(None, 100)]


async def fault(redis: Redis) -> Fault | None:
    """What is said to be wrong."""
    said = await state.read(redis)
    assert said is not None
    return said.fault


async def test_new_entries_are_sealed_once_and_the_log_and_redis_know_it(
    db: Database, redis: Redis, clock: ManualClock, make: Make
) -> None:
    """A round without news makes no seal; at the end what is new is sealed too."""
    loop = make()
    await loop.round()
    assert await seals(db) == []
    await record(db, 7)
    with capture_logs() as logs:
        await loop.round()
        await loop.round()
    sealed = [line for line in logs if line["event"] == "audit_sealed"]
    assert [(line["number"], line["seq"], len(line["hash"])) for line in sealed] == [(1, 7, 64)]
    assert await state.remembered(redis) == Remembered(7, sealed[0]["hash"], 1)
    said = await state.read(redis)
    assert said is not None
    assert (said.seq, said.at, said.whole_at, said.fault) == (7, clock.now(), clock.now(), None)
    await record(db, 2)
    await loop.finish()
    assert await seals(db) == [7, 9]


async def test_two_workers_make_one_row_of_seals(db: Database, redis: Redis, make: Make) -> None:
    """Whoever comes second finds it done."""
    await record(db, 4)
    loops = [make(), make()]
    for _ in range(3):
        await asyncio.gather(*(loop.round() for loop in loops))
        await record(db, 1)
    assert await seals(db) == [4, 5, 6]
    assert await fault(redis) is None


async def test_what_is_broken_is_said_loudly_and_not_sealed(db: Database, redis: Redis, make: Make) -> None:
    """What is new is looked at before it is sealed."""
    loop = make()
    await record(db, 3)
    await loop.round()
    await record(db, 3)
    await attack(db, "UPDATE audit SET why = 'other' WHERE seq = 5")
    with capture_logs() as logs:
        await loop.round()
    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert (line["event"], line["kind"], line["first"]) == ("audit_broken", "changed", 5)
    assert await fault(redis) == Fault(FaultKind.CHANGED, 5)
    assert await seals(db) == [3]
    await loop.finish()
    assert await seals(db) == [3]


async def test_a_change_far_back_is_found_by_the_next_whole_walk_and_said_until_one_finds_it_gone(
    db: Database, redis: Redis, clock: ManualClock, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stretch in each round; a restarted worker does not make it forgotten."""
    monkeypatch.setattr(audit, "STRETCH", 6)
    loop = make()
    await record(db, 10)
    await loop.round()
    await loop.round()
    await loop.round()
    await attack(db, "UPDATE audit SET why = 'other' WHERE seq = 8")
    await loop.round()
    assert await fault(redis) is None
    clock.advance(audit.AGAIN.total_seconds())
    await loop.round()
    assert await fault(redis) is None
    await loop.round()
    assert await fault(redis) == Fault(FaultKind.CHANGED, 8)
    other = make()
    await other.round()
    assert await fault(redis) == Fault(FaultKind.CHANGED, 8)
    await attack(db, "UPDATE audit SET why = 'look 7' WHERE seq = 8")
    for _ in range(3):
        await other.round()
    assert await fault(redis) is None


async def test_nothing_is_sealed_on_seals_that_are_not_the_ones_that_were_made(
    db: Database, redis: Redis, make: Make
) -> None:
    """Cut off, replaced, or made with another key: the copy outside of the database tells."""
    await record(db, 3)
    await make().round()
    await record(db, 2)
    await make().round()
    await attack(db, "DELETE FROM audit_seals WHERE number = 2")
    await make().round()
    assert await fault(redis) == Fault(FaultKind.SEALS_CUT, 5)
    await write_anew(db, lambda entry: replace(entry, why="nothing") if entry.seq == 1 else entry)
    await attack(db, "DELETE FROM audit_seals")
    client: Any = redis
    await client.delete(keys.AUDIT_SEALED, keys.AUDIT_STATE)
    await make().round()
    assert await seals(db) == [5]
    await attack(db, f"UPDATE audit_seals SET seal = '{'f' * 64}'")
    await record(db, 1)
    await make().round()
    assert await fault(redis) == Fault(FaultKind.SEAL_FORGED, 5)
    assert await seals(db) == [5]
