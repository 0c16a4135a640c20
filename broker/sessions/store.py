"""Where notes and incidents are kept, and what the audit tells of the sessions' turns and of help."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.audit.chain import Entry
from broker.audit.events import AuditEvent
from broker.audit.store import Audit
from broker.sessions.model import HELPS, Help, Incident, IncidentKind, Note, Severity
from broker.sessions.turns import INTERVENTIONS, TURNS, Act
from broker.storage.models import AuditRow, IncidentRow, SessionNoteRow, VisitRow


class Sessions:
    """The repository of what staff did and wrote around sessions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_note(self, visit_id: str, text: str, by: str, now: datetime) -> Note:
        """Store a note."""
        row = SessionNoteRow(visit_id=visit_id, at=now, by=by, text=text)
        self._session.add(row)
        await self._session.flush()
        return _note(row)

    async def add_incident(  # noqa: PLR0917 - what happened, then who says so and when
        self, visit_id: str, kind: IncidentKind, severity: Severity, text: str, by: str, now: datetime
    ) -> Incident:
        """Store an incident."""
        row = IncidentRow(visit_id=visit_id, at=now, by=by, kind=kind, severity=severity, text=text)
        self._session.add(row)
        await self._session.flush()
        return _incident(row)

    async def notes(self, visit_id: str) -> list[Note]:
        """A visit's notes, oldest first."""
        rows = await self._session.scalars(
            select(SessionNoteRow).where(SessionNoteRow.visit_id == visit_id).order_by(SessionNoteRow.id)
        )
        return [_note(row) for row in rows]

    async def incidents(self, visit_id: str) -> list[Incident]:
        """A visit's incidents, oldest first."""
        rows = await self._session.scalars(
            select(IncidentRow).where(IncidentRow.visit_id == visit_id).order_by(IncidentRow.id)
        )
        return [_incident(row) for row in rows]

    async def incidents_between(self, jail_ids: Collection[int], start: datetime, end: datetime) -> list[Incident]:
        """The incidents of these jails that were reported in [start, end), newest first."""
        rows = await self._session.scalars(
            select(IncidentRow)
            .join(VisitRow, VisitRow.id == IncidentRow.visit_id)
            .where(VisitRow.jail_id.in_(jail_ids), IncidentRow.at >= start, IncidentRow.at < end)
            .order_by(IncidentRow.id.desc())
        )
        return [_incident(row) for row in rows]

    async def written(self, visit_ids: Collection[str]) -> dict[str, tuple[int, int]]:
        """How many notes and incidents these visits have, by visit; those without any are left out."""
        notes = await self._count(SessionNoteRow, visit_ids)
        incidents = await self._count(IncidentRow, visit_ids)
        return {visit_id: (notes.get(visit_id, 0), incidents.get(visit_id, 0)) for visit_id in {*notes, *incidents}}

    async def acts(self, visit_id: str) -> list[Act]:
        """Every turn and intervention of one session, oldest first."""
        return [_act(entry) for entry in await Audit(self._session).of_visit(visit_id, TURNS | INTERVENTIONS)]

    async def helps(self, visit_id: str) -> list[Help]:
        """How staff helped the visitors of one session in, or tried to, oldest first."""
        return [_help(entry) for entry in await Audit(self._session).of_visit(visit_id, HELPS)]

    async def newest_turns(self, visit_ids: Collection[str]) -> dict[str, Act]:
        """The newest turn of each of these sessions; those nobody has touched are left out."""
        newest = (
            select(func.max(AuditRow.seq))
            .where(AuditRow.visit_id.in_(visit_ids), AuditRow.event.in_(TURNS))
            .group_by(AuditRow.visit_id)
        )
        rows = await self._session.scalars(select(AuditRow).where(AuditRow.seq.in_(newest)))
        return {row.visit_id or "": _act(row) for row in rows}

    async def _count(self, table: type[SessionNoteRow | IncidentRow], visit_ids: Collection[str]) -> dict[str, int]:
        rows = await self._session.execute(
            select(table.visit_id, func.count()).where(table.visit_id.in_(visit_ids)).group_by(table.visit_id)
        )
        return {visit_id: int(number) for visit_id, number in rows}


def _note(row: SessionNoteRow) -> Note:
    return Note(row.id, row.visit_id, row.at, row.by, row.text)


def _incident(row: IncidentRow) -> Incident:
    return Incident(row.id, row.visit_id, row.at, row.by, row.kind, row.severity, row.text)


def _act(row: AuditRow | Entry) -> Act:
    return Act(row.seq, AuditEvent(row.event), row.by, row.at, row.why, str(row.details.get("side", "")))


def _help(entry: Entry) -> Help:
    return Help(
        seq=entry.seq,
        event=AuditEvent(entry.event),
        visitor_id=entry.subject.removeprefix("visitor:"),
        by=entry.by,
        at=entry.at,
        asked=tuple(str(entry.details.get("asked", "")).split()),
        right=entry.details.get("right") is True,
        to=str(entry.details.get("to", "")),
    )
