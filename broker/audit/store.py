"""Where the audit is kept. Entries are gathered in the unit of work and linked as the last thing before its commit.

The head's row is the lock that puts all transactions into one order; taken last, it is held for the shortest time and
comes after every other lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.audit.chain import GENESIS, Details, Entry, link
from broker.audit.events import AuditEvent
from broker.storage.models.audit import AuditHeadRow, AuditRow


class Audit:
    """The repository of the audit: it adds, and reads, and can do nothing else."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._gathered: list[Entry] = []

    def record(
        self,
        event: AuditEvent,
        *,
        by: str,
        at: datetime,
        jail_id: int | None = None,
        visit_id: str | None = None,
        subject: str = "",
        why: str = "",
        details: Details | None = None,
    ) -> None:
        """Have an entry written with this unit of work's commit; without the commit nothing is written. See Entry."""
        self._gathered.append(Entry(at, by, event, jail_id, visit_id, subject, why, details or {}))

    def forget(self) -> None:
        """Drop what was gathered and not written: the unit of work was rolled back."""
        self._gathered.clear()

    async def flush(self) -> None:
        """Link and write what was gathered. UnitOfWork.commit calls this; nobody else needs to."""
        if not self._gathered:
            return
        head = await self._session.get(AuditHeadRow, 1, with_for_update=True, populate_existing=True)
        if head is None:
            head = AuditHeadRow(id=1, seq=0, hash=GENESIS)
            self._session.add(head)
        for entry in self._gathered:
            linked = link(entry, head.seq + 1, head.hash)
            await self._session.execute(insert(AuditRow).values(**_columns(linked)))
            head.seq, head.hash = linked.seq, linked.hash
        self._gathered.clear()
        await self._session.flush()

    async def newest(self, limit: int) -> Sequence[Entry]:
        """The newest entries, newest first."""
        rows = await self._session.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(limit))
        return [to_entry(row) for row in rows]


def to_entry(row: AuditRow) -> Entry:
    """A stored row as an entry."""
    return Entry(
        row.at,
        row.by,
        row.event,
        row.jail_id,
        row.visit_id,
        row.subject,
        row.why,
        row.details,
        row.seq,
        row.previous,
        row.hash,
    )


def _columns(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "by": entry.by,
        "event": str(entry.event),
        "jail_id": entry.jail_id,
        "visit_id": entry.visit_id,
        "subject": entry.subject,
        "why": entry.why,
        "details": dict(entry.details),
        "previous": entry.previous,
        "hash": entry.hash,
    }
