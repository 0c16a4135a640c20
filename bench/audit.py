"""What the audit costs: commits a second with and without entries, and how fast a long chain is proven.

Writers, some at a time, each commit a change of a row of their own, so that nothing but the chain is in their way:
first without an entry, then with one. As many askers record looks, which share commits. Then a chain is filled, walked
along, seals and all, as `python -m broker audit verify` does it, and searched.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from broker.audit.chain import Entry
from broker.audit.events import AuditEvent
from broker.audit.looks import LookBook
from broker.audit.seal import seal_after
from broker.audit.search import Search
from broker.audit.walking import Walker
from broker.people import State
from broker.storage.database import Database
from broker.storage.migrate import migrate
from broker.storage.models import StateRow

from .databases import each
from .report import by_database, percentile
from .serving import KEY

#: Entries in one commit while the chain is filled, and between two seals.
_BATCH = 1000
#: Less of either says nothing of what lasts.
_LEAST_SECONDS, _LEAST_ENTRIES = 2.0, 10_000


def measure(writers: int, seconds: float, entries: int, databases: list[str]) -> dict[str, object]:
    """Each database in turn; the figures by database."""
    return each(
        {"bench": "audit", "writers": writers},
        databases,
        lambda _name, url, _folder: asyncio.run(_run(url, writers, seconds, entries)),
    )


def table(found: dict[str, object]) -> str:
    """For people."""
    columns = {
        "plain_per_second": "commits/s",
        "audited_per_second": "with an entry",
        "looks_per_second": "looks/s",
        "plain_p95_ms": "p95 ms",
        "audited_p95_ms": "with an entry",
        "proven_per_second": "proven/s",
        "newest_ms": "a search, ms",
    }
    return by_database(found, columns, 14)


def doubts(seconds: float, entries: int) -> list[str]:
    """What the figures cannot be taken for."""
    few = seconds < _LEAST_SECONDS or entries < _LEAST_ENTRIES
    least = f"{_LEAST_SECONDS:g} s of commits or {_LEAST_ENTRIES:,} entries"
    return [f"Less than {least} shows that it works, and not how fast."] if few else []


async def _run(url: str, writers: int, seconds: float, entries: int) -> dict[str, float]:
    await migrate(url)
    db = Database(url)
    try:
        async with db.begin() as uow:
            for code in range(1, writers + 1):
                await uow.jails.add_state(State(code, f"State {code}"))
            await uow.commit()
        await _commits(db, writers, 1.0, audited=True)  # connections, prepared statements, caches
        plain = await _commits(db, writers, seconds, audited=False)
        audited = await _commits(db, writers, seconds, audited=True)
        looks = await _looks(db, writers, seconds)
        await _fill(db, entries)
        return {
            "plain_per_second": round(len(plain) / seconds, 1),
            "audited_per_second": round(len(audited) / seconds, 1),
            "looks_per_second": round(looks / seconds, 1),
            "plain_p95_ms": round(percentile(sorted(plain), 0.95), 1),
            "audited_p95_ms": round(percentile(sorted(audited), 0.95), 1),
            "proven_per_second": await _prove(db),
            "newest_ms": await _search(db),
        }
    finally:
        await db.close()


async def _commits(db: Database, writers: int, seconds: float, *, audited: bool) -> list[float]:
    """The time of each commit, in ms, of all writers: each changes a row of its own."""
    times: list[float] = []
    deadline = time.perf_counter() + seconds

    async def write(code: int) -> None:
        number = 0
        while time.perf_counter() < deadline:
            number += 1
            began = time.perf_counter()
            async with db.begin() as uow:
                await uow.session.execute(update(StateRow).where(StateRow.code == code).values(name=f"State {number}"))
                if audited:
                    uow.audit.record(AuditEvent.VISIT_READ, by=f"staff:{code}", at=datetime.now(UTC), jail_id=code)
                await uow.commit()
            times.append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(write(code) for code in range(1, writers + 1)))
    return times


async def _looks(db: Database, askers: int, seconds: float) -> int:
    """How many looks were recorded, one after the other by each asker, as pages do it."""
    book, deadline, noted = LookBook(db), time.perf_counter() + seconds, 0

    async def ask(number: int) -> None:
        nonlocal noted
        while time.perf_counter() < deadline:
            await book.note(Entry(datetime.now(UTC), f"staff:{number}", AuditEvent.VISIT_READ, number))
            noted += 1

    await asyncio.gather(*(ask(number) for number in range(askers)))
    await book.close()
    return noted


async def _fill(db: Database, entries: int) -> None:
    """A chain as long work leaves it, sealed every thousand entries."""
    at, events = datetime(2026, 1, 1, tzinfo=UTC), list(AuditEvent)
    for batch in range(entries // _BATCH):
        async with db.begin() as uow:
            for each in range(_BATCH):
                number = batch * _BATCH + each
                uow.audit.record(
                    events[number % len(events)],
                    by=f"staff:{number % 997}",
                    at=at + timedelta(seconds=number),
                    jail_id=number % 60,
                    visit_id=f"{number // 7:032x}",
                    subject=f"inmate:{number % 5003}",
                    details={"reviews": number % 3},
                )
            await uow.commit()
        async with db.begin() as uow:
            head = await uow.audit.head()
            if head is not None:
                await uow.audit.seals.add(seal_after(KEY, await uow.audit.seals.last(), *head, at))
            await uow.commit()


async def _prove(db: Database) -> float:
    walker = Walker(db, KEY)
    began = time.perf_counter()
    fault = await walker.walk()
    seconds = time.perf_counter() - began
    if fault is not None:
        raise RuntimeError(fault.sentence)
    return round(walker.seq / seconds)


async def _searched(db: Database, search: Search) -> float:
    began = time.perf_counter()
    async with db.read() as uow:
        await uow.audit.find(search, 51)
    return (time.perf_counter() - began) * 1000


async def _search(db: Database) -> float:
    """The slowest of some searches for a page of entries, each after one that warmed it up."""
    times = []
    searches = (
        Search(),
        Search(by=["staff:500"]),
        Search(event="visit:refuse", jail_id=7),
        Search(subject="inmate:4711"),
        Search(since=datetime(2026, 1, 2, tzinfo=UTC), until=datetime(2026, 1, 2, 1, tzinfo=UTC)),
    )
    for search in searches:
        await _searched(db, search)
        times.append(await _searched(db, search))
    return round(max(times), 1)
