"""A real PostgreSQL: one cluster a run in a temporary folder, one fresh database a test.

Databases are made and dropped over one connection that stays: each new one would cost four times the copying.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from config.redis_child import die_with_parent

T = TypeVar("T")
START_SECONDS = 30.0
SUPERUSER = "mulakat"
#: Durability is of no use to a database that is thrown away.
FAST = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"),
    *("listen_addresses=", "max_connections=200"),
)


@dataclass(frozen=True)
class Cluster:
    """A running server; `folder` is where its socket is."""

    programs: Path
    folder: Path
    user: str | None
    execute: Callable[[str], object] | None = None

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; what it says is shown when it fails."""
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            capture_output=True,
            check=False,
            text=True,
            timeout=START_SECONDS,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            cwd=self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.strip()}")

    def sql(self, statement: str) -> None:
        """Run one statement as the superuser."""
        if self.execute is not None:
            self.execute(statement)
            return
        self.run("psql", "-X", "-q", "-h", str(self.folder), "-U", SUPERUSER, "-d", "postgres", "-c", statement)


def _programs() -> Path:
    """The newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere is None:
        pytest.fail("no PostgreSQL: ./run test installs it where it can")
    return Path(elsewhere).resolve().parent


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root; its package brings a user for it."""
    if os.getuid():
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


class Console:
    """A loop on a thread of its own for the tests' own errands: fixtures may run beside a test's loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it there, and return what came of it. Raises TimeoutError, or what it raises."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)
        self._loop.close()


@pytest.fixture(scope="session")
def console() -> Iterator[Console]:
    """One for the whole run."""
    console = Console()
    yield console
    console.close()


@pytest.fixture(scope="session")
def postgres_cluster(console: Console) -> Iterator[Cluster]:
    """A cluster for the whole run."""
    user = _server_user()
    with tempfile.TemporaryDirectory(prefix="mulakat-pg-") as name:
        folder = Path(name)
        if user:
            account = pwd.getpwnam(user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        cluster = Cluster(_programs(), folder, user)
        data = str(folder / "data")
        cluster.run("initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        with _server(cluster, ["-D", data, "-k", name]):
            connection = console.wait_for(_connect(cluster))
            yield replace(cluster, execute=lambda statement: console.wait_for(connection.execute(statement)))
            console.wait_for(connection.close())


async def _connect(cluster: Cluster) -> asyncpg.Connection:
    return await asyncpg.connect(host=str(cluster.folder), user=SUPERUSER, database="postgres")


@contextlib.contextmanager
def _server(cluster: Cluster, arguments: Sequence[str]) -> Iterator[None]:
    options = [word for setting in FAST for word in ("-c", setting)]
    with (cluster.folder / "server.log").open("w") as log:
        child = subprocess.Popen(
            [str(cluster.programs / "postgres"), *arguments, *options],
            stdout=log,
            stderr=log,
            user=cluster.user,
            group=cluster.user,
            extra_groups=[] if cluster.user else None,
            preexec_fn=lambda: die_with_parent(signal.SIGINT),  # noqa: PLW1509 - must be set before exec
        )
    try:
        _wait_until_ready(cluster, child)
        yield
    finally:
        child.send_signal(signal.SIGINT)  # PostgreSQL's "fast" shutdown: connections are not waited for
        child.wait(START_SECONDS)


def _wait_until_ready(cluster: Cluster, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return cluster.sql("SELECT 1")
        except RuntimeError as error:
            if child.poll() is not None or time.monotonic() > deadline:
                said = (cluster.folder / "server.log").read_text()
                raise RuntimeError(f"PostgreSQL did not start: {said}") from error
            time.sleep(0.05)


_numbers = itertools.count(1)


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The SQLAlchemy URL of a fresh, empty database."""
    name = f"test_{next(_numbers)}"
    postgres_cluster.sql(f"CREATE DATABASE {name}")
    yield f"postgresql+asyncpg://{SUPERUSER}@/{name}?host={postgres_cluster.folder}"
    postgres_cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The SQLAlchemy URL of a SQLite file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path}/test.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: once SQLite, once PostgreSQL."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    return str(request.getfixturevalue(fixture))
