"""The clients of Redis, where live state is: timeouts set, and no command waits for ever."""

from __future__ import annotations

from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from config.settings import Settings

#: Seconds until a connection or an answer counts as failed. A blocking read waits for its BLOCK time on top. A node has
#: time to try again then, before its lease of 5 s is over.
TIMEOUT = 2.0
#: The same for pages, which have no lease to lose. A process that was kept from running finds this time over as soon as
#: it runs again, though the answer lies there: a pause of the machine is not to be told to people as an outage.
PATIENT = 5.0
_RETRIES = 2
_PORT = 6379


def connect(settings: Settings, *, block: float = 0, timeout: float = TIMEOUT) -> Redis:
    """Return a client that speaks str. Connects at its first command, so it needs no loop and does no I/O here.

    `block` is the longest BLOCK (seconds) of the commands it will be used for; a client of its own then. After
    `timeout` seconds an answer counts as failed.
    """
    # A lost connection is tried again at once, a late answer is not: the command may have been done.
    return Redis.from_url(
        settings.redis_url,
        decode_responses=True,
        protocol=2,
        socket_connect_timeout=timeout,
        socket_timeout=timeout + block,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), _RETRIES, supported_errors=(RedisConnectionError,)),
        driver_info=None,  # or a new connection begins with a command whose late answer counts as a lost connection
    )


def place(settings: Settings) -> dict[str, str | int]:
    """Return where Redis is, for a log: host and port, or the path of its socket. Not its user and password."""
    parts = urlsplit(settings.redis_url)
    if parts.scheme == "unix":
        return {"path": parts.path}
    return {"host": parts.hostname or "localhost", "port": parts.port or _PORT}
