"""Migrated databases: the migrations run once a database kind and test run, tests get copies."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio

from broker.storage.database import Database
from broker.storage.migrate import migrate
from tests.support.postgresql import SUPERUSER, Cluster
from tests.support.visits import Place, furnish

_TEMPLATE = "migrated"
_numbers = itertools.count(1)


def _migrate(url: str) -> None:
    """In a thread of its own: the test's event loop isn't ours to replace."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(migrate(url))).result()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, not to be written to."""
    path = tmp_path_factory.mktemp("migrated") / "template.db"
    _migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_cluster: Cluster) -> Cluster:
    """The cluster, with a migrated database to copy."""
    postgres_cluster.sql(f"CREATE DATABASE {_TEMPLATE}")
    _migrate(f"postgresql+asyncpg://{SUPERUSER}@/{_TEMPLATE}?host={postgres_cluster.folder}")
    return postgres_cluster


@pytest.fixture
def migrated_sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A migrated embedded database."""
    shutil.copy(migrated_file, tmp_path / "test.db")
    return f"sqlite+aiosqlite:///{tmp_path}/test.db"


@pytest.fixture
def migrated_postgres_url(migrated_template: Cluster) -> Iterator[str]:
    """A migrated PostgreSQL database."""
    name = f"copy_{next(_numbers)}"
    migrated_template.sql(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    yield f"postgresql+asyncpg://{SUPERUSER}@/{name}?host={migrated_template.folder}"
    migrated_template.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """A migrated database: once SQLite, once PostgreSQL."""
    fixture = {"sqlite": "migrated_sqlite_url", "postgresql": "migrated_postgres_url"}[request.param]
    return str(request.getfixturevalue(fixture))


@pytest_asyncio.fixture
async def db(migrated_sqlite_url: str) -> AsyncIterator[Database]:
    """The migrated embedded database; that both databases do the same is for the storage's tests."""
    database = Database(migrated_sqlite_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def place(db: Database) -> Place:
    """A jail with two terminals and an inmate."""
    return await furnish(db)
