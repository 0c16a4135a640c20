"""broker.audit.state: what the worker says of the chain."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest_asyncio
from redis.asyncio import Redis

from broker.audit import state
from broker.audit.seal import NOTHING_SEALED, seal_after
from broker.audit.state import ChainState
from broker.audit.walk import Fault, FaultKind, Remembered
from config import live
from config.settings import Settings
from tests.support.audit import AT, KEY


@pytest_asyncio.fixture
async def redis(make_settings: Callable[..., Settings], live_url: str) -> AsyncIterator[Redis]:
    """A client, once for each Redis."""
    async with live.connect(make_settings(redis_url=live_url)) as client:
        yield client


async def test_nothing_was_said_yet(redis: Redis) -> None:
    """Neither of the chain nor of a seal."""
    assert await state.read(redis) is None
    assert await state.remembered(redis) is None


async def test_what_one_walk_found_stays_until_it_finds_otherwise(redis: Redis) -> None:
    """The walk along what is new says nothing about what lies far back."""
    fault = Fault(FaultKind.MISSING, 3, 4)
    later = AT + timedelta(minutes=2)
    await state.say(redis, 9, AT, whole_at=None, faults={"new": None, "whole": fault})
    assert await state.read(redis) == ChainState(9, AT, None, fault)
    await state.say(redis, 12, later, whole_at=None, faults={"new": None})
    assert await state.read(redis) == ChainState(12, later, None, fault)
    await state.say(redis, 12, later, whole_at=later, faults={"new": None, "whole": None})
    assert await state.read(redis) == ChainState(12, later, later)


async def test_the_last_seal_is_remembered(redis: Redis) -> None:
    """Number, entry and hash."""
    await state.remember(redis, seal_after(KEY, NOTHING_SEALED, 7, "f" * 64, AT))
    assert await state.remembered(redis) == Remembered(7, "f" * 64, 1)
