"""The audit's loop: looks along the chain, and seals what it found whole.

What is new since the last seal is looked at in each round, and only then sealed: nothing is blessed unseen. The whole
chain is walked along again and again beside it, a stretch in each round, so that a change far back is found as well.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog
from pydantic import SecretStr
from redis.asyncio import Redis
from sqlalchemy.exc import IntegrityError

from broker.audit import state
from broker.audit.seal import Seal, is_ours, seal_after
from broker.audit.walk import Fault, FaultKind, Remembered
from broker.audit.walking import Walker
from broker.storage.database import Database
from config.clock import Clock

#: Seconds between two rounds: what is newer than the last seal is only as safe as the database.
EVERY = 120.0
#: How long after a whole walk has come to its end the next one begins; after one that found a fault, sooner.
AGAIN = timedelta(hours=6)
AGAIN_AFTER_A_FAULT = timedelta(minutes=10)
#: Entries in one transaction, and in one round of the whole walk: mails are sent by the same process meanwhile.
PIECE = 500
STRETCH = 50_000

_log = structlog.get_logger(__name__)


class AuditLoop:
    """Checks and seals. A second worker's loop does no harm: the database takes each seal once."""

    def __init__(self, db: Database, redis: Redis, secret_key: SecretStr, clock: Clock) -> None:
        self._db = db
        self._redis = redis
        self._secret_key = secret_key
        self._clock = clock
        self._whole: Walker | None = None
        self._next_whole: datetime | None = None
        self._whole_at: datetime | None = None
        self._whole_fault: Fault | None = None

    async def round(self) -> None:
        """Check what is new and seal it, go on with the whole walk, and tell. Raises RedisError, SQLAlchemyError."""
        walker = await self._seal()
        ended = await self._walk_on()
        faults = {"new": walker.fault}
        if ended:
            faults["whole"] = self._whole_fault
        for walk, fault in faults.items():
            if fault is not None:
                _log.error("audit_broken", walk=walk, kind=fault.kind.value, first=fault.first, last=fault.last)
        await state.say(self._redis, walker.seq, self._clock.now(), whole_at=self._whole_at, faults=faults)

    async def finish(self) -> None:
        """Seal what is new, for the last time. Raises RedisError, SQLAlchemyError."""
        await self._seal()

    async def _seal(self) -> Walker:
        """Check what came after the last seal, and seal it if nothing is wrong. The log keeps a copy of each seal."""
        outside = await state.remembered(self._redis)
        async with self._db.read() as uow:
            last = await uow.audit.seals.last()
        walker = self._walker(last, outside)
        walker.fault = self._doubt(last, outside)
        if walker.fault is None:
            await walker.walk()
        if walker.fault is not None or walker.seq == last.seq:
            return walker
        seal = seal_after(self._secret_key, last, walker.seq, walker.hash, self._clock.now())
        try:
            async with self._db.begin() as uow:
                await uow.audit.seals.add(seal)
                await uow.commit()
        except IntegrityError:  # another worker was faster, and has said so
            return walker
        await state.remember(self._redis, seal)
        _log.info("audit_sealed", number=seal.number, seq=seal.seq, hash=seal.hash)
        return walker

    def _doubt(self, last: Seal, outside: Remembered | None) -> Fault | None:
        """What is wrong with the last seal itself, on which the next one would stand."""
        if last.number and not is_ours(self._secret_key, last):
            return Fault(FaultKind.SEAL_FORGED, last.seq)
        if outside is None:
            return None
        if outside.number > last.number:
            return Fault(FaultKind.SEALS_CUT, outside.seq)
        if outside.number == last.number and outside.hash != last.hash:
            return Fault(FaultKind.REMEMBERED_OTHERWISE, last.seq)
        return None

    async def _walk_on(self) -> bool:
        """A stretch of the whole walk; whether it has come to its end."""
        now = self._clock.now()
        if self._whole is None:
            if self._next_whole is not None and now < self._next_whole:
                return False
            self._whole = self._walker(None, await state.remembered(self._redis))
        for _ in range(STRETCH // PIECE):
            if not await self._whole.step():
                break
            await asyncio.sleep(0)
        else:
            return False
        self._whole_fault = self._whole.fault
        self._next_whole = now + (AGAIN if self._whole.fault is None else AGAIN_AFTER_A_FAULT)
        if self._whole.fault is None:
            self._whole_at = now
        self._whole = None
        return True

    def _walker(self, after: Seal | None, outside: Remembered | None) -> Walker:
        known = [] if outside is None else [outside]
        if after is None:
            return Walker(self._db, self._secret_key, remembered=known, piece=PIECE)
        return Walker(self._db, self._secret_key, after=after, remembered=known, piece=PIECE)
