"""Migrated databases: the migrations run once a database kind and test run, tests get copies."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from broker.storage.database import Database
from tests.support.postgresql import SUPERUSER, Cluster
from tests.support.sqlite import make_database, migrate_apart
from tests.support.visits import Place, furnish

_TEMPLATE = "migrated"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def migrated_template(postgres_cluster: Cluster) -> Cluster:
    """The cluster, with a migrated database to copy."""
    postgres_cluster.sql(f"CREATE DATABASE {_TEMPLATE}")
    migrate_apart(f"postgresql+asyncpg://{SUPERUSER}@/{_TEMPLATE}?host={postgres_cluster.folder}")
    return postgres_cluster


@pytest.fixture
def migrated_sqlite_url(tmp_path: Path) -> str:
    """A migrated embedded database."""
    return make_database(tmp_path / "test.db")


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
