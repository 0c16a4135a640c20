"""Where a dropped page finds its room again: the one question web asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from redis.asyncio import Redis

from config.facts import EndReason
from rooms.errors import RoomEnded
from rooms.registry import Registry
from signaling.sessions import SessionStore


@dataclass(frozen=True, slots=True)
class Located:
    """The room lives: resume at `url`."""

    url: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The room is over."""

    reason: EndReason
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such session."""


async def locate(redis: Redis, session_token: str, now: datetime) -> Located | Ended | Unknown:
    """Find the node of a session's room, placing the room anew if its node died; raises rooms.errors.NoNode."""
    record = await SessionStore(redis).load(session_token)
    if record is None:
        return Unknown()
    registry = Registry(redis)
    state = await registry.room(record.spec.room_id)
    ending = None if state is None else state.ending(now)
    if ending is not None:
        return Ended(*ending)
    try:
        claim = await registry.place(record.spec)
    except RoomEnded as over:
        return Ended(over.reason, over.ended_at)
    return Located(claim.url)
