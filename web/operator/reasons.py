"""Why staff did something to a session: chosen in the row, in the same motion as the act."""

from __future__ import annotations

from enum import StrEnum


class StaffReason(StrEnum):
    """Why a session is ended before its time; the choices go into the visit's history by these names."""

    CONDUCT = "conduct"
    EMERGENCY = "emergency"
    IDENTITY_NOT_CONFIRMED = "identity_not_confirmed"
    PRISONER_REFUSED = "prisoner_refused"
    TECHNICAL_FAILURE = "technical_failure"
    VISIT_FINISHED = "visit_finished"


class HoldReason(StrEnum):
    """Why a session is paused for a while."""

    CONDUCT = "conduct"
    IDENTITY = "identity"
    ROOM = "room"
    SHORT = "short"
    TECHNICAL = "technical"
