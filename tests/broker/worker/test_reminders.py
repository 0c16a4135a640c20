"""The reminders' loop: letters queued once, a day and an hour before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from jinja2 import UndefinedError
from redis.asyncio import Redis

from broker.mail.post import Post
from broker.outbox import OutboxMail
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Request, Visit
from broker.worker.reminders import RemindersLoop
from config import keys
from config.settings import Settings
from tests.support.clock import ManualClock
from tests.support.visits import Place, booked

HOUR = 3600.0


@pytest_asyncio.fixture
async def tomorrow(db: Database, place: Place, clock: ManualClock) -> Visit:
    """A visit in thirty hours."""
    return await booked(db, place, starts_at=clock.now() + timedelta(hours=30))


@pytest.fixture
def loop(db: Database, redis: Redis, clock: ManualClock, make_settings: Callable[..., Settings]) -> RemindersLoop:
    """The loop of one worker."""
    return RemindersLoop(db, redis, Post(make_settings()), clock)


async def letters(db: Database, visit: Visit) -> list[str]:
    """The names of the letters that are queued for a visit."""
    async with db.read() as uow:
        return [mail.name for mail in await uow.outbox.for_visit(visit.id)]


async def test_family_is_reminded_the_day_before_and_an_hour_before_and_no_more(
    db: Database, loop: RemindersLoop, clock: ManualClock, tomorrow: Visit
) -> None:
    """However often the loop looks."""
    assert await loop.remind() == 0
    seen = []
    for _ in range(31):
        clock.advance(HOUR)
        seen.append(await loop.remind())
        await loop.remind()
    assert await letters(db, tomorrow) == ["reminder_day", "reminder_hour"]
    assert [hour for hour, number in enumerate(seen, 1) if number] == [6, 29]


async def test_worker_that_was_away_sends_no_reminder_too_late(
    db: Database, loop: RemindersLoop, clock: ManualClock, tomorrow: Visit
) -> None:
    """Back half an hour before the visit: the day's is left out, the hour's still helps."""
    clock.advance(29.5 * HOUR)
    assert await loop.remind() == 1
    assert await letters(db, tomorrow) == ["reminder_hour"]


async def test_the_outbox_is_woken_after_the_commit(
    db: Database, redis: Redis, loop: RemindersLoop, clock: ManualClock, tomorrow: Visit
) -> None:
    """Who listens finds the letter."""
    clock.advance(6 * HOUR)
    async with redis.pubsub() as channel:
        await channel.subscribe(keys.OUTBOX)
        await channel.get_message(timeout=5)
        await loop.remind()
        assert await channel.get_message(ignore_subscribe_messages=True, timeout=5) is not None
    assert await letters(db, tomorrow) == ["reminder_day"]


class Clumsy(Post):
    """A post room that cannot write to one visit's family."""

    spoiled = ""

    async def reminder_day(
        self, uow: UnitOfWork, visit: Visit, request: Request | None, now: datetime
    ) -> list[OutboxMail]:
        """Fail for that one."""
        if visit.id == self.spoiled:
            raise UndefinedError("a template asks for what is not there")
        return await super().reminder_day(uow, visit, request, now)


async def test_letter_that_cannot_be_written_keeps_nobody_else_waiting(  # noqa: PLR0917 - fixtures
    db: Database,
    redis: Redis,
    clock: ManualClock,
    place: Place,
    tomorrow: Visit,
    make_settings: Callable[..., Settings],
) -> None:
    """The other family is reminded; this one as soon as it can be, while it still is of use."""
    other = await booked(db, place, terminal=1, starts_at=tomorrow.starts_at + timedelta(minutes=1))
    post = Clumsy(make_settings())
    post.spoiled = tomorrow.id
    loop = RemindersLoop(db, redis, post, clock)
    clock.advance(6.5 * HOUR)
    assert await loop.remind() == 1
    assert (await letters(db, tomorrow), await letters(db, other)) == ([], ["reminder_day"])
    post.spoiled = ""
    assert await loop.remind() == 1
    assert await letters(db, tomorrow) == ["reminder_day"]


async def test_round_ends_at_once_when_asked_to_stop(loop: RemindersLoop) -> None:
    """The pause between two looks holds nobody up."""
    stop = asyncio.Event()
    stop.set()
    async with asyncio.timeout(5):
        await loop.round(stop)
