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


def neighbours(own: Heard, others: Collection[Heard]) -> tuple[Pair, ...]:
    """The gaps of a terminal in which the jail's others fell silent together with it. Those that were silent before
    say nothing; one that still spoke says that the network worked.
    """
    return tuple(gap for gap in own.gaps if _together([_fell_silent(other, gap) for other in others]))


def _together(said: Collection[bool | None]) -> bool:
    return True in said and False not in said


def _fell_silent(other: Heard, gap: Pair) -> bool | None:
    """Whether another terminal fell silent when this one did; None where it was silent already, or never heard of."""
    if other.last is None:
        return None
    begin = gap[0]
    if any(abs(start - begin) <= QUIET for start, _ in other.gaps):
        return True
    return None if any(start < begin < end for start, end in other.gaps) else False


def _pair(text: str) -> Pair:
    start, end = text.split(" ")
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
