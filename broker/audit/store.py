"""Where the audit is kept. Entries are gathered in the unit of work and linked as the last thing before its commit.

The head's row is the lock that puts all transactions into one order; taken last, it is held for the shortest time and
comes after every other lock.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from broker.audit.chain import Details, Entry, link
from broker.audit.events import LOOKS, AuditEvent
from broker.audit.seal import NOTHING_SEALED, Seal
from broker.audit.search import Place, Search, conditions
from broker.storage.models.audit import AuditHeadRow, AuditRow, AuditSealRow

_PLAIN = {"synchronize_session": False}
_COLUMNS = (
    AuditRow.at,
    AuditRow.by,
    AuditRow.event,
    AuditRow.jail_id,
    AuditRow.visit_id,
    AuditRow.subject,
    AuditRow.why,
    AuditRow.details,
    AuditRow.seq,
    AuditRow.previous,
    AuditRow.hash,
)


class Audit:
    """The repository of the audit: it adds, and reads, and can do nothing else."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._gathered: list[Entry] = []
        self.seals = Seals(session)

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
        self.gather(Entry(at, by, event, jail_id, visit_id, subject, why, details or {}))

    def gather(self, entry: Entry) -> None:
        """The same, of an entry that is made already."""
        self._gathered.append(entry)

    def forget(self) -> None:
        """Drop what was gathered and not written: the unit of work was rolled back."""
        self._gathered.clear()

    async def flush(self) -> None:
        """Link and write what was gathered. UnitOfWork.commit calls this; nobody else needs to. Raises LookupError
        where somebody has taken the head away.
        """
        if not self._gathered:
            return
        # Plain statements, as few as can be: everybody else who commits an entry waits for the head's row meanwhile.
        where = AuditHeadRow.id == 1
        found = await self._session.execute(select(AuditHeadRow.seq, AuditHeadRow.hash).where(where).with_for_update())
        head = next(((row.seq, row.hash) for row in found), None)
        if head is None:
            raise LookupError("the audit's head is gone: nothing can be recorded, and so nothing done")
        seq, last = head
        linked = []
        for entry in self._gathered:
            linked.append(link(entry, seq + 1, last))
            seq, last = linked[-1].seq, linked[-1].hash
        self._gathered.clear()
        await self._session.execute(insert(AuditRow), [_columns(entry) for entry in linked])
        await self._session.execute(
            update(AuditHeadRow).where(where).values(seq=seq, hash=last), execution_options=_PLAIN
        )

    async def newest(self, limit: int) -> Sequence[Entry]:
        """The newest entries, newest first."""
        return await self._entries(select(*_COLUMNS).order_by(AuditRow.seq.desc()).limit(limit))

    async def head(self) -> tuple[int, str] | None:
        """Number and hash of the last entry as the database notes them; None if somebody took the note away."""
        found = await self._session.execute(select(AuditHeadRow.seq, AuditHeadRow.hash).where(AuditHeadRow.id == 1))
        return next(((row.seq, row.hash) for row in found), None)

    async def piece(self, after: int | None, limit: int, last: int | None = None) -> Sequence[Entry]:
        """The next entries in the order of their numbers, as they are stored, with a number above `after` (None: from
        wherever they begin) and up to `last`. Raises ValueError or TypeError where one cannot be read.
        """
        wanted = select(*_COLUMNS).order_by(AuditRow.seq).limit(limit)
        if after is not None:
            wanted = wanted.where(AuditRow.seq > after)
        if last is not None:
            wanted = wanted.where(AuditRow.seq <= last)
        return await self._entries(wanted)

    async def span(self, since: datetime | None, until: datetime | None) -> tuple[int, int] | None:
        """The first and the last number of the entries that were made in [since, until); None without any."""
        wanted = select(func.min(AuditRow.seq), func.max(AuditRow.seq)).where(*conditions(Search(since, until)))
        first, last = (await self._session.execute(wanted)).one()
        found: int | None = first
        return None if found is None else (found, last)

    async def find(self, search: Search, limit: int, before: Place | None = None) -> Sequence[Entry]:
        """What fits, the newest first; of a further page, what comes after the place where the one before it ended."""
        wanted = select(*_COLUMNS).where(*conditions(search, before))
        return await self._entries(wanted.order_by(AuditRow.at.desc(), AuditRow.seq.desc()).limit(limit))

    async def looks(self, visit_id: str, limit: int) -> Sequence[Entry]:
        """Who has looked at a visit, at its papers or into its room, the newest first."""
        wanted = select(*_COLUMNS).where(AuditRow.visit_id == visit_id, AuditRow.event.in_(LOOKS))
        return await self._entries(wanted.order_by(AuditRow.at.desc(), AuditRow.seq.desc()).limit(limit))

    async def count_after(self, search: Search, seq: int, limit: int) -> int:
        """How many entries that fit were written after the one of that number; counting stops at the limit."""
        fitting = select(AuditRow.seq).where(AuditRow.seq > seq, *conditions(search)).limit(limit).subquery()
        return await self._session.scalar(select(func.count()).select_from(fitting)) or 0

    async def of_visit(self, visit_id: str, events: Collection[AuditEvent]) -> list[Entry]:
        """What was recorded of a visit by these events, oldest first."""
        words = [event.value for event in events]
        wanted = select(*_COLUMNS).where(AuditRow.visit_id == visit_id, AuditRow.event.in_(words))
        return await self._entries(wanted.order_by(AuditRow.seq))

    async def _entries(self, wanted: Select[Any]) -> list[Entry]:
        return [Entry(*row) for row in await self._session.execute(wanted)]


class Seals:
    """The repository of seals: it adds, and reads, and can do nothing else."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def last(self) -> Seal:
        """The newest seal; NOTHING_SEALED before the first."""
        row = await self._session.scalar(select(AuditSealRow).order_by(AuditSealRow.number.desc()).limit(1))
        return NOTHING_SEALED if row is None else _seal(row)

    async def piece(self, after: int | None, limit: int) -> list[Seal]:
        """The next seals in the order of their numbers, with a number above `after` (None: from wherever they
        begin).
        """
        wanted = select(AuditSealRow).order_by(AuditSealRow.number).limit(limit)
        if after is not None:
            wanted = wanted.where(AuditSealRow.number > after)
        return [_seal(row) for row in await self._session.scalars(wanted)]

    async def before(self, seq: int) -> Seal | None:
        """The last seal of an entry before that number."""
        wanted = select(AuditSealRow).where(AuditSealRow.seq < seq).order_by(AuditSealRow.number.desc()).limit(1)
        row = await self._session.scalar(wanted)
        return None if row is None else _seal(row)

    async def add(self, seal: Seal) -> None:
        """Write one down. Raises sqlalchemy.exc.IntegrityError where somebody else has made the same one meanwhile."""
        self._session.add(
            AuditSealRow(
                number=seal.number, seq=seal.seq, hash=seal.hash, at=seal.at, previous=seal.previous, seal=seal.seal
            )
        )
        await self._session.flush()


def _seal(row: AuditSealRow) -> Seal:
    return Seal(row.number, row.seq, row.hash, row.at, row.previous, row.seal)


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
