"""broker.sessions.model: what is written down about a session."""

from __future__ import annotations

from broker.sessions.model import Incident, IncidentKind, Note, Severity
from tests.support.clock import NOON


def test_no_log_shows_what_somebody_wrote() -> None:
    """Words about people stay out of repr, and so out of logs and tracebacks."""
    note = Note(1, "a" * 32, NOON, "staff:1", "Kamala fainted.")
    incident = Incident(1, "a" * 32, NOON, "staff:1", IncidentKind.MEDICAL, Severity.GRAVE, "Kamala fainted.")
    assert "Kamala" not in repr((note, incident))
    assert "medical" in repr(incident)


def test_what_is_stored_keeps_its_name() -> None:
    """Rows of last year are read with these words."""
    assert {kind.value for kind in IncidentKind} == {
        "behaviour", "forbidden_object", "medical", "other", "recording", "technical", "third_person",
    }  # fmt: skip
    assert {severity.value for severity in Severity} == {"grave", "minor", "serious"}
