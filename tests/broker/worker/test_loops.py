"""Loops go on whatever happens to the services they need, and stop when they are asked to."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from broker.worker import loops
from broker.worker.loops import Beats, every, keep_going, wait
from config import keys
from tests.support.clock import ManualClock


@pytest.mark.parametrize("error", [RedisConnectionError("away"), OSError("away"), TimeoutError(), ZeroDivisionError()])
async def test_loop_goes_on_after_a_failed_round(
    redis: Redis, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """An outage and a fault of our own alike; both are logged."""
    monkeypatch.setattr(loops, "_FIRST_PAUSE", 0.001)
    stop, rounds = asyncio.Event(), list[int]()

    async def round_() -> None:
        rounds.append(len(rounds))
        if len(rounds) < 4:
            raise error
        stop.set()

    with capture_logs() as logs:
        await keep_going("test", round_, stop, Beats(redis, clock))
    assert rounds == [0, 1, 2, 3]
    assert [line["again_in"] for line in logs] == [0.001, 0.002, 0.004]


async def test_stop_ends_a_pause_at_once(redis: Redis, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a back-off to run out."""
    monkeypatch.setattr(loops, "_FIRST_PAUSE", 60.0)
    stop = asyncio.Event()

    async def round_() -> None:
        asyncio.get_running_loop().call_soon(stop.set)
        raise OSError

    begun = time.monotonic()
    await keep_going("test", round_, stop, Beats(redis, clock))
    assert time.monotonic() - begun < 5


async def test_wait_says_whether_the_event_came() -> None:
    """True when it is set, False when the time is up."""
    event = asyncio.Event()
    assert not await wait(event, 0.01)
    event.set()
    assert await wait(event, 60)


async def test_beats_tell_when_each_loop_last_worked(redis: Redis, clock: ManualClock) -> None:
    """A loop that only fails has no beat; the key lives no longer than a minute."""
    client: Any = redis
    beats, stop = Beats(redis, clock), asyncio.Event()

    async def works() -> None:
        stop.set()

    await keep_going("outbox", works, stop, beats)
    await beats.write()
    assert await client.hgetall(keys.WORKER_BEATS) == {"outbox": f"{clock.now().timestamp():.3f}"}
    assert 0 < await client.ttl(keys.WORKER_BEATS) <= 60


async def test_a_round_that_comes_again_lets_its_time_pass_or_stops_at_once() -> None:
    """An act, then a pause; when it is time to stop, no pause."""
    stop, acts = asyncio.Event(), list[float]()

    async def act() -> None:
        acts.append(time.monotonic())
        if len(acts) == 2:
            stop.set()

    round_ = every(0.05, act, stop)
    await round_()
    assert time.monotonic() - acts[0] >= 0.05
    await every(60, act, stop)()
    assert time.monotonic() - acts[1] < 5
