"""Looks, recorded as they happen: what cannot be recorded is not shown.

A wall's opening is one entry of the audit. Each room whose pictures are on it is one look, begun in the database before
the first picture is sent and moved on every some seconds while it is there: no row for each refresh, and a process that
dies loses seconds. Redis knows which look goes on, so that a page that is loaded again goes on with the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import structlog
from aiohttp import web
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from broker.audit.events import AuditEvent
from broker.staff import Staff
from broker.vocabulary import LookKind
from config import keys
from rooms.wall import interest
from web.keys import CLOCK, DB, REDIS
from web.operator.actions import actor

#: Seconds between two moves of the looks' ends, and for which a look is remembered without being shown.
MOVED_EVERY = 15
REMEMBERED = 45
_OPEN_FOR = 60
_SHOWN_EVERY = 5.0

log = structlog.get_logger(__name__)


async def opened(app: web.Application, staff: Staff, *, anew: bool) -> None:
    """Write into the audit that somebody opened the wall, unless it is open already; `anew`: in any case. Raises
    RedisError, SQLAlchemyError: then nothing may be shown.
    """
    key = keys.wall_opened(staff.id)
    if not anew and await app[REDIS].expire(key, _OPEN_FOR):
        return
    async with app[DB].begin() as uow:
        uow.audit.record(
            AuditEvent.ROOM_LIST, by=actor(staff), at=app[CLOCK].now(), details={"jails": len(staff.jail_ids)}
        )
        await uow.commit()
    await app[REDIS].set(key, "1", ex=_OPEN_FOR)


async def begin(app: web.Application, staff: Staff, room_ids: Iterable[str]) -> dict[str, int]:
    """Let the pictures of these rooms be looks of this member of staff: those that go on did so until now, the others
    begin. Look ids by room. Raises RedisError, SQLAlchemyError: then no picture may be shown.
    """
    ids = sorted(set(room_ids))
    if not ids:
        return {}
    redis = app[REDIS]
    found = await redis.mget([keys.wall_look(staff.id, room_id) for room_id in ids])
    looks = {room_id: int(look) for room_id, look in zip(ids, found, strict=True) if look is not None}
    missing, now = [room_id for room_id in ids if room_id not in looks], app[CLOCK].now()
    async with app[DB].begin() as uow:
        await uow.monitoring.extend(looks.values(), now)
        looks |= await uow.monitoring.begin_looks(missing, staff.id, LookKind.WALL, now)
        await uow.commit()
    pipeline = redis.pipeline(transaction=False)
    for room_id, look_id in looks.items():
        pipeline.set(keys.wall_look(staff.id, room_id), str(look_id), ex=REMEMBERED)
    await pipeline.execute()
    return looks


async def see(app: web.Application, staff: Staff, room_id: str) -> None:
    """A picture of this room is about to be sent: its look has begun, or begins. Moving it on is the page's, not each
    picture's. Raises as begin() does.
    """
    if not await app[REDIS].expire(keys.wall_look(staff.id, room_id), REMEMBERED):
        await begin(app, staff, [room_id])


class Showing:
    """One open page that shows rooms: keeps their looks going, and their pictures coming, while it is seen.

    `pictures`: whether it shows the small ones of its rooms; `follows`: whether it follows them live.
    """

    def __init__(self, app: web.Application, *, pictures: bool, follows: bool = False) -> None:
        self._app = app
        self._pictures = pictures
        self._follows = follows
        self._staff: Staff | None = None
        self._rooms: frozenset[str] = frozenset()
        self._looks: frozenset[int] = frozenset()
        self._moved = self._shown = float("-inf")

    async def show(self, staff: Staff, room_ids: Iterable[str]) -> None:
        """The page is about to show these rooms. Raises RedisError, SQLAlchemyError."""
        now, rooms = self._app[CLOCK].monotonic(), frozenset(room_ids)
        changed = rooms != self._rooms
        if changed or now - self._moved >= MOVED_EVERY:
            before, self._looks = self._looks, await self._on_the_page(staff, rooms)
            await self._extend(before - self._looks)
            self._staff, self._rooms, self._moved = staff, rooms, now
        if changed or now - self._shown >= _SHOWN_EVERY:
            await interest.show(self._app[REDIS], rooms if self._pictures or self._follows else ())
            self._shown = now

    async def close(self) -> None:
        """The page is gone: its looks end now, as well as can be."""
        if self._staff is None:
            return
        with suppress(RedisError, SQLAlchemyError, OSError, TimeoutError):
            # A follow begins after its page: a short one may not have been met with yet.
            found = await self._on_the_page(self._staff, self._rooms) if self._follows else frozenset()
            await self._extend(self._looks - found)

    async def _on_the_page(self, staff: Staff, rooms: frozenset[str]) -> frozenset[int]:
        """The looks of what is on the page; they went on until now."""
        if self._pictures:
            return frozenset((await begin(self._app, staff, rooms)).values())
        if not self._follows:
            return frozenset()
        async with self._app[DB].read() as uow:
            found = await uow.monitoring.going_on(rooms, staff.id, self._app[CLOCK].now())
        looks = frozenset(found.values())
        await self._extend(looks)
        return looks

    async def _extend(self, looks: frozenset[int]) -> None:
        """These went on until now."""
        if looks:
            async with self._app[DB].begin() as uow:
                await uow.monitoring.extend(looks, self._app[CLOCK].now())
                await uow.commit()
