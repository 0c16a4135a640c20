"""How a room stands in Redis: its hash, read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from config.facts import EndReason
from rooms.moderation import Moderation, moderation_from_json
from rooms.placement import Claim
from rooms.seats import RoomSpec, from_iso

State = Literal["waiting", "live", "held", "ended"]


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room as it stands in Redis.

    `state` is what its node last wrote; `ended_at` is set once it was ended; `moderation` is by participant, who is in
    it only while something is taken from them; `acts` counts what staff have changed (hold, moderation, warnings);
    `saved_at` is when its node last wrote how it stands.
    """

    spec: RoomSpec
    claim: Claim
    state: State
    opened: datetime | None = None
    held: bool = False
    end_reason: EndReason | None = None
    ended_at: datetime | None = None
    moderation: Mapping[str, Moderation] = field(default_factory=dict)
    acts: int = 0
    saved_at: datetime | None = None

    @property
    def room_id(self) -> str:
        """The room's id, which is the visit's."""
        return self.spec.room_id

    def ending(self, now: datetime) -> tuple[EndReason, datetime] | None:
        """Say why and when the room ended, or None; a room past its slot has ended, whatever its node last wrote."""
        if self.end_reason is not None:
            return self.end_reason, self.ended_at or min(now, self.spec.ends_at)
        if now >= self.spec.ends_at:
            return EndReason.SLOT_OVER, self.spec.ends_at
        return None

    @classmethod
    def from_fields(cls, room_id: str, fields: Mapping[str, str]) -> RoomState:
        """Read a room's hash; raises KeyError or ValueError on anything else."""
        reason, opened, ended_at = (fields.get(key) for key in ("end_reason", "opened", "ended_at"))
        state: State = {"live": "live", "held": "held", "ended": "ended"}.get(fields["state"], "waiting")  # type: ignore[assignment]
        return cls(
            spec=RoomSpec.from_fields(room_id, fields),
            claim=Claim(fields["node"], fields["url"], int(fields["epoch"])),
            state=state,
            opened=None if opened is None else from_iso(opened),
            held=fields.get("held") == "1",
            end_reason=None if reason is None else EndReason(reason),
            ended_at=None if not ended_at else from_iso(ended_at),
            moderation=moderation_from_json(fields.get("moderation")),
            acts=int(fields.get("acts", "0")),
            saved_at=moment(fields["saved_at"]) if "saved_at" in fields else None,
        )


def moment(seconds: str) -> datetime:
    """Read Redis' time as its scripts write it: Unix seconds; raises ValueError."""
    return datetime.fromtimestamp(float(seconds), UTC)
