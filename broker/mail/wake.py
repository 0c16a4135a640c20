"""The tap on the worker's shoulder: there is mail in the outbox."""

from __future__ import annotations

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from config import keys

_log = structlog.get_logger(__name__)


async def wake_worker(redis: Redis) -> bool:
    """Call after the commit that queued a message; False where Redis did not answer.

    The worker's own poll finds the message half a second later then.
    """
    try:
        await redis.publish(keys.OUTBOX, "")
    except (RedisError, OSError, TimeoutError) as error:
        _log.warning("worker_not_woken", error=type(error).__name__)
        return False
    return True
