"""Admission tickets: one use, a short life, nothing of them readable in Redis but their digest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis

from broker.errors import TicketTooLate
from broker.tickets import UNUSED, Seat, Ticket, TicketStore
from config import keys, live
from config.secrets import digest
from config.settings import Settings
from tests.support.clock import NOON

SEATS = (Seat("v1", "visitor", "Visitor 1"), Seat("terminal-3", "terminal", "Prison"))
TICKET = Ticket(
    room="ab" * 16, participant="v1", role="visitor", visrn="25/35/55/2021", kind="family", jail_id=4, terminal_id=3,
    node="node-1", starts_at=NOON, ends_at=NOON + timedelta(minutes=15), language="hi", label="आशा", seats=SEATS,
)  # fmt: skip


@pytest.fixture
async def redis(make_settings: Callable[..., Settings], live_url: str) -> AsyncIterator[Redis]:
    """The project's own client, once for each Redis."""
    async with live.connect(make_settings(redis_url=live_url)) as client:
        yield client


def test_ticket_survives_json_whole() -> None:
    """Times come back aware in UTC, seats as seats."""
    assert Ticket.from_json(TICKET.to_json()) == TICKET


async def test_ticket_is_redeemed_once(redis: Redis) -> None:
    """The second who presents it gets nothing, and so does an invented token."""
    store = TicketStore(redis)
    token = await store.issue(TICKET, NOON)
    assert await store.redeem(token) == TICKET
    assert await store.redeem(token) is None
    assert await store.redeem("invented") is None


async def test_of_ten_who_redeem_at_once_one_gets_in(redis: Redis) -> None:
    """Taking it is one step."""
    store = TicketStore(redis)
    token = await store.issue(TICKET, NOON)
    taken = await asyncio.gather(*(store.redeem(token) for _ in range(10)))
    assert sorted(ticket is not None for ticket in taken) == [False] * 9 + [True]


@pytest.mark.parametrize(
    ("now", "life"),
    [
        (NOON - timedelta(minutes=15), UNUSED),
        (NOON, UNUSED),
        (NOON + timedelta(minutes=14), timedelta(minutes=1)),
        (NOON + timedelta(minutes=15) - timedelta(milliseconds=1), timedelta(milliseconds=1)),
    ],
)
async def test_unused_ticket_lives_ten_minutes_or_to_the_slots_end(
    redis: Redis, now: datetime, life: timedelta
) -> None:
    """Whichever comes first is the key's time to live."""
    token = await TicketStore(redis).issue(TICKET, now)
    left = await redis.pttl(keys.ticket(digest(token)))
    assert left <= life.total_seconds() * 1000
    assert left > life.total_seconds() * 1000 - 5_000


async def test_no_ticket_is_issued_when_the_slot_is_over(redis: Redis) -> None:
    """At the end's own instant it is over."""
    store = TicketStore(redis)
    for now in (TICKET.ends_at, TICKET.ends_at + timedelta(days=1)):
        with pytest.raises(TicketTooLate):
            await store.issue(TICKET, now)
    assert await redis.keys(keys.ticket("*")) == []


async def test_token_stands_nowhere_in_redis(redis: Redis) -> None:
    """Who can read Redis can't use what they find there."""
    token = await TicketStore(redis).issue(replace(TICKET, label="x"), NOON)
    names = await redis.keys("*")
    assert names == [keys.ticket(digest(token))]
    assert token not in str(names) + str(await redis.get(names[0]))
