"""web.sse: the wire of events, and the one subscription that wakes the streams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import keys, live
from config.settings import Settings
from web.sse import Signals, frame, stamp


@given(st.dictionaries(st.text(), st.text()))
def test_any_text_stays_within_its_event(payload: dict[str, str]) -> None:
    """No line break of a name or a part can end an event or begin another one."""
    wire = frame(payload).decode()
    assert wire.endswith("\n\n")
    assert wire.count("\n") == 2
    assert json.loads(wire.removeprefix("data: ")) == payload


def test_a_named_event_carries_its_name_first() -> None:
    """As the standard writes it."""
    assert frame({}, "beat") == b"event: beat\ndata: {}\n\n"


def test_times_are_utc_with_milliseconds() -> None:
    """Whatever zone they came in."""
    india = timezone(timedelta(hours=5, minutes=30))
    assert stamp(datetime(2026, 3, 2, 17, 30, tzinfo=india)) == "2026-03-02T12:00:00.000Z"
    assert stamp(datetime(2026, 3, 2, 12, tzinfo=UTC)) == "2026-03-02T12:00:00.000Z"


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Signals]:
    """Signals that are subscribed."""
    redis = live.connect(settings)
    signals = Signals(redis)
    task = asyncio.create_task(signals.run())
    try:
        await subscribed(settings)
        yield signals
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await redis.aclose()


async def subscribed(settings: Settings) -> None:
    """Wait until the subscription stands."""
    redis = live.connect(settings)
    async with asyncio.timeout(5):
        while not await redis.pubsub_numpat():  # noqa: ASYNC110 - Redis tells nobody who subscribes
            await asyncio.sleep(0.01)
    await redis.aclose()


async def publish(settings: Settings, jail_id: int) -> None:
    """Say that a jail has changed."""
    redis = live.connect(settings)
    await redis.publish(keys.jail_changed(jail_id), "")
    await redis.aclose()


async def test_a_jail_that_changed_wakes_its_own_streams_only(settings: Settings) -> None:
    """A console of another jail is left in peace."""
    async with running(settings) as signals, asyncio.timeout(5):
        with signals.listen([1, 2]) as mine, signals.listen([11]) as theirs:
            await publish(settings, 1)
            await mine.wait()
            assert not theirs.is_set()


async def test_the_subscription_comes_back_after_its_connection_was_cut(settings: Settings) -> None:
    """A restarted Redis, or a cut line, costs a moment and not the console."""
    async with running(settings) as signals, asyncio.timeout(10):
        redis = live.connect(settings)
        await redis.client_kill_filter(_type="pubsub")
        await redis.aclose()
        await subscribed(settings)
        with signals.listen([1]) as woken:
            await publish(settings, 1)
            await woken.wait()


async def test_a_stream_that_ended_is_forgotten(settings: Settings) -> None:
    """Consoles that come and go leave nothing behind."""
    signals = Signals(live.connect(settings))
    with signals.listen([1, 2]), signals.listen([2]):
        assert set(signals._listeners) == {1, 2}
    assert not signals._listeners


async def test_closing_wakes_every_stream(settings: Settings) -> None:
    """A server that stops does not wait for its consoles."""
    signals = Signals(live.connect(settings))
    with signals.listen([1]) as one, signals.listen([2]) as other:
        signals.close()
        assert one.is_set()
        assert other.is_set()
        assert signals.closing


@pytest.mark.parametrize("jails", [[], [3]])
async def test_listening_to_nothing_is_allowed(settings: Settings, jails: list[int]) -> None:
    """A member of staff whose scope is empty has a stream that only beats."""
    signals = Signals(live.connect(settings))
    with signals.listen(jails) as event:
        assert not event.is_set()
