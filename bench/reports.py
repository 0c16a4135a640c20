"""How long the department's reports take to open at the size of the table that Maharashtra published.

The sixty jails with their 316,647 sessions, and what else happens to requests, are invented and counted first; that
takes minutes. Then the web application serves in this process, with a private Redis, and an administrator of the state
opens each page a few times: from the request to the last byte, with the entry in the audit, the database, the template
and all. `first` is the first time after the application has started.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from statistics import median

import aiohttp
from sqlalchemy import text

from broker.demo import published
from broker.demo.world import MAHARASHTRA
from broker.reports.counting import count_all
from broker.staff import Role, hash_password
from broker.storage.database import Database
from broker.storage.migrate import migrate
from broker.storage.staff import NewStaff
from web.keys import DB

from .databases import database
from .serving import served

PERIOD = "from=2024-01-01&to=2025-02-09"
#: What is opened, by the name it has in the table.
PAGES: Mapping[str, str] = {
    "by jail": f"/reports?{PERIOD}&by=jail",
    "as published": f"/reports?{PERIOD}&by=jail&then=month&layout=columns&number=connected&mode=video&sort=total",
    "by jail and month": f"/reports?{PERIOD}&by=jail&then=month",
    "refusals by month": f"/reports?{PERIOD}&by=month&show=refusals",
    "workbook by jail": f"/reports/table.xlsx?{PERIOD}&by=jail",
}
_WHO, _PASSWORD = "bench", "a password for measurements"


@dataclass
class Opened:
    """The times of one page in milliseconds, in the order in which it was opened, and its size in bytes."""

    ms: list[float] = field(default_factory=list)
    size: int = 0

    def figures(self) -> dict[str, float]:
        """The first, the median and the longest."""
        return {
            "first_ms": round(self.ms[0], 1),
            "median_ms": round(median(self.ms), 1),
            "longest_ms": round(max(self.ms), 1),
            "kilobytes": round(self.size / 1000, 1),
        }


def measure(share: Fraction, opens: int, databases: list[str], url: str = "") -> dict[str, object]:
    """Run each database in turn, or the one at `url`, which may have been filled before."""
    found: dict[str, object] = {"bench": "reports", "share": str(share)}
    for name in ["given"] if url else databases:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mulakat-bench-")))
            at = url or stack.enter_context(database(name, folder))
            found[name] = asyncio.run(_run(at, folder, share, opens))
    return found


def table(found: Mapping[str, object]) -> str:
    """For people."""
    lines = [f"{'':>12}  {'':<20}{'first ms':>10}{'median ms':>11}{'longest ms':>12}{'kB':>9}"]
    for name, pages in found.items():
        for page, figures in pages.items() if isinstance(pages, dict) else ():
            if isinstance(figures, dict):
                first, middle, longest, size = figures.values()
                lines.append(f"{name:>12}  {page:<20}{first:>10}{middle:>11}{longest:>12}{size:>9}")
    return "\n".join(lines)


def doubts(share: Fraction) -> list[str]:
    """What the figures cannot be taken for."""
    return [f"With {share} of the sessions it shows that it works, and not how it opens with all."] if share < 1 else []


async def _run(url: str, folder: Path, share: Fraction, opens: int) -> dict[str, object]:
    await migrate(url)
    filled = await _fill(url, share)
    async with served(url, folder) as server:
        await _hire(server.app[DB])
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(server.make_url("/"), cookie_jar=jar) as session:
            await _sign_in(session)
            pages = {name: await _open(session, path, opens) for name, path in PAGES.items()}
    return {**filled, **{name: opened.figures() for name, opened in pages.items()}}


async def _fill(url: str, share: Fraction) -> dict[str, object]:
    """Invent and count what is missing; how long that took."""
    db = Database(url)
    began = time.perf_counter()
    filled = await published.fill(db, share)
    between = time.perf_counter()
    await count_all(db, datetime.now(UTC))
    done = time.perf_counter()
    async with db.engine.connect() as connection:  # as autovacuum does by itself within minutes
        if not db.is_sqlite:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await outside.execute(text("VACUUM ANALYZE report_rows"))
    await db.close()
    return {
        "visits": filled.visits,
        "filled_s": round(between - began, 1),
        "counted_s": round(done - between, 1),
    }


async def _hire(db: Database) -> None:
    async with db.begin() as uow:
        if await uow.staff.by_username(_WHO) is None:
            await uow.staff.add(
                NewStaff(
                    username=_WHO,
                    name="Bench",
                    role=Role.STATE_ADMIN,
                    password_hash=await hash_password(_PASSWORD),
                    state_codes=frozenset({MAHARASHTRA.code}),
                    demo=True,
                )
            )
            await uow.commit()


async def _sign_in(session: aiohttp.ClientSession) -> None:
    async with session.get("/staff/sign-in") as answer:
        token = re.search(r'name="csrf-token" content="([^"]+)"', await answer.text())
    form = {"csrf": token[1] if token else "", "username": _WHO, "password": _PASSWORD}
    async with session.post("/staff/sign-in", data=form, allow_redirects=False) as answer:
        if answer.status != 303:
            raise RuntimeError("the administrator could not sign in")


async def _open(session: aiohttp.ClientSession, path: str, times: int) -> Opened:
    opened = Opened()
    for _ in range(times):
        began = time.perf_counter()
        async with session.get(path) as answer:
            content = await answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
        opened.ms.append((time.perf_counter() - began) * 1000)
        opened.size = len(content)
    return opened
