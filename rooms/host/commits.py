"""Group commit: what many rooms write in the same instant goes to Redis together.

While one pipeline is under way, what comes meanwhile waits for the next. Each by itself costs the loop nearly twice as
much, and when hundreds of rooms end, each would open a connection of its own for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from redis.asyncio import Redis

from rooms.host.tasks import end

#: Writes that go together: a few milliseconds' work for the loop.
AT_ONCE = 32


class Call(NamedTuple):
    """A script to be run, as redis-py registers it, with what it is given."""

    script: Any
    keys: Sequence[str]
    args: Sequence[str | int | float]


@dataclass(frozen=True, slots=True)
class _Write:
    calls: Sequence[Call]
    answers: asyncio.Future[list[Any]]


class GroupCommit:
    """Runs scripts for many who do not know of each other. Each must bear to be run twice."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._waiting: deque[_Write] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def run(self, *calls: Call) -> list[Any]:
        """Run these, one after the other, and return their answers. Raises RedisError, and then any may have run."""
        loop = asyncio.get_running_loop()
        write = _Write(calls, loop.create_future())
        self._waiting.append(write)
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write())
        return await write.answers

    async def close(self) -> None:
        """Write nothing more; who still waits is told nothing."""
        if self._writing is not None:
            await end([self._writing])

    async def _write(self) -> None:
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            try:
                answers = iter(await self._execute([call for write in some for call in write.calls]))
            except Exception as error:  # noqa: BLE001 - it is for those who wait to say what becomes of it
                # Those who came since would have to wait as long to hear the same.
                for write in (*some, *self._waiting):
                    _settle(write, error)
                self._waiting.clear()
            else:
                for write in some:
                    own = [next(answers) for _ in write.calls]
                    _settle(write, next((each for each in own if isinstance(each, Exception)), own))

    async def _execute(self, calls: Sequence[Call]) -> list[Any]:
        """Run them in one round trip; one that fails answers with its error."""
        # Given back in any case: redis-py keeps the connection if loading the scripts fails or is cancelled.
        async with self._redis.pipeline(transaction=False) as pipeline:
            for call in calls:
                await call.script(keys=call.keys, args=call.args, client=pipeline)
            answers: list[Any] = await pipeline.execute(raise_on_error=False)
        return answers


def _settle(write: _Write, outcome: list[Any] | Exception) -> None:
    if write.answers.done():  # who asked has stopped waiting
        return
    if isinstance(outcome, Exception):
        write.answers.set_exception(outcome)
    else:
        write.answers.set_result(outcome)
