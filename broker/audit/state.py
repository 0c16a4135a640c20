"""What the worker says of the chain: how far it is checked and sealed, and what is wrong. Kept in Redis, where whoever
can write to the database alone cannot reach it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from broker.audit.seal import Seal
from broker.audit.walk import Fault, FaultKind, Remembered
from config import keys


@dataclass(frozen=True, slots=True)
class ChainState:
    """The chain as it was last looked at. `seq`: checked up to this entry, at `at`. `whole_at`: when a walk from the
    first entry last came to the end without a fault; None if none did yet. `fault`: what is wrong.
    """

    seq: int
    at: datetime
    whole_at: datetime | None = None
    fault: Fault | None = None


async def say(
    redis: Redis, seq: int, at: datetime, *, whole_at: datetime | None, faults: dict[str, Fault | None]
) -> None:
    """Tell the others. `faults` by the walk that found them; what another walk found stays. Raises RedisError."""
    fields = {"seq": str(seq), "at": at.isoformat()}
    if whole_at is not None:
        fields["whole_at"] = whole_at.isoformat()
    fields |= {f"fault:{walk}": _dump(fault) for walk, fault in faults.items()}
    client: Any = redis
    await client.hset(keys.AUDIT_STATE, mapping=fields)


async def read(redis: Redis) -> ChainState | None:
    """What was last said; None before the first time. Raises RedisError."""
    client: Any = redis
    found = await client.hgetall(keys.AUDIT_STATE)
    if not found:
        return None
    faults = [_load(text) for name, text in sorted(found.items()) if name.startswith("fault:")]
    whole_at = found.get("whole_at")
    return ChainState(
        int(found["seq"]),
        datetime.fromisoformat(found["at"]),
        datetime.fromisoformat(whole_at) if whole_at else None,
        next((fault for fault in faults if fault is not None), None),
    )


async def remember(redis: Redis, seal: Seal) -> None:
    """Keep the last seal outside of the database. Raises RedisError."""
    client: Any = redis
    await client.hset(keys.AUDIT_SEALED, mapping={"number": seal.number, "seq": seal.seq, "hash": seal.hash})


async def remembered(redis: Redis) -> Remembered | None:
    """The last seal that was kept here. Raises RedisError."""
    client: Any = redis
    found = await client.hgetall(keys.AUDIT_SEALED)
    return Remembered(int(found["seq"]), found["hash"], int(found["number"])) if found else None


def _dump(fault: Fault | None) -> str:
    return "" if fault is None else json.dumps([fault.kind.value, fault.first, fault.last])


def _load(text: str) -> Fault | None:
    if not text:
        return None
    kind, first, last = json.loads(text)
    return Fault(FaultKind(kind), first, last)
