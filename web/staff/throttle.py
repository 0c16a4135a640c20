"""How often somebody may try to get in: counted in Redis, before the secret is looked at.

Each try counts against every one of its subjects in one script, so a burst of
parallel tries cannot slip past the limit. Without an answer from Redis nobody
gets in: the callers turn RedisError into a refusal.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis

# KEYS: one counter per subject. ARGV: per subject its limit and its window in seconds.
# Answers 0 when the try may go on, else the seconds to wait. A refused try is not
# counted, so a lock ends although somebody keeps hammering on the door.
_TAKE = """
local wait = 0
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * i - 1]) then
    wait = math.max(wait, redis.call('TTL', key), 1)
  end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, ARGV[2 * i]) end
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` per `window` seconds, counted under the Redis key `key`."""

    key: str
    tries: int
    window: int


async def take(redis: Redis, limits: Sequence[Limit]) -> int:
    """Count one try against every limit: 0 if it may go on, else the seconds to wait.

    Raises RedisError when the counters cannot be reached.
    """
    arguments = [str(value) for limit in limits for value in (limit.tries, limit.window)]
    answer = redis.eval(_TAKE, len(limits), *(limit.key for limit in limits), *arguments)
    return int(await cast("Awaitable[int]", answer))


async def clear(redis: Redis, limits: Sequence[Limit]) -> None:
    """Forget the tries after a success."""
    await redis.delete(*(limit.key for limit in limits))


# KEYS: one counter. It is only lowered while it counts something, and keeps its end.
_GIVE_BACK = """
if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end
return 0
"""


async def give_back(redis: Redis, limit: Limit) -> None:
    """Take one try off a shared counter: a success is no attempt at guessing."""
    await cast("Awaitable[int]", redis.eval(_GIVE_BACK, 1, limit.key))
