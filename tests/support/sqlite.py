"""Embedded databases with all their tables, as copies of one that was migrated once a process; some with two jails."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from broker.storage.database import Database
from broker.storage.migrate import migrate
from tests.support.visits import Place, furnish

T = TypeVar("T")


def make_database(path: Path) -> str:
    """Put a migrated database at a path; return its SQLAlchemy URL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_template(), path)
    return f"sqlite+aiosqlite:///{path}"


def make_furnished(path: Path) -> tuple[Place, Place]:
    """Put a database with two jails of different states at a path; return them. In each they are the same."""
    template, here, elsewhere = _furnished()
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, path)
    return here, elsewhere


def migrate_apart(url: str) -> None:
    """Migrate in a thread of its own."""
    _apart(migrate(url))


def _apart(work: Coroutine[Any, Any, T]) -> T:
    """Do it in a thread: a test's event loop isn't ours to wait in."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="mulakat-template-")


@cache
def _template() -> Path:
    path = Path(_folder().name) / "template.db"
    migrate_apart(f"sqlite+aiosqlite:///{path}")
    return path


@cache
def _furnished() -> tuple[Path, Place, Place]:
    path = Path(_folder().name) / "furnished.db"
    return path, *_apart(_furnish(make_database(path)))


async def _furnish(url: str) -> tuple[Place, Place]:
    db = Database(url)
    try:
        return await furnish(db, state=27, code=11, terminals=3), await furnish(db, state=19, code=3, terminals=1)
    finally:
        await db.close()
