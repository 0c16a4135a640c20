"""Notes, incidents and help: what staff write down about a session, and what is written down of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from broker.audit.events import AuditEvent

#: How staff help somebody in; each is an entry of the audit.
HELPS = frozenset({AuditEvent.CODES_READ_OUT, AuditEvent.CODES_SEND})
#: Characters a note or an incident's words may have.
LONGEST_TEXT = 1000


class IncidentKind(StrEnum):
    """What happened."""

    BEHAVIOUR = "behaviour"
    FORBIDDEN_OBJECT = "forbidden_object"
    MEDICAL = "medical"
    OTHER = "other"
    RECORDING = "recording"
    TECHNICAL = "technical"
    THIRD_PERSON = "third_person"


class Severity(StrEnum):
    """How bad it was. `grave`: somebody must look at it today."""

    GRAVE = "grave"
    MINOR = "minor"
    SERIOUS = "serious"


@dataclass(frozen=True, slots=True)
class Note:
    """Something staff should know of a session. `by` as in the visit's history, `at` aware."""

    id: int
    visit_id: str
    at: datetime
    by: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happened in a session, for the superintendent as well. `by` and `at` as in Note."""

    id: int
    visit_id: str
    at: datetime
    by: str
    kind: IncidentKind
    severity: Severity
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Help:
    """Something staff did to help a visitor in, as the audit tells it; no code, address or answer is in it. `asked`:
    the details (broker.sessions.details.Detail) that a caller was asked, `right` whether the answers were; both are
    empty where codes went by mail, and `to` says whose address that was (broker.sessions.addresses.Whose).
    """

    seq: int
    event: AuditEvent
    visitor_id: str
    by: str
    at: datetime
    asked: tuple[str, ...] = ()
    right: bool = False
    to: str = ""
