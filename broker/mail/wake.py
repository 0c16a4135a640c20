"""The tap on the worker's shoulder: there is mail in the outbox."""

from __future__ import annotations

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from config import keys

_log = structlog.get_logger(__name__)


async def wake_worker(redis: Redis) -> None:
    """Call after the commit that queued a message. Without Redis the worker's own poll finds it half a second later."""
    try:
        await redis.publish(keys.OUTBOX, "")
    except (RedisError, OSError, TimeoutError) as error:
        _log.warning("worker_not_woken", error=type(error).__name__)
