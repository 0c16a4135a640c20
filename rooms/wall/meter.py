"""What is measured of one participant of a live room, every two seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rooms.seats import from_iso, to_iso


@dataclass(frozen=True, slots=True)
class Meter:
    """One participant as the relay saw it in the interval that ended at `at`.

    connected: its media path is up. audio_pps, video_pps: packets a second that came from it; fps: pictures a second.
    audio_at, video_at: when the last packet came. muted, blanked: what staff have taken from it.
    weak: its line does not carry its picture. unseen: a participant's line does not take it.
    forwarded: packets of it that went on in the interval, by receiver's role and kind, as "terminal:audio".

    Only while the room is on a wall, else None: picture_at is when its newest picture came, luminance how bright that
    is on average, and change how far it is on average from the one before; both in grey levels, 0 to 255.
    Only while a family room is on a wall, and never of a legal one: level is the loudest it was in the interval, in
    dBov (RFC 6464: 0 is the loudest, -127 silence), and speaking whether it spoke.
    """

    at: datetime
    connected: bool
    audio_pps: float = 0.0
    video_pps: float = 0.0
    fps: float = 0.0
    audio_at: datetime | None = None
    video_at: datetime | None = None
    muted: bool = False
    blanked: bool = False
    weak: bool = False
    unseen: bool = False
    forwarded: Mapping[str, int] = field(default_factory=dict)
    level: int | None = None
    speaking: bool | None = None
    picture_at: datetime | None = None
    luminance: float | None = None
    change: float | None = None

    def to_json(self) -> str:
        """Return what stands in Redis; what is not known is left out."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        fields |= {name: None if fields[name] is None else to_iso(fields[name]) for name in _TIMES}
        fields["forwarded"] = dict(self.forwarded)
        return json.dumps({name: value for name, value in fields.items() if value is not None})

    @classmethod
    def from_json(cls, text: str) -> Meter:
        """Read what to_json wrote; raises KeyError, TypeError or ValueError on anything else."""
        fields = json.loads(text)
        return cls(**{**fields, **{name: from_iso(fields[name]) for name in _TIMES if name in fields}})


_TIMES = ("at", "audio_at", "video_at", "picture_at")
