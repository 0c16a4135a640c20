"""What the consoles read of live rooms: meters, alerts, and the wall's pictures. Every call raises RedisError."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redis.asyncio import Redis

from config import keys
from rooms.seats import from_iso
from rooms.wall.alert import Alert
from rooms.wall.meter import Meter

__all__ = ["Alert", "Meter", "alerts", "meters", "picture"]


async def meters(redis: Redis, room_ids: Iterable[str]) -> dict[str, dict[str, Meter]]:
    """Return each room's meters by participant id; rooms that are not live have none, and are left out."""
    ids = sorted(set(room_ids))
    return {
        room_id: {participant: Meter.from_json(text) for participant, text in found.items()}
        for room_id, found in zip(ids, await _hashes(redis, map(keys.meters, ids)), strict=True)
        if found
    }


async def alerts(redis: Redis, room_ids: Iterable[str]) -> dict[str, tuple[Alert, ...]]:
    """Return what is amiss in each room, oldest first; rooms where nothing is are left out."""
    ids = sorted(set(room_ids))
    return {
        room_id: tuple(
            sorted((Alert.from_field(key, from_iso(since)) for key, since in found.items()), key=lambda it: it.since)
        )
        for room_id, found in zip(ids, await _hashes(redis, map(keys.alerts, ids)), strict=True)
        if found
    }


async def picture(redis: Redis, room_id: str, participant: str) -> bytes | None:
    """Return a participant's newest small picture, a JPEG, or None. The client may be one that decodes answers."""
    client: Any = redis
    found: bytes | None = await client.execute_command(
        "GET", keys.wall_picture(room_id, participant), NEVER_DECODE=True
    )
    return found


async def _hashes(redis: Redis, names: Iterable[str]) -> list[dict[str, str]]:
    pipeline = redis.pipeline(transaction=False)
    for name in names:
        pipeline.hgetall(name)
    found: list[dict[str, str]] = await pipeline.execute()
    return found
