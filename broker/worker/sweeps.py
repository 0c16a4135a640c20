"""The sweep: closes visits whose slot is over and whose room told nobody, because its node died with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from broker.storage.database import Database
from broker.worker.loops import OUTAGES
from broker.worker.paper import Paper
from config.clock import Clock

#: How long after the slot's end a room's own fact is waited for.
GRACE = timedelta(seconds=5)
EVERY = 2.0

_log = structlog.get_logger(__name__)


class Sweeper:
    """Closes overdue visits. It waits until `caught_up` says that the facts which are there have been read: after an
    outage of the worker they say more than the live state does.
    """

    def __init__(self, db: Database, paper: Paper, clock: Clock, caught_up: Callable[[], bool]) -> None:
        self._db = db
        self._paper = paper
        self._clock = clock
        self._caught_up = caught_up

    async def sweep(self) -> int:
        """Close what is overdue; return how many visits were. Raises RedisError and SQLAlchemyError."""
        if not self._caught_up():
            return 0
        async with self._db.read() as uow:
            overdue = await uow.visits.due_for_closing(self._clock.now() - GRACE)
        closed = 0
        for visit in overdue:
            try:
                closed += await self._paper.close(visit.id, None, None, {}) is not None
            except OUTAGES:
                raise
            except Exception:  # noqa: BLE001 - one visit that can't be closed keeps no other waiting
                _log.exception("visit_not_closed", visit=visit.id, room=visit.id)
        if closed:
            _log.info("swept", visits=closed)
        return closed
