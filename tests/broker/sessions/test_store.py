"""broker.sessions.store: notes and incidents, and the turns that the audit tells of."""

from __future__ import annotations

from datetime import timedelta

from broker.audit.events import AuditEvent
from broker.sessions.model import Help, IncidentKind, Severity
from broker.storage.database import Database
from tests.support.clock import NOON
from tests.support.visits import Place, booked, furnish

HOUR = timedelta(hours=1)


async def test_notes_and_incidents_come_back_as_they_were_written(db: Database, place: Place) -> None:
    """Oldest first, with who, when and in which words; counted by visit."""
    visit = await booked(db, place)
    other = await booked(db, place, terminal=1)
    async with db.begin() as uow:
        note = await uow.sessions.add_note(visit.id, "Speak slowly.", "staff:1", NOON)
        second = await uow.sessions.add_note(visit.id, "She does.", "staff:2", NOON + HOUR)
        incident = await uow.sessions.add_incident(
            visit.id, IncidentKind.MEDICAL, Severity.GRAVE, "Fainted.", "staff:1", NOON
        )
        await uow.commit()
    async with db.read() as uow:
        assert await uow.sessions.notes(visit.id) == [note, second]
        assert await uow.sessions.incidents(visit.id) == [incident]
        assert await uow.sessions.written([visit.id, other.id]) == {visit.id: (2, 1)}
        assert await uow.sessions.written([]) == {}


async def test_the_incidents_of_a_time_are_those_of_the_jail(db: Database, place: Place) -> None:
    """Newest first; an instant at the end belongs to the next day, another jail's to nobody here."""
    elsewhere = await furnish(db, state=19, code=3)
    mine, theirs = await booked(db, place), await booked(db, elsewhere)
    async with db.begin() as uow:
        for visit, at in ((mine, NOON), (mine, NOON + HOUR), (mine, NOON + 2 * HOUR), (theirs, NOON)):
            await uow.sessions.add_incident(visit.id, IncidentKind.OTHER, Severity.MINOR, "x", "staff:1", at)
        await uow.commit()
    async with db.read() as uow:
        found = await uow.sessions.incidents_between([place.jail.id], NOON, NOON + 2 * HOUR)
    assert [(each.visit_id, each.at) for each in found] == [(mine.id, NOON + HOUR), (mine.id, NOON)]


async def test_turns_and_interventions_are_read_from_the_audit(db: Database, place: Place) -> None:
    """In the order in which they were recorded; looks are no acts; the newest turn is found for many visits at once."""
    first, second = await booked(db, place), await booked(db, place, terminal=1)
    told = [
        (first.id, AuditEvent.VISIT_START, "staff:1"),
        (first.id, AuditEvent.VISIT_READ, "staff:2"),
        (second.id, AuditEvent.VISIT_START, "staff:2"),
        (first.id, AuditEvent.VISIT_HOLD, "staff:2"),
        (first.id, AuditEvent.ROOM_MUTE, "staff:3"),
    ]
    async with db.begin() as uow:
        for visit_id, event, by in told:
            uow.audit.record(event, by=by, at=NOON, visit_id=visit_id, why="because", details={"side": "prison"})
        await uow.commit()
    async with db.read() as uow:
        acts = await uow.sessions.acts(first.id)
        newest = await uow.sessions.newest_turns([first.id, second.id, "0" * 32])
    assert [(act.seq, act.event, act.by) for act in acts] == [
        (1, AuditEvent.VISIT_START, "staff:1"),
        (4, AuditEvent.VISIT_HOLD, "staff:2"),
        (5, AuditEvent.ROOM_MUTE, "staff:3"),
    ]
    assert (acts[1].why, acts[1].side) == ("because", "prison")
    assert {visit_id: act.seq for visit_id, act in newest.items()} == {first.id: 4, second.id: 3}


async def test_help_is_read_from_the_audit_try_by_try(db: Database, place: Place) -> None:
    """Wrong and right answers, and mails, of this visit alone; what was asked, and no more."""
    visit, other = await booked(db, place), await booked(db, place, terminal=1)
    visitor = visit.visitors[0].id
    tried: list[tuple[str, AuditEvent, dict[str, str | bool]]] = [
        (visit.id, AuditEvent.CODES_SEND, {"to": "account"}),
        (visit.id, AuditEvent.CODES_READ_OUT, {"asked": "id_last4 age", "right": False}),
        (other.id, AuditEvent.CODES_READ_OUT, {"asked": "id_last4 age", "right": True}),
        (visit.id, AuditEvent.VISIT_START, {}),
        (visit.id, AuditEvent.CODES_READ_OUT, {"asked": "id_last4 age", "right": True}),
    ]
    async with db.begin() as uow:
        for visit_id, event, details in tried:
            uow.audit.record(
                event, by="staff:1", at=NOON, visit_id=visit_id, subject=f"visitor:{visitor}", details=details
            )
        await uow.commit()
    async with db.read() as uow:
        helps = await uow.sessions.helps(visit.id)
    asked = ("id_last4", "age")
    assert helps == [
        Help(1, AuditEvent.CODES_SEND, visitor, "staff:1", NOON, to="account"),
        Help(2, AuditEvent.CODES_READ_OUT, visitor, "staff:1", NOON, asked, right=False),
        Help(5, AuditEvent.CODES_READ_OUT, visitor, "staff:1", NOON, asked, right=True),
    ]
