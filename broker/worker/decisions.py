"""The decisions loop: nothing waits for ever. Requests that nobody decides are escalated, then refused; slots that were
held for somebody who never came back, and what they had typed, are given up.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import structlog
from redis.asyncio import Redis

from broker.deciding.refusing import escalate, lapse
from broker.errors import BrokerError
from broker.mail.post import Post
from broker.mail.wake import wake_worker
from broker.staff import Role
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Request, Visit
from broker.worker.loops import OUTAGES
from config import keys
from config.clock import Clock
from config.settings import Settings

#: Seconds between two looks.
EVERY = 15.0
#: How long a picture that belongs to nobody is kept: somebody may be about to send the page it was put on.
ORPHANS_KEPT = timedelta(hours=1)

_log = structlog.get_logger(__name__)


class DecisionsLoop:
    """Everything that time alone decides."""

    def __init__(self, db: Database, redis: Redis, settings: Settings, clock: Clock) -> None:
        self._db = db
        self._redis = redis
        self._settings = settings
        self._clock = clock

    async def round(self) -> None:
        """Look once. What is done is committed piece by piece, and may be repeated. Raises SQLAlchemyError."""
        now = self._clock.now()
        await self._sweep(now)
        async with self._db.read() as uow:
            due = await uow.visits.due_decisions(now)
            requests = await uow.visits.requests([visit.id for visit in due])
        late = [visit for visit in due if _lapsed(requests.get(visit.id), now)]
        changed = [visit for visit in late if await self._lapse(visit, now)]
        changed += await self._escalate([visit for visit in due if visit not in late], now)
        if changed:
            await wake_worker(self._redis)
        for jail_id in {visit.jail.id for visit in changed}:
            await self._redis.publish(keys.jail_changed(jail_id), "")

    async def _sweep(self, now: datetime) -> None:
        async with self._db.begin() as uow:
            holds = await uow.holds.clear_expired(now)
            drafts = await uow.drafts.sweep(now)
            documents = await uow.documents.sweep(now - ORPHANS_KEPT)
            await uow.commit()
        if holds or drafts or documents:
            _log.info("registrations_swept", holds=holds, drafts=drafts, documents=documents)

    async def _lapse(self, visit: Visit, now: datetime) -> bool:
        try:
            return await lapse(self._db, self._settings, visit.id, now) is not None
        except OUTAGES:
            raise
        except BrokerError as error:
            # One that can't be refused must not keep the others waiting.
            _log.error("visit_not_lapsed", visit=visit.id, error=error.id)
        except Exception:  # noqa: BLE001 - nor one whose letter can't be written
            _log.exception("visit_not_lapsed", visit=visit.id)
        return False

    async def _escalate(self, visits: list[Visit], now: datetime) -> list[Visit]:
        if not visits:
            return []
        async with self._db.begin() as uow:
            # In the order of their ids, as every transaction that locks several.
            found = [await escalate(uow, visit.id, now) for visit in sorted(visits, key=lambda visit: visit.id)]
            escalated = [visit for visit in found if visit is not None]
            await self._tell(uow, Counter(visit.jail.id for visit in escalated), now)
            await uow.commit()
        _log.warning("visits_escalated", visits=len(escalated))
        return escalated

    async def _tell(self, uow: UnitOfWork, by_jail: Counter[int], now: datetime) -> None:
        """One letter to each superintendent of these jails, however many requests are late."""
        if not by_jail:
            return
        post, link = Post(self._settings), f"{self._settings.public_url}/superintendent"
        for member in await uow.staff.members():
            staff = member.staff
            count = sum(number for jail_id, number in by_jail.items() if jail_id in staff.jail_ids)
            if count and staff.active and staff.email and staff.role is Role.SUPERINTENDENT:
                await post.escalated(uow, staff.name, staff.email, staff.language, count, link, now)


def _lapsed(request: Request | None, now: datetime) -> bool:
    return request is not None and request.lapse_at <= now
