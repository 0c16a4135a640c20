"""Those in a room, and what others may know of each: the room's own bookkeeping, without I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rooms.presence import Devices, Presence, PresenceState, Quality
from rooms.seats import Role, Seat

#: How long somebody whose socket dropped is waited for before they can count as lost.
KEPT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as the others see them; `present` once they said they are ready and have not gone since."""

    participant: str
    role: Role
    label: str
    present: bool
    audio: bool
    video: bool
    quality: Quality | None


@dataclass(slots=True)
class Watcher:
    """A monitor in the room: known to the room, to nobody in it."""

    detached_at: datetime | None = None


@dataclass(slots=True)
class Member:
    """Somebody who has taken their seat."""

    seat: Seat
    since: datetime
    state: PresenceState = PresenceState.CHECKING
    detached_at: datetime | None = None
    ready: bool = False
    connected: bool = False
    was_connected: bool = False
    media_started: bool = False
    gone: bool = False
    audio: bool = False
    video: bool = False
    devices: Devices | None = None
    quality: Quality | None = None

    def settle(self, now: datetime) -> None:
        """Bring `state` up to date with the rest, and `since` with it."""
        state = self._derived()
        if state is not self.state:
            self.state, self.since = state, now

    def _derived(self) -> PresenceState:
        if self.gone:
            return PresenceState.LEFT
        if self.connected:
            return PresenceState.CONNECTED
        if self.detached_at is not None or self.was_connected:
            return PresenceState.DISCONNECTED
        return PresenceState.WAITING if self.ready else PresenceState.CHECKING

    @property
    def present(self) -> bool:
        """Whether the others may count on them being here."""
        return self.state in (PresenceState.CONNECTED, PresenceState.WAITING)

    def presence(self) -> Presence:
        """Return them as a console shows them."""
        return Presence(self.seat.role, self.state, self.since, self.devices, self.quality)


def person(seat: Seat, member: Member | None) -> Person:
    """Return the holder of a seat as the others see them, whether or not they have come."""
    if member is None or not member.present:
        return Person(seat.participant, seat.role, seat.label, present=False, audio=False, video=False, quality=None)
    return Person(
        seat.participant,
        seat.role,
        seat.label,
        present=True,
        audio=member.audio,
        video=member.video,
        quality=member.quality,
    )
