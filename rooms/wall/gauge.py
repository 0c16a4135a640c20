"""From what the relay has counted to what happened in an interval. Pure: every call takes `now`, aware."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from rooms.seats import Role
from rooms.wall.meter import Meter
from rooms.ways import Way


class Loudness(Protocol):
    """How loud a participant was in an interval."""

    @property
    def level(self) -> int:
        """In dBov, 0 to -127."""

    @property
    def speaking(self) -> bool:
        """Whether that is speech."""


class Reading(Protocol):
    """How a participant's media stands: what the relay says of it (rooms.media.counters)."""

    @property
    def connected(self) -> bool:
        """Whether its media path is up."""

    @property
    def audio(self) -> int:
        """Packets of sound received so far."""

    @property
    def video(self) -> int:
        """Packets of video received so far."""

    @property
    def frames(self) -> int:
        """Pictures received so far."""

    @property
    def audio_at(self) -> datetime | None:
        """When the last packet of sound came."""

    @property
    def video_at(self) -> datetime | None:
        """When the last packet of video came."""

    @property
    def muted(self) -> bool:
        """Whether staff have taken its sound."""

    @property
    def blanked(self) -> bool:
        """Whether staff have taken its picture."""

    @property
    def weak(self) -> bool:
        """Whether its line does not carry its picture."""

    @property
    def unseen(self) -> bool:
        """Whether a participant's line does not take its picture."""

    @property
    def loudness(self) -> Loudness | None:
        """How loud it was since the last reading, where a wall may know."""


class Glance(Protocol):
    """What the decoder says of a picture."""

    @property
    def at(self) -> datetime:
        """When its keyframe came."""

    @property
    def luminance(self) -> float:
        """How bright it is."""

    @property
    def change(self) -> float | None:
        """How far it is from the one before."""


class Gauge:
    """The meters of one room. `roles` are the seats'; who has none is a monitor."""

    def __init__(self, roles: Mapping[str, Role]) -> None:
        self._roles = dict(roles)
        self._at: datetime | None = None
        self._readings: Mapping[str, Reading] = {}
        self._ways: Mapping[Way, int] = {}

    def measure(
        self,
        now: datetime,
        readings: Mapping[str, Reading],
        ways: Mapping[Way, int],
        pictures: Mapping[str, Glance],
    ) -> dict[str, Meter]:
        """Return everybody's meter for the time since the last call. The first has nothing to compare with: zeros."""
        seconds = max(0.1, (now - self._at).total_seconds()) if self._at is not None else None
        forwarded = self._forwarded(ways)
        meters = {}
        for participant, reading in readings.items():
            before = self._readings.get(participant)
            picture = pictures.get(participant)
            meters[participant] = Meter(
                at=now,
                connected=reading.connected,
                audio_pps=_rate(reading.audio, before.audio if before else 0, seconds),
                video_pps=_rate(reading.video, before.video if before else 0, seconds),
                fps=_rate(reading.frames, before.frames if before else 0, seconds),
                audio_at=reading.audio_at,
                video_at=reading.video_at,
                muted=reading.muted,
                blanked=reading.blanked,
                weak=reading.weak,
                unseen=reading.unseen,
                forwarded=forwarded.get(participant, {}),
                level=reading.loudness.level if reading.loudness else None,
                speaking=reading.loudness.speaking if reading.loudness else None,
                picture_at=picture.at if picture else None,
                luminance=round(picture.luminance, 1) if picture else None,
                change=round(picture.change, 2) if picture and picture.change is not None else None,
            )
        self._at, self._readings, self._ways = now, dict(readings), dict(ways)
        return meters

    def _forwarded(self, ways: Mapping[Way, int]) -> dict[str, dict[str, int]]:
        """What went on since the last call: sender to "receiver's role:kind" to packets."""
        found: dict[str, dict[str, int]] = {}
        for way, packets in ways.items():
            moved = packets - self._ways.get(way, 0)
            if self._at is None or moved <= 0:
                continue
            sender, receiver, kind = way
            name = f"{self._roles.get(receiver, Role.MONITOR).value}:{kind}"
            mine = found.setdefault(sender, {})
            mine[name] = mine.get(name, 0) + moved
        return found


def _rate(count: int, before: int, seconds: float | None) -> float:
    """Packets a second; a count that went back began anew, with another connection."""
    if seconds is None:
        return 0.0
    return round((count - before if count >= before else count) / seconds, 1)
