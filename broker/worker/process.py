"""The worker's process: its loops side by side, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator

import structlog
from redis.asyncio import Redis

from broker.mail.post import Post
from broker.mail.sender import Sender, make_sender
from broker.storage.database import Database
from broker.worker.audit import EVERY as EVERY_AUDIT
from broker.worker.audit import AuditLoop
from broker.worker.decisions import EVERY as EVERY_DECISION
from broker.worker.decisions import DecisionsLoop
from broker.worker.facts import BLOCK_MS, FactsLoop
from broker.worker.loops import OUTAGES, Beats, every, keep_going
from broker.worker.outbox import OutboxLoop
from broker.worker.paper import Paper
from broker.worker.reminders import RemindersLoop
from broker.worker.reports import ReportsLoop
from broker.worker.sweeps import EVERY, Sweeper
from config import live
from config.clock import Clock, SystemClock
from config.settings import Settings

#: Seconds that messages under way get to arrive when the process is asked to stop.
LAST_SENDS = 4.0

_log = structlog.get_logger(__name__)


async def main(settings: Settings) -> None:
    """Run the worker until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve(settings, stop)


async def serve(
    settings: Settings, stop: asyncio.Event, *, clock: Clock | None = None, sender: Sender | None = None
) -> None:
    """Run every loop until `stop` is set, then finish what is under way."""
    clock = clock or SystemClock()
    async with _resources(settings) as (db, redis):
        paper = Paper(db, redis, clock, settings)
        outbox = OutboxLoop(db, redis, sender or make_sender(settings), clock)
        facts = FactsLoop(redis, paper, _consumer())
        sweeper = Sweeper(db, paper, clock, lambda: facts.caught_up)
        reminders = RemindersLoop(db, redis, Post(settings), clock)
        decisions = DecisionsLoop(db, redis, settings, clock)
        audit = AuditLoop(db, redis, settings.secret_key, clock)
        reports = ReportsLoop(db, clock)
        beats = Beats(redis, clock)

        async def sweep() -> None:
            await sweeper.sweep()
            await beats.write()

        _log.info("worker_started")
        async with asyncio.TaskGroup() as group:
            listener = group.create_task(keep_going("wake", outbox.listen, stop, beats))
            group.create_task(keep_going("outbox", outbox.round, stop, beats))
            group.create_task(keep_going("facts", facts.round, stop, beats))
            group.create_task(keep_going("sweep", every(EVERY, sweep, stop), stop, beats))
            group.create_task(keep_going("decisions", every(EVERY_DECISION, decisions.round, stop), stop, beats))
            group.create_task(keep_going("reminders", lambda: reminders.round(stop), stop, beats))
            group.create_task(keep_going("audit", every(EVERY_AUDIT, audit.round, stop), stop, beats))
            group.create_task(keep_going("reports", lambda: reports.round(stop), stop, beats))
            await stop.wait()
            listener.cancel()
        await outbox.finish(LAST_SENDS)
        with contextlib.suppress(*OUTAGES):
            await audit.finish()
        with contextlib.suppress(*OUTAGES):
            await facts.leave()
        _log.info("worker_stopped")


@contextlib.asynccontextmanager
async def _resources(settings: Settings) -> AsyncIterator[tuple[Database, Redis]]:
    db = Database(settings.database_url)
    redis = live.connect(settings, block=BLOCK_MS / 1000)
    try:
        yield db, redis
    finally:
        await redis.aclose()
        await db.close()


def _consumer() -> str:
    """A name nobody else in the group has: a restarted worker is another consumer."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
