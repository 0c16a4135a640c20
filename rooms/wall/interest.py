"""Which rooms are on somebody's wall: a wall says so again and again, and a wall that is closed is soon forgotten."""

from __future__ import annotations

from collections.abc import Iterable

from redis.asyncio import Redis

from config import keys

LIVES = 15
"""Seconds for which a room stays on the wall without being shown again. A wall shows its rooms every 5 s or so."""


async def show(redis: Redis, room_ids: Iterable[str]) -> None:
    """Say that these rooms are on a wall. Whoever asks must have made sure that they may be. Raises RedisError."""
    pipeline = redis.pipeline(transaction=False)
    for room_id in set(room_ids):
        pipeline.set(keys.wall(room_id), "1", ex=LIVES)
    await pipeline.execute()


async def shown(redis: Redis, room_ids: Iterable[str]) -> frozenset[str]:
    """Return those of the rooms that are on anybody's wall, in one question. Raises RedisError."""
    ids = list(room_ids)
    found = await redis.mget([keys.wall(room_id) for room_id in ids]) if ids else []
    return frozenset(room_id for room_id, value in zip(ids, found, strict=True) if value is not None)
