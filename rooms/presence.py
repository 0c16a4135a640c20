"""What consoles may know of a participant. Monitors have no presence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rooms.seats import Role, from_iso, to_iso


class PresenceState(StrEnum):
    """How far a participant has come."""

    CHECKING = "checking"  # has entered; devices are being picked
    CONNECTED = "connected"  # media path is up
    DISCONNECTED = "disconnected"  # dropped; may come back by itself
    LEFT = "left"  # gone, by their own act or for good
    WAITING = "waiting"  # ready; media path not up yet


class Quality(StrEnum):
    """How good a participant's connection is, by their own reports."""

    BAD = "bad"
    GOOD = "good"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Devices:
    """Which devices a participant brought."""

    camera: bool
    microphone: bool


@dataclass(frozen=True, slots=True)
class Presence:
    """A participant as a console shows it; `since` is when `state` was reached, of who dropped out: when they were last
    heard. `silent_since`: their media path counts as up, and nothing has been heard on it since then; `lost`: they have
    left, and not by their own act.
    """

    role: Role
    state: PresenceState
    since: datetime
    devices: Devices | None = None
    quality: Quality | None = None
    silent_since: datetime | None = None
    lost: bool = False

    @property
    def away_since(self) -> datetime | None:
        """Since when they are away without having left, if they are."""
        if self.state is PresenceState.DISCONNECTED or (self.state is PresenceState.LEFT and self.lost):
            return self.since
        return self.silent_since

    def to_json(self) -> str:
        """Return what stands in Redis."""
        devices = self.devices
        return json.dumps(
            {
                "role": self.role.value,
                "state": self.state.value,
                "since": to_iso(self.since),
                "devices": None if devices is None else {"camera": devices.camera, "microphone": devices.microphone},
                "quality": None if self.quality is None else self.quality.value,
                "silent_since": None if self.silent_since is None else to_iso(self.silent_since),
                "lost": self.lost,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Presence:
        """Read what to_json wrote; raises KeyError or ValueError on anything else."""
        data = json.loads(text)
        devices, quality = data["devices"], data["quality"]
        silent_since = data.get("silent_since")  # a node of before the last update does not write it
        return cls(
            role=Role(data["role"]),
            state=PresenceState(data["state"]),
            since=from_iso(data["since"]),
            devices=None if devices is None else Devices(bool(devices["camera"]), bool(devices["microphone"])),
            quality=None if quality is None else Quality(quality),
            silent_since=None if silent_since is None else from_iso(silent_since),
            lost=bool(data.get("lost")),
        )


def quality_of(loss: float, rtt_ms: float) -> Quality:
    """Judge a report: loss is a fraction; under 10 % good, to 15 % poor, from there bad; so are long round trips."""
    if loss >= 0.15 or rtt_ms >= 1000:
        return Quality.BAD
    if loss >= 0.10 or rtt_ms >= 400:
        return Quality.POOR
    return Quality.GOOD
