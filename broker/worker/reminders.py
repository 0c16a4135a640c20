"""The reminders' loop: a day and an hour before a visit its letter is queued, once, whoever else is looking as well."""

from __future__ import annotations

import asyncio

import structlog
from redis.asyncio import Redis

from broker.mail.post import Post
from broker.mail.wake import wake_worker
from broker.reminders import Reminder
from broker.storage.database import Database
from broker.worker.loops import OUTAGES, wait
from config.clock import Clock

#: Seconds between two looks. A minute more or less does not matter to anybody; an idle look is two small queries.
EVERY = 20.0
#: Visits of one look: the soonest first, so that a long absence of the worker is made up for in order.
MOST = 100

_log = structlog.get_logger(__name__)


class RemindersLoop:
    """Queues what is due. `round` is one turn: it returns after a pause, or at once while there is more to do."""

    def __init__(self, db: Database, redis: Redis, post: Post, clock: Clock) -> None:
        self._db = db
        self._redis = redis
        self._post = post
        self._clock = clock

    async def round(self, stop: asyncio.Event) -> None:
        """Remind, then wait. Raises SQLAlchemyError."""
        if await self.remind() < MOST:
            await wait(stop, EVERY)

    async def remind(self) -> int:
        """Queue the letters of every reminder that is due; return how many visits were reminded of."""
        async with self._db.read() as uow:
            due = await uow.reminders.due(self._clock.now(), MOST)
        done = 0
        for visit_id, reminder in due:
            try:
                done += await self._one(visit_id, reminder)
            except OUTAGES:
                raise
            except Exception:  # noqa: BLE001 - one letter that can't be written keeps no other family waiting
                _log.exception("reminder_not_written", visit=visit_id)
        if done:
            _log.info("reminded", visits=done)
            await wake_worker(self._redis)
        return done

    async def _one(self, visit_id: str, reminder: Reminder) -> bool:
        now = self._clock.now()
        async with self._db.begin() as uow:
            if not await uow.reminders.take(visit_id, reminder, now):
                return False
            visit = await uow.visits.get(visit_id)
            request = await uow.visits.request(visit_id)
            send = self._post.reminder_day if reminder is Reminder.REMINDER_DAY else self._post.reminder_hour
            await send(uow, visit, request, now)
            await uow.commit()
        return True
