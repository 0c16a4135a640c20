"""Notes and incidents: what staff write down about a session. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

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
