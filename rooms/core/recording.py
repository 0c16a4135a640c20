"""The facts a room records of its participants, and what it knows of the node that held it before. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from config.facts import DownReason, Fact, FactName, LeaveReason
from rooms.effects import Record
from rooms.people import Member
from rooms.presence import Presence, PresenceState
from rooms.seats import Role


@dataclass(frozen=True, slots=True)
class Takeover:
    """What is known of the node that held the room before: when it was last heard of, and whom it had there."""

    since: datetime
    presence: Mapping[str, Presence] = field(default_factory=dict)


class Recorder:
    """Writes one room's facts."""

    def __init__(self, room_id: str) -> None:
        self._room_id = room_id

    def of(
        self,
        name: FactName,
        at: datetime,
        participant: str,
        role: Role,
        reason: DownReason | LeaveReason | None = None,
    ) -> Record:
        """Record something about a participant or a monitor."""
        return Record(Fact(name, self._room_id, at, participant=participant, role=role, reason=reason))

    def down(self, member: Member, at: datetime, reason: DownReason) -> list[Record]:
        """Somebody's media path is not up any more; nothing to record if it was not."""
        was, member.connected = member.connected, False
        seat = member.seat
        return [self.of(FactName.MEDIA_DOWN, at, seat.participant, seat.role, reason)] if was else []

    def taken_over(self, takeover: Takeover, now: datetime, *, running: bool) -> list[Record]:
        """Say whose media went with the node before, and, if the slot runs, that the room has moved."""
        since = min(takeover.since, now)
        found = takeover.presence.items()
        connected = {who: each.role for who, each in found if each.state is PresenceState.CONNECTED}
        records = [
            self.of(FactName.MEDIA_DOWN, since, participant, role, DownReason.NODE)
            for participant, role in sorted(connected.items())
        ]
        moved = Record(Fact(FactName.ROOM_MOVED, self._room_id, now, since=since))
        return [*records, moved] if running else records
