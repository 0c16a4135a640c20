"""The outbox loop: claim what is due, hand it over, mark what became of it.

Woken by a message within milliseconds of a commit, and by its own poll twice a second where that message was lost. Many
messages are under way at once, so that one slow server does not hold up the codes somebody waits for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from broker.mail.errors import MailRefused, MailUndelivered
from broker.mail.sender import Sender
from broker.outbox import OutboxMail
from broker.reminders import WINDOWS
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.worker.loops import wait
from config import keys
from config.clock import Clock

POLL = 0.5
#: Longer than any sender takes, so that no two workers try the same message at once.
LEASE = timedelta(seconds=30)
AT_ONCE = 8
#: Seconds before the second, third ... try; the last one repeats. Codes are no use later, so they don't wait longer.
CODES_DELAYS = (1, 5, 25, 60)
MAIL_DELAYS = (1, 5, 25, 60, 300, 900)
#: A message without an end of its own is given up after this.
GIVE_UP_AFTER = timedelta(days=2)
#: A reminder says how far away the visit is; told after its window's end it would come when the visit is over.
REMINDERS_AFTER = {reminder.value: last for reminder, (_, last) in WINDOWS.items()}

_BROKEN = "not_delivered"  # nobody foresaw how
_LISTENINGS = 60
_MARK_PAUSES = (0.2, 1.0, 3.0)

_log = structlog.get_logger(__name__)


def retry_at(mail: OutboxMail, now: datetime) -> datetime | None:
    """When to try again after try number `mail.attempts` (1 and up) has failed; None: not any more."""
    delays = MAIL_DELAYS if mail.expires_at is None else CODES_DELAYS
    again = now + timedelta(seconds=delays[min(mail.attempts, len(delays)) - 1])
    until = mail.expires_at or mail.created_at + REMINDERS_AFTER.get(mail.name, GIVE_UP_AFTER)
    return again if again < until else None


class OutboxLoop:
    """Sends what is due. `round` is one turn: it returns after at most half a second, with messages still under way."""

    def __init__(self, db: Database, redis: Redis, sender: Sender, clock: Clock) -> None:
        self._db = db
        self._redis = redis
        self._sender = sender
        self._clock = clock
        self._wake = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()

    async def round(self) -> None:
        """Start sending whatever is due, then wait for more. Raises SQLAlchemyError."""
        self._wake.clear()
        free = AT_ONCE - len(self._under_way)
        claimed = await self._claim(free) if free else []
        for mail in claimed:
            task = asyncio.create_task(self._deliver(mail))
            self._under_way.add(task)
            task.add_done_callback(self._landed)
        if len(claimed) < free:
            await wait(self._wake, POLL)
        elif self._under_way:
            await asyncio.wait(self._under_way, timeout=POLL, return_when=asyncio.FIRST_COMPLETED)

    async def listen(self) -> None:
        """Turn messages on the wake channel into rounds, for about a minute. Raises RedisError."""
        async with self._redis.pubsub() as channel:
            await channel.subscribe(keys.OUTBOX)
            self._wake.set()  # what was queued before we listened
            for _ in range(_LISTENINGS):
                if await channel.get_message(ignore_subscribe_messages=True, timeout=1.0) is not None:
                    self._wake.set()

    async def finish(self, seconds: float) -> None:
        """Give messages under way so long to get through; those that don't are sent after their lease."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("mail_task_failed", error=type(error).__name__)

    async def _claim(self, limit: int) -> list[OutboxMail]:
        """A write transaction only when something is due: an idle worker leaves the database alone."""
        now = self._clock.now()
        async with self._db.read() as uow:
            due = await uow.outbox.next_due()
        if due is None or due > now:
            return []
        async with self._db.begin() as uow:
            claimed = await uow.outbox.claim(now, LEASE, limit)
            await uow.commit()
        return claimed

    async def _deliver(self, mail: OutboxMail) -> None:
        log = _log.bind(mail_id=mail.id, template=mail.name, visit=mail.visit_id, attempt=mail.attempts)
        try:
            await self._sender.send(mail, self._clock.now())
        except Exception as error:  # noqa: BLE001 - unmarked, what can't even be written would be tried for ever
            now = self._clock.now()
            again = None if isinstance(error, MailRefused) else retry_at(mail, now)
            error_id = error.error_id if isinstance(error, (MailRefused, MailUndelivered)) else _BROKEN
            if error_id == _BROKEN:
                log.error("mail_broken", error=type(error).__name__)
            log.warning("mail_not_delivered", error=error_id, again_at=again and again.isoformat())
            await self._mark(mail, lambda uow: uow.outbox.mark_failed(mail.id, error_id, again, now))
        else:
            sent_at = self._clock.now()
            log.info("mail_delivered", seconds=round((sent_at - mail.created_at).total_seconds(), 3))
            await self._mark(mail, lambda uow: uow.outbox.mark_sent(mail.id, sent_at))

    async def _mark(self, mail: OutboxMail, mark: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        """Write down what became of it. Unmarked, it would be sent again after its lease: worth some tries."""
        for pause in (*_MARK_PAUSES, 0):
            try:
                jail_id = await self._marked(mail, mark)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                _log.warning("mail_not_marked", mail_id=mail.id, error=type(error).__name__)
                await asyncio.sleep(pause)
            else:
                if jail_id is not None:
                    await self._tell_consoles(jail_id)
                return

    async def _marked(self, mail: OutboxMail, mark: Callable[[UnitOfWork], Awaitable[None]]) -> int | None:
        """The jail whose board shows the change, if any does."""
        async with self._db.begin() as uow:
            await mark(uow)
            shown = mail.visit_id if mail.expires_at is not None else None
            jail_id = None if shown is None else (await uow.visits.get(shown)).jail.id
            await uow.commit()
        return jail_id

    async def _tell_consoles(self, jail_id: int) -> None:
        try:
            await self._redis.publish(keys.jail_changed(jail_id), "")
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("consoles_not_told", error=type(error).__name__)
