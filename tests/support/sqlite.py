"""Embedded databases with all their tables, as copies of one that was migrated once a process."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from broker.storage.migrate import migrate


def make_database(path: Path) -> str:
    """Put a migrated database at a path; return its SQLAlchemy URL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_template(), path)
    return f"sqlite+aiosqlite:///{path}"


def migrate_apart(url: str) -> None:
    """Migrate in a thread of its own: a test's event loop isn't ours to wait in."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(migrate(url))).result()


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="mulakat-template-")


@cache
def _template() -> Path:
    path = Path(_folder().name) / "template.db"
    migrate_apart(f"sqlite+aiosqlite:///{path}")
    return path
