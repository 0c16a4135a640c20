"""The worker as a whole: real servers, a real clock, and servers that go away and come back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from redis.asyncio import Redis
from redis.exceptions import RedisError

from broker.admission.service import AdmissionService
from broker.mail import read_inbox
from broker.outbox import MailStatus
from broker.storage.database import Database
from broker.visit import Outcome, Visit, VisitStatus
from broker.worker import serve
from config import keys, live
from config.clock import SystemClock
from config.settings import Settings
from tests.broker.samples import a_mail
from tests.broker.worker.test_facts import look, tell, whole_visit
from tests.support.ports import free_port
from tests.support.smtp import SmtpServer
from tests.support.visits import approved, furnish, request

ROOT = Path(__file__).parents[3]
PATIENCE = 30.0
Make = Callable[..., Settings]


@contextlib.asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[None]:
    """A worker at work; leaving stops it, which must not take long."""
    stop = asyncio.Event()
    task = asyncio.create_task(serve(settings, stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(PATIENCE):
            await task


@contextlib.asynccontextmanager
async def visit_now(database_url: str, *, ended: bool = False) -> AsyncIterator[tuple[Database, Visit]]:
    """A migrated database with an approved visit whose slot is on, or has just ended."""
    db = Database(database_url)
    place, now = await furnish(db), SystemClock().now()
    starts_at = now - timedelta(minutes=15, seconds=4) if ended else now
    async with db.begin() as uow:
        visit = await approved(uow, place, request(place, starts_at=starts_at), now=now)
        await uow.commit()
    yield db, visit
    await db.close()


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that happens elsewhere."""
    async with asyncio.timeout(PATIENCE):
        while not await check():  # noqa: ASYNC110 - it happens in another process, which tells nobody
            await asyncio.sleep(0.02)


async def test_codes_reach_the_mail_server_within_a_second_of_the_commit(
    make_settings: Make, redis_url: str, migrated_url: str, smtp_server: SmtpServer
) -> None:
    """On both databases; the state page and operator see follows, and the text is wiped."""
    settings = make_settings(
        redis_url=redis_url, database_url=migrated_url,
        smtp_host=smtp_server.host, smtp_port=smtp_server.port, smtp_tls="none",
    )  # fmt: skip
    async with visit_now(migrated_url) as (db, visit), live.connect(settings) as redis, working(settings):
        await until(lambda: listening(redis))
        await AdmissionService(settings, db, redis).send_codes(visit, visit.visitors[0], SystemClock().now())
        committed = time.monotonic()
        await smtp_server.wait()
        assert time.monotonic() - committed < 1.0

        async def sent() -> bool:
            async with db.read() as uow:
                [mail] = await uow.outbox.for_visit(visit.id)
            return mail.status is MailStatus.SENT and mail.text == ""

        await until(sent)


async def listening(redis: Redis) -> bool:
    """Whether the worker hears the wake channel."""
    [(_, subscribers)] = await redis.pubsub_numsub(keys.OUTBOX)
    return bool(subscribers)


async def test_codes_are_found_without_being_woken(make_settings: Make, migrated_sqlite_url: str) -> None:
    """Redis is down: the worker's own poll sends what the database holds."""
    settings = make_settings(redis_url=f"redis://127.0.0.1:{free_port()}", database_url=migrated_sqlite_url)
    async with visit_now(migrated_sqlite_url) as (db, visit), working(settings):
        async with db.begin() as uow:
            await uow.outbox.add(a_mail(SystemClock().now(), visit_id=visit.id))
            await uow.commit()

        async def arrived() -> bool:
            return bool(read_inbox(settings.mail_dir))

        await until(arrived)


async def test_mail_arrives_when_the_server_comes_back(
    make_settings: Make, redis_url: str, migrated_sqlite_url: str
) -> None:
    """Down at the first try, up before the second."""
    port, took = free_port(), SmtpServer()
    settings = make_settings(
        redis_url=redis_url, database_url=migrated_sqlite_url, smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none"
    )
    async with visit_now(migrated_sqlite_url) as (db, visit), live.connect(settings) as redis, working(settings):
        admission = AdmissionService(settings, db, redis)
        await admission.send_codes(visit, visit.visitors[0], SystemClock().now())

        async def failed_once() -> bool:
            return (await admission.mail_state(visit.id))[visit.visitors[0].id].error_id == "mail_server_unreachable"

        await until(failed_once)
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(took), "127.0.0.1", port)
        [mail] = await took.wait()
        server.close()
        assert mail["To"] == visit.visitors[0].email


async def test_facts_and_sweeps_close_visits_while_mail_cannot_be_sent(
    make_settings: Make, redis_url: str, migrated_sqlite_url: str
) -> None:
    """Loops don't stand in each other's way."""
    settings = make_settings(
        redis_url=redis_url, database_url=migrated_sqlite_url, smtp_host="127.0.0.1", smtp_port=free_port()
    )
    async with (
        visit_now(migrated_sqlite_url, ended=True) as (db, visit),
        live.connect(settings) as redis,
        working(settings),
    ):
        await tell(redis, *whole_visit(visit))

        async def closed() -> bool:
            return (await look(db, visit))[0].status is VisitStatus.CLOSED

        await until(closed)
        assert (await look(db, visit))[0].outcome is Outcome.COMPLETED


@contextlib.contextmanager
def redis_at(port: int) -> Iterator[None]:
    """A Redis on this port, killed at the end, with nothing kept."""
    child = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""], stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        child.kill()
        child.wait()


async def test_worker_outlives_a_redis_that_dies_and_comes_back_empty(
    make_settings: Make, migrated_sqlite_url: str
) -> None:
    """After the outage it hears the wake channel again, reads facts and closes visits, without being started anew."""
    port = free_port()
    settings = make_settings(redis_url=f"redis://127.0.0.1:{port}", database_url=migrated_sqlite_url)
    async with contextlib.AsyncExitStack() as stack:
        db, visit = await stack.enter_async_context(visit_now(migrated_sqlite_url, ended=True))
        redis = await stack.enter_async_context(live.connect(settings))
        with redis_at(port):
            await stack.enter_async_context(working(settings))
            await until(lambda: awake(redis))
        stack.enter_context(redis_at(port))
        await until(lambda: awake(redis))
        await tell(redis, *whole_visit(visit))

        async def closed() -> bool:
            return (await look(db, visit))[0].status is VisitStatus.CLOSED

        await until(closed)


async def awake(redis: Redis) -> bool:
    """Whether Redis answers and the worker listens to it."""
    try:
        return await listening(redis)
    except (RedisError, OSError):
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_worker_process_stops_in_peace_when_asked(
    make_settings: Make, redis_url: str, migrated_sqlite_url: str, number: signal.Signals
) -> None:
    """`python -m broker` ends with status 0 and leaves no consumer behind."""
    settings = make_settings(redis_url=redis_url, database_url=migrated_sqlite_url)
    environment = os.environ | {
        "MULAKAT_VAR_DIR": str(settings.var_dir),
        "MULAKAT_REDIS_URL": redis_url,
        "MULAKAT_DATABASE_URL": migrated_sqlite_url,
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "broker", cwd=ROOT, env=environment)
    async with live.connect(settings) as redis:
        await until(lambda: listening(redis))
        process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0
        assert await redis.xinfo_consumers(keys.FACTS, keys.FACTS_GROUP) == []
