"""broker.sessions.writing: notes and incidents, with their entries in the audit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.audit.events import AuditEvent
from broker.errors import NotFound
from broker.sessions.errors import TextMissing, TextTooLong
from broker.sessions.model import LONGEST_TEXT, IncidentKind, Severity
from broker.sessions.writing import SAME_WITHIN, report_incident, write_note
from broker.storage.database import Database
from tests.support.clock import NOON
from tests.support.visits import Place, booked


async def test_a_note_is_kept_and_on_record_without_its_words(db: Database, place: Place) -> None:
    """The audit says who wrote one; what it says may name people and stays where notes are."""
    visit = await booked(db, place)
    note = await write_note(db, visit.id, "  Speak slowly to Kamala. ", "staff:1", NOON)
    assert note.text == "Speak slowly to Kamala."
    async with db.read() as uow:
        [entry] = await uow.audit.newest(10)
        assert await uow.sessions.notes(visit.id) == [note]
    assert (entry.event, entry.by, entry.visit_id, entry.jail_id) == (
        AuditEvent.NOTE_WRITE, "staff:1", visit.id, place.jail.id,
    )  # fmt: skip
    assert "Kamala" not in repr((entry.why, entry.details))


async def test_an_incident_is_kept_and_on_record_with_its_kind(db: Database, place: Place) -> None:
    """Which kind and how bad can be counted from the audit."""
    visit = await booked(db, place)
    incident = await report_incident(
        db, visit.id, IncidentKind.RECORDING, Severity.SERIOUS, "A phone was held up.", "staff:1", NOON
    )
    async with db.read() as uow:
        [entry] = await uow.audit.newest(10)
        assert await uow.sessions.incidents(visit.id) == [incident]
    assert (entry.event, entry.why, entry.details) == (
        AuditEvent.INCIDENT_REPORT, "recording", {"incident": incident.id, "severity": "serious"},
    )  # fmt: skip


async def test_a_button_pressed_twice_writes_once(db: Database, place: Place) -> None:
    """The same words of the same person within a minute; of another person, or later, they are said again."""
    visit = await booked(db, place)
    for by, after in (("staff:1", 0), ("staff:1", 59), ("staff:2", 59), ("staff:1", 60)):
        await write_note(db, visit.id, "Late.", by, NOON + timedelta(seconds=after))
        await report_incident(
            db, visit.id, IncidentKind.OTHER, Severity.MINOR, "Late.", by, NOON + timedelta(seconds=after)
        )
    assert timedelta(seconds=60) == SAME_WITHIN
    async with db.read() as uow:
        assert await uow.sessions.written([visit.id]) == {visit.id: (3, 3)}
        assert len(await uow.audit.newest(10)) == 6


@pytest.mark.parametrize(
    ("text", "error"), [("", TextMissing), (" \n ", TextMissing), ("x" * (LONGEST_TEXT + 1), TextTooLong)]
)
async def test_nothing_and_too_much_are_refused(db: Database, place: Place, text: str, error: type[Exception]) -> None:
    """And leave neither row nor entry."""
    visit = await booked(db, place)
    with pytest.raises(error):
        await write_note(db, visit.id, text, "staff:1", NOON)
    with pytest.raises(error):
        await report_incident(db, visit.id, IncidentKind.OTHER, Severity.MINOR, text, "staff:1", NOON)
    async with db.read() as uow:
        assert await uow.sessions.written([visit.id]) == {}
        assert await uow.audit.newest(1) == []


async def test_nothing_is_written_about_a_visit_that_is_not_there(db: Database) -> None:
    """A made-up id is not found."""
    with pytest.raises(NotFound):
        await write_note(db, "0" * 32, "x", "staff:1", NOON)
