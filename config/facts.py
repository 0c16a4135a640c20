"""What rooms tell the paper side: the schema of the facts stream.

A room node appends facts with XADD, the worker reads them in a consumer group and closes the visit. This module is the
only thing the two sides share. On the wire every field is a string; absent values are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from config.errors import BadFact


class FactName(StrEnum):
    """What can have happened in a room."""

    MEDIA_DOWN = "media_down"
    MEDIA_STARTED = "media_started"
    MEDIA_UP = "media_up"
    PARTICIPANT_JOINED = "participant_joined"
    PARTICIPANT_LEFT = "participant_left"
    ROOM_ENDED = "room_ended"
    ROOM_HELD = "room_held"
    ROOM_MOVED = "room_moved"
    ROOM_OPENED = "room_opened"
    ROOM_RESUMED = "room_resumed"
    WATCH_ENDED = "watch_ended"
    WATCH_STARTED = "watch_started"


class EndReason(StrEnum):
    """Why a room ended."""

    ENDED_BY_STAFF = "ended_by_staff"
    NO_SHOW = "no_show"
    SLOT_OVER = "slot_over"


class DownReason(StrEnum):
    """Why a participant's media path is no longer up: their line or device went silent, they asked for a fresh one (a
    reload), they left, or the node was lost under them.
    """

    LEFT = "left"
    LOST = "lost"
    NODE = "node"
    REPLACED = "replaced"


class LeaveReason(StrEnum):
    """Why a participant is no longer in a room."""

    ENDED = "ended"
    LEFT = "left"
    LOST = "lost"


Way = tuple[str, str, str, int]
"""(sender's participant id, receiver's participant id, "audio" or "video", packets)"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened in a room.

    `seconds` (only in room_ended) maps a participant to its connected seconds; `forwarded` counts packets the relay
    has sent, `last_forwarded_at` is when it sent the last one, and `ways` breaks them down, as (sender, receiver, kind,
    packets), monitors among the receivers. A `media_down` carries a DownReason; `room_moved` says that another node
    took the room over, with the time it was last heard of as `since`.
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
    ways: tuple[Way, ...] = ()
    since: datetime | None = None

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
        if self.ways:
            fields["ways"] = json.dumps([list(way) for way in self.ways])
        for key in ("last_forwarded_at", "since"):
            moment = getattr(self, key)
            if moment is not None:
                fields[key] = _iso(moment)
        return fields

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> Fact:
        """Read a stream entry; raises BadFact."""
        try:
            last, since = fields.get("last_forwarded_at"), fields.get("since")
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
                ways=read_ways(json.loads(fields.get("ways", "[]"))),
                since=None if since is None else _moment(since),
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


def read_ways(rows: Iterable[Sequence[Any]]) -> tuple[Way, ...]:
    """Read ways as JSON keeps them; raises ValueError or TypeError on anything else."""
    return tuple((str(who), str(to), str(kind), int(packets)) for who, to, kind, packets in rows)
