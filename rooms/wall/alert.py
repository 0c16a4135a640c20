"""What is amiss in a live room, as consoles see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlertKind(StrEnum):
    """What can be amiss."""

    DARK = "dark"  # the picture is black, or nearly
    DROPPED = "dropped"  # was connected and is not, or nothing at all comes any more
    FROZEN = "frozen"  # pictures stopped coming, or do not change
    ONE_WAY = "one_way"  # sound or picture does not come, or does not go on, while the other side's does
    SILENCE = "silence"  # nobody has spoken for a while; of the room and not of one participant


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is amiss. `participant` is whose sending it is about, "" for the whole room; `since` is aware."""

    kind: AlertKind
    participant: str
    since: datetime

    @property
    def key(self) -> str:
        """What tells it from the room's other alerts: the field it stands under in Redis."""
        return f"{self.kind.value}:{self.participant}"

    @classmethod
    def from_field(cls, key: str, since: datetime) -> Alert:
        """Read a key; raises ValueError on anything else."""
        kind, _, participant = key.partition(":")
        return cls(AlertKind(kind), participant, since)
