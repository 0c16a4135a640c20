"""Two use cases: leave a note, report an incident. The same words of the same person within a minute are one."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from broker.audit.events import AuditEvent
from broker.sessions.errors import TextMissing, TextTooLong
from broker.sessions.model import LONGEST_TEXT, Incident, IncidentKind, Note, Severity
from broker.storage.database import Database

#: Within so long the same words again are a button pressed twice.
SAME_WITHIN = timedelta(seconds=60)

_log = structlog.get_logger(__name__)


async def write_note(db: Database, visit_id: str, text: str, by: str, now: datetime) -> Note:
    """Keep a note. Raises TextMissing, TextTooLong, NotFound."""
    text = _checked(text)
    async with db.begin() as uow:
        visit = await uow.visits.lock(visit_id)
        for known in await uow.sessions.notes(visit_id):
            if (known.by, known.text) == (by, text) and now - known.at < SAME_WITHIN:
                return known
        note = await uow.sessions.add_note(visit_id, text, by, now)
        uow.audit.record(AuditEvent.NOTE_WRITE, by=by, at=now, jail_id=visit.jail.id, visit_id=visit_id)
        await uow.commit()
    _log.info("note_written", visit=visit_id, by=by)
    return note


async def report_incident(  # noqa: PLR0917 - what happened, then who says so and when
    db: Database, visit_id: str, kind: IncidentKind, severity: Severity, text: str, by: str, now: datetime
) -> Incident:
    """Keep an incident. Raises TextMissing, TextTooLong, NotFound."""
    text = _checked(text)
    async with db.begin() as uow:
        visit = await uow.visits.lock(visit_id)
        for known in await uow.sessions.incidents(visit_id):
            if (known.by, known.kind, known.text) == (by, kind, text) and now - known.at < SAME_WITHIN:
                return known
        incident = await uow.sessions.add_incident(visit_id, kind, severity, text, by, now)
        uow.audit.record(
            AuditEvent.INCIDENT_REPORT,
            by=by,
            at=now,
            jail_id=visit.jail.id,
            visit_id=visit_id,
            why=kind.value,
            details={"incident": incident.id, "severity": severity.value},
        )
        await uow.commit()
    _log.info("incident_reported", visit=visit_id, by=by, kind=kind.value, severity=severity.value)
    return incident


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise TextMissing("nothing was written")
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(f"at most {LONGEST_TEXT} characters are kept")
    return text
