"""Facts on their way to the stream: kept in order, tried again until Redis takes them, never waited for by a room."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import islice
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from config import keys
from config.facts import Fact

#: Facts kept while Redis does not answer; the oldest are given up first.
MOST = 10_000
#: Facts written in one step.
BATCH = 64
#: Entries the stream keeps, about.
STREAM_LENGTH = 100_000
_PAUSE = 0.5

log = structlog.get_logger(__name__)


class FactWriter:
    """Puts facts on the stream from a task of its own."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._waiting: deque[Fact] = deque(maxlen=MOST)
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def write(self, fact: Fact) -> None:
        """Queue a fact."""
        self._waiting.append(fact)
        self._idle.clear()
        self._news.set()

    async def run(self) -> None:
        """Write what is queued, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                await self._write_some()
            self._idle.set()

    async def flush(self, seconds: float) -> None:
        """Wait until everything is written, but no longer than this."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            log.error("facts_not_written", count=len(self._waiting))

    async def _write_some(self) -> None:
        """Write the oldest, all of them or none: at a slot's end there are a thousand at once."""
        some = list(islice(self._waiting, BATCH))
        pipeline = self._redis.pipeline(transaction=True)
        for fact in some:
            pipeline.xadd(keys.FACTS, fact.to_fields(), maxlen=STREAM_LENGTH, approximate=True)
        try:
            await pipeline.execute()
        except RedisError as error:
            log.warning("facts_wait", count=len(self._waiting), error=type(error).__name__)
            await asyncio.sleep(_PAUSE)
            return
        for fact in some:
            if self._waiting and self._waiting[0] is fact:  # the oldest may have been given up meanwhile
                self._waiting.popleft()
