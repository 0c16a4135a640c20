"""How many registrations a second the portal takes, and how long its pages take meanwhile, on both databases.

The whole web application serves over real sockets in this process, with a private Redis. Families, some at a time, each
with a browser's cookies, walk through the registration: every page is opened and sent, the code is taken from the
outbox, the number is shown. The photo and the proof of work are left out of the clock: the one is a process of its own,
the other the family's phone. What is measured is therefore the portal and the storage, on one core shared with the
families; a page's time is from the request to the last byte of its answer.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp.test_utils import TestServer

from broker.storage.migrate import migrate
from web.keys import DB

from .databases import each
from .portal_family import Family, Ground, prepare
from .report import by_database, percentile
from .serving import served

FEWEST = 50
"""Registrations that a pace can be told from."""


@dataclass
class Result:
    """What one database managed. `pages_ms`: every page's time."""

    database: str
    registrations: int = 0
    failed: int = 0
    seconds: float = 0.0
    pages_ms: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float | int | str]:
        """As a line of the table, and as JSON."""
        ordered = sorted(self.pages_ms)
        return {
            "registrations": self.registrations,
            "failed": self.failed,
            "per_second": round(self.registrations / self.seconds, 2) if self.seconds else 0.0,
            "pages": len(ordered),
            "p50_ms": round(percentile(ordered, 0.5), 1),
            "p95_ms": round(percentile(ordered, 0.95), 1),
        }


def measure(registrations: int, at_once: int, databases: list[str]) -> dict[str, object]:
    """Run each database in turn; the figures by database."""
    return each(
        {"bench": "portal", "at_once": at_once},
        databases,
        lambda name, url, folder: asyncio.run(_run(name, url, folder, registrations, at_once)).figures(),
    )


def table(found: dict[str, object]) -> str:
    """For people."""
    columns = {
        "per_second": "registrations/s",
        "p50_ms": "p50 ms",
        "p95_ms": "p95 ms",
        "pages": "pages",
        "failed": "failed",
    }
    return by_database(found, columns, 15)


def doubts(registrations: int) -> list[str]:
    """What the figures cannot be taken for."""
    few = registrations < FEWEST
    return [f"Fewer than {FEWEST} registrations show that it works, and not how fast."] if few else []


async def _run(name: str, url: str, folder: Path, registrations: int, at_once: int) -> Result:
    await migrate(url)
    result = Result(name)
    async with served(url, folder) as server:
        ground = await prepare(server.app[DB], registrations)
        queue = iter(range(registrations))
        began = time.perf_counter()
        await asyncio.gather(*(_families(server, ground, queue, result) for _ in range(at_once)))
        result.seconds = time.perf_counter() - began
    return result


async def _families(server: TestServer, ground: Ground, queue: Iterator[int], result: Result) -> None:
    """One after the other, until nobody waits."""
    for number in queue:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(server.make_url("/"), cookie_jar=jar) as session:
            family = Family(session, server.app, ground, number, result.pages_ms)
            if re.fullmatch(r"\d+/\d+/\d+/\d+", await family.register()):
                result.registrations += 1
            else:
                result.failed += 1
