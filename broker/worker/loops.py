"""Running a loop for as long as the process lives, whatever happens to the services it needs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from config import keys
from config.clock import Clock

#: What an outside service that is away looks like.
OUTAGES = (RedisError, SQLAlchemyError, OSError, TimeoutError)

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15.0
_BEAT_LIFE = 60

_log = structlog.get_logger(__name__)


class Beats:
    """The worker's signs of life, for whoever asks whether mail and closings go on."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis: Any = redis
        self._clock = clock
        self._last: dict[str, str] = {}

    def note(self, loop: str) -> None:
        """A loop has finished a round."""
        self._last[loop] = f"{self._clock.now().timestamp():.3f}"

    async def write(self) -> None:
        """Tell the others. Raises RedisError."""
        if self._last:
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.hset(keys.WORKER_BEATS, mapping=self._last)
            pipeline.expire(keys.WORKER_BEATS, _BEAT_LIFE)
            await pipeline.execute()


async def keep_going(name: str, round_: Callable[[], Awaitable[None]], stop: asyncio.Event, beats: Beats) -> None:
    """Repeat `round_` until `stop` is set. A round that fails is logged and repeated after a pause, which doubles from
    half a second to fifteen and is forgotten after a round that works. `round_` itself waits for work.
    """
    pause = _FIRST_PAUSE
    while not stop.is_set():
        try:
            await round_()
        except OUTAGES as outage:
            _log.warning("loop_interrupted", loop=name, error=type(outage).__name__, again_in=pause)
        except Exception:  # noqa: BLE001 - a fault in one loop must not stop the others: mails and closings go on
            _log.exception("loop_failed", loop=name, again_in=pause)
        else:
            pause = _FIRST_PAUSE
            beats.note(name)
            continue
        await wait(stop, pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def every(seconds: float, act: Callable[[], Awaitable[object]], stop: asyncio.Event) -> Callable[[], Awaitable[None]]:
    """A round that acts, and then lets so much time pass, or less when it is time to stop."""

    async def round_() -> None:
        await act()
        await wait(stop, seconds)

    return round_


async def wait(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event for so long at most; whether it is set."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
