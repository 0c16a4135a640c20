"""The facts loop: reads what rooms tell from the stream and puts it on paper.

At-least-once: an entry is acknowledged after everything it causes is committed, so one may be seen twice and none is
lost. What a dead worker had taken is claimed by the others after a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from broker.worker.loops import OUTAGES
from broker.worker.paper import Paper
from config import keys
from config.errors import BadFact
from config.facts import EndReason, Fact, FactName

#: Milliseconds a read waits for new entries. The client's timeout must be longer (config.live.connect's `block`).
BLOCK_MS = 1000
#: Milliseconds after which an entry somebody took and did not acknowledge is taken over.
STALE_MS = 15_000
_BATCH = 100

_log = structlog.get_logger(__name__)

Entry = tuple[str, Mapping[str, str] | None]


class FactsLoop:
    """One consumer of the group. `caught_up` is set once it has been through what was there at its start."""

    def __init__(self, redis: Redis, paper: Paper, consumer: str, *, stale_ms: int = STALE_MS) -> None:
        self._redis: Any = redis
        self._paper = paper
        self._consumer = consumer
        self._stale_ms = stale_ms
        self._ready = False
        self.caught_up = False

    async def round(self) -> None:
        """Handle what is there, our own unfinished entries first, or wait a second for something to come.

        Raises RedisError (also when the stream was lost; the next round makes it again) and SQLAlchemyError.
        """
        try:
            await self._prepare()
            entries = [*await self._unfinished(), *await self._stale(), *await self._fresh()]
        except ResponseError:
            self._ready = False
            raise
        for entry in entries:
            await self._handle(entry)
        self.caught_up = self.caught_up or len(entries) < _BATCH

    async def leave(self) -> None:
        """Take the consumer out of the group, unless entries are still to its name. Raises RedisError."""
        pending = await self._redis.xpending_range(
            keys.FACTS, keys.FACTS_GROUP, min="-", max="+", count=1, consumername=self._consumer
        )
        if not pending:
            await self._redis.xgroup_delconsumer(keys.FACTS, keys.FACTS_GROUP, self._consumer)

    async def _prepare(self) -> None:
        if self._ready:
            return
        try:
            await self._redis.xgroup_create(keys.FACTS, keys.FACTS_GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise
        self._ready = True

    async def _unfinished(self) -> list[Entry]:
        """What this consumer took and, because something failed, did not acknowledge."""
        return await self._read("0", None)

    async def _stale(self) -> list[Entry]:
        answer = await self._redis.xautoclaim(
            keys.FACTS, keys.FACTS_GROUP, self._consumer, min_idle_time=self._stale_ms, start_id="0-0", count=_BATCH
        )
        # Redis 6.2 hands out trimmed entries as nil; they can't be acknowledged by an id nobody knows.
        return [entry for entry in answer[1] if entry and entry[0] is not None]

    async def _fresh(self) -> list[Entry]:
        return await self._read(">", BLOCK_MS)

    async def _read(self, start: str, block: int | None) -> list[Entry]:
        answer: Any = await self._redis.xreadgroup(
            keys.FACTS_GROUP, self._consumer, {keys.FACTS: start}, count=_BATCH, block=block
        )
        return [entry for _, entries in _streams(answer) for entry in entries]

    async def _handle(self, entry: Entry) -> None:
        entry_id, fields = entry
        try:
            fact = Fact.from_fields(fields or {})
        except BadFact as error:
            _log.error("bad_fact", entry=entry_id, error=str(error))
        else:
            # A fact we stumble over must not stop those behind it; it is kept, and the sweep closes its visit.
            try:
                await self._put_on_paper(fact)
            except OUTAGES:
                raise
            except Exception:  # noqa: BLE001 - see above
                _log.exception("fact_failed", entry=entry_id, room=fact.room, visit=fact.room)
        await self._redis.xack(keys.FACTS, keys.FACTS_GROUP, entry_id)

    async def _put_on_paper(self, fact: Fact) -> None:
        await self._paper.keep(fact)
        _log.info("fact", fact=fact.name.value, room=fact.room, visit=fact.room, reason=fact.reason, role=fact.role)
        if fact.name is FactName.WATCH_ENDED:
            await self._paper.end_watch(fact)
        if fact.name is FactName.ROOM_ENDED:
            await self._paper.close(fact.room, _end_reason(fact), fact.at, fact.seconds)
            await self._paper.end_watches(fact.room)


def _end_reason(fact: Fact) -> EndReason:
    """Why the room ended. A reason this version does not know ended the room all the same."""
    try:
        return EndReason(fact.reason or "")
    except ValueError:
        return EndReason.SLOT_OVER


def _streams(answer: Any) -> Iterable[tuple[str, list[Entry]]]:
    """Streams of an XREADGROUP answer: pairs under RESP2, a mapping under RESP3, nothing when nothing came."""
    if not answer:
        return []
    return cast("Iterable[tuple[str, list[Entry]]]", answer.items() if isinstance(answer, dict) else answer)
