"""The counting loop: what has changed is counted within seconds, so that a report says what is on paper."""

from __future__ import annotations

import asyncio

import structlog

from broker.reports.counting import BATCH, count
from broker.storage.database import Database
from broker.worker.loops import wait
from config.clock import Clock

#: Seconds between two looks when nothing waits.
EVERY = 2.0
#: Seconds between two batches when much waits: others want to write too.
BETWEEN = 0.05

_log = structlog.get_logger(__name__)


class ReportsLoop:
    """Counts what waits. Several workers may run it: one counts at a time."""

    def __init__(self, db: Database, clock: Clock, *, batch: int = BATCH) -> None:
        self._db = db
        self._clock = clock
        self._batch = batch

    async def round(self, stop: asyncio.Event) -> None:
        """Count a batch, or wait for something to count. Raises SQLAlchemyError."""
        counted = await count(self._db, self._clock.now(), batch=self._batch)
        if counted:
            _log.info("visits_counted", visits=counted)
        await wait(stop, BETWEEN if counted else EVERY)
