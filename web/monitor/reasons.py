"""Why a monitor took sound or picture from a side, or ended a visit: chosen in the same motion as the act."""

from __future__ import annotations

from enum import StrEnum

from web.monitor.errors import ReasonNeeded

LONGEST_NOTE = 200


class Reason(StrEnum):
    """The choices; they go into the audit by these names, and an end's into the visit's history."""

    CONDUCT = "conduct"
    DRESS = "dress"
    EMERGENCY = "emergency"
    RECORDING = "recording"
    STRANGER = "stranger"
    SUBJECT = "subject"
    TECHNICAL_FAILURE = "technical_failure"
    OTHER = "other"


def parse(reason: str, note: str) -> tuple[Reason, str]:
    """The reason, and how the audit says it: "conduct", or with a note "other: …". Raises ReasonNeeded."""
    try:
        chosen = Reason(reason)
    except ValueError:
        raise ReasonNeeded from None
    words = " ".join(note.split())[:LONGEST_NOTE]
    if chosen is Reason.OTHER and not words:
        raise ReasonNeeded
    return chosen, f"{chosen}: {words}" if words else str(chosen)
