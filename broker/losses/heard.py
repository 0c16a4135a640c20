"""When terminals were heard of: each sign of life of a terminal's page, and the stretches without one.

The page speaks to web over HTTP, on another way than its media. That is what tells a dead terminal from a network that
carries no media; and a jail whose terminals all fall silent at once, from one terminal that does.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from config import keys

#: A page speaks at least every ten seconds; after this long without a word it is silent.
QUIET = timedelta(seconds=20)
#: How long before a slot a terminal must have been heard of to say something about its jail by its silence.
LATELY = timedelta(hours=1)
_KEPT = timedelta(days=2)
_SEEN_KEPT = timedelta(days=7)

Pair = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Heard:
    """One terminal's page. `last`: when it was last heard of, None: not for a week; `gaps`: when it was not."""

    last: datetime | None
    gaps: tuple[Pair, ...] = ()


async def hear(redis: Redis, terminal_id: int, now: datetime) -> None:
    """A terminal's page has just spoken. Raises RedisError."""
    client: Any = redis
    before = await client.set(keys.terminal_seen(terminal_id), _iso(now), ex=_SEEN_KEPT, get=True)
    if before is None:
        return
    last = datetime.fromisoformat(str(before))
    if now - last <= QUIET:
        return
    key = keys.terminal_gaps(terminal_id)
    pipeline = client.pipeline(transaction=False)
    pipeline.zadd(key, {f"{_iso(last)} {_iso(now)}": now.timestamp()})
    pipeline.zremrangebyscore(key, "-inf", (now - _KEPT).timestamp())
    pipeline.expire(key, _KEPT)
    await pipeline.execute()


async def heard(redis: Redis, terminal_ids: Collection[int], now: datetime) -> dict[int, Heard]:
    """What is known of these terminals; one that is silent now has a gap until now. Raises RedisError."""
    client: Any = redis
    ids = sorted(terminal_ids)
    pipeline = client.pipeline(transaction=False)
    for terminal_id in ids:
        pipeline.get(keys.terminal_seen(terminal_id))
        pipeline.zrange(keys.terminal_gaps(terminal_id), 0, -1)
    answers = await pipeline.execute() if ids else []
    found = {}
    for terminal_id, seen, kept in zip(ids, answers[::2], answers[1::2], strict=True):
        last = None if seen is None else datetime.fromisoformat(str(seen))
        gaps = [_pair(str(each)) for each in kept]
        if last is not None and now - last > QUIET:
            gaps.append((last, now))
        found[terminal_id] = Heard(last, tuple(gaps))
    return found


def neighbours(others: Collection[Heard], start: datetime) -> tuple[Pair, ...]:
    """When none of a jail's other terminals was heard of, from `start` on. Only those speak for it that were alive
    shortly before; nothing is said where there are none.
    """
    alive = [each for each in others if _alive_before(each, start)]
    silent: list[Pair] | None = None
    for each in alive:
        silent = list(each.gaps) if silent is None else _common(silent, each.gaps)
    return tuple(silent or ())


def _alive_before(terminal: Heard, start: datetime) -> bool:
    """Whether its page spoke at some time in the hour before."""
    if terminal.last is None or terminal.last < start - LATELY:
        return False
    return not any(begin <= start - LATELY and end >= start for begin, end in terminal.gaps)


def _common(one: Collection[Pair], other: Collection[Pair]) -> list[Pair]:
    return [(max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d)]


def _pair(text: str) -> Pair:
    start, end = text.split(" ")
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
