"""Keeping the rows true: what has changed is derived anew, a few hundred at a time; and, by hand, everything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from broker.reports import source
from broker.reports.line import Line, derive
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork

#: Changes taken from the queue in one transaction: fractions of a second, for on SQLite everybody else waits meanwhile.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that said something else than what was derived. `fields`: what of it; () for one that was missing, or that
    was there for a visit that isn't.
    """

    visit_id: str
    what: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many visits were derived, and what differed."""

    visits: int
    differences: tuple[Difference, ...]


async def count(db: Database, now: datetime, *, batch: int = BATCH) -> int:
    """Count a batch of what has changed; returns how many visits that were, 0 when nothing waits."""
    async with db.read() as uow:
        if not await uow.reports.waiting():
            return 0
    async with db.begin() as uow:
        await uow.reports.lock(now)
        changed = await uow.reports.take(batch)
        await _differences(uow, changed)
        await uow.commit()
    return len(changed)


async def count_all(db: Database, now: datetime, *, batch: int = BATCH) -> int:
    """Count until nothing waits; returns how many visits that were."""
    total = 0
    while done := await count(db, now, batch=batch):
        total += done
    return total


async def rebuild(db: Database, now: datetime, *, batch: int = BATCH) -> Rebuilt:
    """Derive every row anew, put right what differed, and say what that was. The rest of the system goes on meanwhile;
    what it changes stands in the queue and is no difference.
    """
    await count_all(db, now, batch=batch)
    found: list[Difference] = []
    visits, after = 0, ""
    while True:
        async with db.begin() as uow:
            await uow.reports.lock()
            ids = await source.page(uow.session, after, batch)
            if not ids:
                break
            differences = await _differences(uow, ids)
            # Asked last: what was changed after the queue was emptied stands in it by now.
            meanwhile = await uow.reports.queued([each.visit_id for each in differences])
            found += [each for each in differences if each.visit_id not in meanwhile]
            await uow.commit()
        visits, after = visits + len(ids), ids[-1]
    while gone := await _forget(db, batch):
        found += [Difference(visit_id, "left over") for visit_id in gone]
    return Rebuilt(visits, tuple(found))


async def _differences(uow: UnitOfWork, visit_ids: Collection[str]) -> list[Difference]:
    """Bring the rows of these visits up to date; what that changed."""
    stored = await uow.reports.lines(visit_ids)
    derived = {told.visit_id: derive(told) for told in await source.read(uow.session, visit_ids)}
    changed = [line for line in derived.values() if stored.get(line.visit_id) != line]
    gone = [visit_id for visit_id in stored if visit_id not in derived]
    await uow.reports.write(changed)
    await uow.reports.forget(gone)
    found = [_difference(stored.get(line.visit_id), line) for line in changed]
    return [*found, *(Difference(visit_id, "left over") for visit_id in gone)]


def _difference(stored: Line | None, line: Line) -> Difference:
    if stored is None:
        return Difference(line.visit_id, "missing")
    names = (each.name for each in fields(Line))
    return Difference(line.visit_id, "wrong", tuple(n for n in names if getattr(stored, n) != getattr(line, n)))


async def _forget(db: Database, limit: int) -> list[str]:
    async with db.begin() as uow:
        await uow.reports.lock()
        gone = list(await uow.reports.orphans(limit))
        await uow.reports.forget(gone)
        await uow.commit()
    return gone
