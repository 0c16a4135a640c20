"""Why staff ended a session before its time: chosen in the row, in the same motion as the end."""

from __future__ import annotations

from enum import StrEnum


class StaffReason(StrEnum):
    """The choices; they go into the visit's history by these names."""

    CONDUCT = "conduct"
    EMERGENCY = "emergency"
    IDENTITY_NOT_CONFIRMED = "identity_not_confirmed"
    PRISONER_REFUSED = "prisoner_refused"
    TECHNICAL_FAILURE = "technical_failure"
    VISIT_FINISHED = "visit_finished"
