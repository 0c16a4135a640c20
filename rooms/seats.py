"""Who may sit in a room: roles, seats, and what a room is made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Kind(StrEnum):
    """The kind of a visit; a legal one is heard by nobody but its two sides."""

    FAMILY = "family"
    LEGAL = "legal"


class Role(StrEnum):
    """What somebody is in a room."""

    MONITOR = "monitor"
    TERMINAL = "terminal"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a room, kept for one participant (a visitor or the terminal) through the whole slot."""

    participant: str
    role: Role
    label: str


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """What a room is made from. `room_id` is the visit's id; the slot is [starts_at, ends_at) in UTC."""

    room_id: str
    visrn: str
    kind: Kind
    jail_id: int
    terminal_id: int
    starts_at: datetime
    ends_at: datetime
    seats: tuple[Seat, ...]

    def seat(self, participant: str) -> Seat | None:
        """Return the participant's seat, or None."""
        return next((seat for seat in self.seats if seat.participant == participant), None)

    def to_fields(self) -> dict[str, str]:
        """Return the hash fields this is kept as."""
        return {
            "visrn": self.visrn,
            "kind": self.kind.value,
            "jail_id": str(self.jail_id),
            "terminal_id": str(self.terminal_id),
            "starts_at": to_iso(self.starts_at),
            "ends_at": to_iso(self.ends_at),
            "seats": json.dumps([[seat.participant, seat.role.value, seat.label] for seat in self.seats]),
        }

    @classmethod
    def from_fields(cls, room_id: str, fields: Mapping[str, str]) -> RoomSpec:
        """Read what to_fields wrote; raises KeyError or ValueError on anything else."""
        return cls(
            room_id=room_id,
            visrn=fields["visrn"],
            kind=Kind(fields["kind"]),
            jail_id=int(fields["jail_id"]),
            terminal_id=int(fields["terminal_id"]),
            starts_at=from_iso(fields["starts_at"]),
            ends_at=from_iso(fields["ends_at"]),
            seats=tuple(Seat(who, Role(role), label) for who, role, label in json.loads(fields["seats"])),
        )


def to_iso(at: datetime) -> str:
    """Write an aware time as ISO 8601 in UTC with milliseconds and a Z."""
    if at.tzinfo is None:
        raise ValueError("a time must be aware")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """Read an aware ISO 8601 time; raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time must be aware")
    return at.astimezone(UTC)
