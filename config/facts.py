"""What rooms tell the paper side: the schema of the facts stream.

A room node appends facts with XADD, the worker reads them in a consumer group and closes the visit. This module is the
only thing the two sides share. On the wire every field is a string; absent values are left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from config.errors import BadFact


class FactName(StrEnum):
    """What can have happened in a room."""

    MEDIA_STARTED = "media_started"
    PARTICIPANT_JOINED = "participant_joined"
    PARTICIPANT_LEFT = "participant_left"
    ROOM_ENDED = "room_ended"
    ROOM_OPENED = "room_opened"
    WATCH_ENDED = "watch_ended"
    WATCH_STARTED = "watch_started"


class EndReason(StrEnum):
    """Why a room ended."""

    ENDED_BY_STAFF = "ended_by_staff"
    NO_SHOW = "no_show"
    SLOT_OVER = "slot_over"


class LeaveReason(StrEnum):
    """Why a participant is no longer in a room."""

    ENDED = "ended"
    LEFT = "left"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened in a room.

    `seconds` (only in room_ended) maps a participant to its connected seconds; `forwarded` counts packets the relay
    has sent, and `last_forwarded_at` is when it sent the last one.
    """

    name: FactName
    room: str
    at: datetime
    participant: str | None = None
    role: str | None = None
    reason: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    forwarded: int | None = None
    last_forwarded_at: datetime | None = None

    def to_fields(self) -> dict[str, str]:
        """Return the fields of a stream entry."""
        fields = {"name": self.name.value, "room": self.room, "at": _iso(self.at)}
        for key in ("participant", "role", "reason"):
            value = getattr(self, key)
            if value is not None:
                fields[key] = str(value)
        if self.seconds:
            fields["seconds"] = json.dumps(dict(self.seconds), sort_keys=True)
        if self.forwarded is not None:
            fields["forwarded"] = str(self.forwarded)
        if self.last_forwarded_at is not None:
            fields["last_forwarded_at"] = _iso(self.last_forwarded_at)
        return fields

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> Fact:
        """Read a stream entry; raises BadFact."""
        try:
            last = fields.get("last_forwarded_at")
            forwarded = fields.get("forwarded")
            return cls(
                name=FactName(fields["name"]),
                room=fields["room"],
                at=_moment(fields["at"]),
                participant=fields.get("participant"),
                role=fields.get("role"),
                reason=fields.get("reason"),
                seconds=_seconds(fields.get("seconds")),
                forwarded=None if forwarded is None else int(forwarded),
                last_forwarded_at=None if last is None else _moment(last),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadFact(f"not a fact: {type(error).__name__}") from error


def _iso(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a fact's time must be aware")
    return at.astimezone(UTC).isoformat()


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a fact's time must be aware")
    return at.astimezone(UTC)


def _seconds(text: str | None) -> dict[str, float]:
    if text is None:
        return {}
    return {str(participant): float(spent) for participant, spent in json.loads(text).items()}
