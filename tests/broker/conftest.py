"""Migrated databases: the migrations run once a database kind and test run, tests get copies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from broker.storage.database import Database
from tests.support.postgresql import SUPERUSER, Cluster, Console
from tests.support.spares import Spares
from tests.support.sqlite import make_database, migrate_apart
from tests.support.visits import Place, furnish

_TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def spares(postgres_cluster: Cluster, console: Console) -> Spares:
    """Migrated PostgreSQL databases for one test after the other."""
    postgres_cluster.sql(f"CREATE DATABASE {_TEMPLATE}")
    migrate_apart(_url(postgres_cluster, _TEMPLATE))
    return Spares(postgres_cluster, console, _TEMPLATE)


def _url(cluster: Cluster, name: str) -> str:
    return f"postgresql+asyncpg://{SUPERUSER}@/{name}?host={cluster.folder}"


@pytest.fixture
def migrated_sqlite_url(tmp_path: Path) -> str:
    """A migrated embedded database."""
    return make_database(tmp_path / "test.db")


@pytest.fixture
def migrated_postgres_url(postgres_cluster: Cluster, spares: Spares) -> Iterator[str]:
    """A migrated PostgreSQL database."""
    name = spares.take()
    yield _url(postgres_cluster, name)
    spares.give_back(name)


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
