"""Those in a room, and what others may know of each: the room's own bookkeeping, without I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rooms.moderation import UNMODERATED, Moderation
from rooms.presence import Devices, Presence, PresenceState, Quality
from rooms.seats import Role, Seat

#: How long somebody whose socket dropped is waited for before they can count as lost.
KEPT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as the others see them; `present` once they said they are ready and have not gone since.

    `audio` and `video` are what they send by their own word, `muted` and `blanked` what staff have taken from it.
    `weak`: their line does not carry their picture just now; `unseen_by`: those whose lines do not.
    """

    participant: str
    role: Role
    label: str
    present: bool
    audio: bool
    video: bool
    quality: Quality | None
    muted: bool = False
    blanked: bool = False
    weak: bool = False
    unseen_by: tuple[str, ...] = ()


@dataclass(slots=True)
class Watcher:
    """A monitor in the room: known to the room, to nobody in it. `unseen`: whose pictures its line does not carry."""

    detached_at: datetime | None = None
    unseen: frozenset[str] = frozenset()


@dataclass(slots=True)
class Member:
    """Somebody who has taken their seat. `lost`: gone, and not by their own act; `silent_since`: the media path is up,
    and nothing has been heard on it since; `expected_since`: since when they should be sending. `unseen`: whose
    pictures their line does not carry; `weak`: not even their own.
    """

    seat: Seat
    since: datetime
    state: PresenceState = PresenceState.CHECKING
    detached_at: datetime | None = None
    ready: bool = False
    connected: bool = False
    was_connected: bool = False
    media_started: bool = False
    gone: bool = False
    lost: bool = False
    audio: bool = False
    video: bool = False
    devices: Devices | None = None
    quality: Quality | None = None
    judged_at: datetime | None = None
    silent_since: datetime | None = None
    expected_since: datetime | None = None
    unseen: frozenset[str] = frozenset()
    weak: bool = False

    def settle(self, now: datetime) -> None:
        """Bring `state` up to date with the rest, and `since` with it: who drops out, and does not come back, has one
        time for it, that of the last sign of life.
        """
        before, self.state = self.state, self._derived()
        if self.state is before:
            return
        dropped = self.state is PresenceState.DISCONNECTED or (self.state is PresenceState.LEFT and self.lost)
        if not dropped:
            self.since = now
        elif before is not PresenceState.DISCONNECTED:
            self.since = self.silent_since or now
        if self.state is not PresenceState.CONNECTED:
            self.silent_since = None

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
        return Presence(
            self.seat.role, self.state, self.since, self.devices, self.known_quality, self.silent_since, self.lost
        )

    @property
    def known_quality(self) -> Quality | None:
        """How good the connection is; None of who is not heard: what they said before is no news."""
        if not self.present or self.silent_since is not None:
            return None
        return Quality.BAD if self.weak or self.unseen else self.quality


def person(
    seat: Seat, member: Member | None, moderation: Moderation = UNMODERATED, unseen_by: tuple[str, ...] = ()
) -> Person:
    """Return the holder of a seat as the others see them, whether or not they have come."""
    here = member if member is not None and member.present else None
    return Person(
        seat.participant,
        seat.role,
        seat.label,
        present=here is not None,
        audio=here is not None and here.audio,
        video=here is not None and here.video,
        quality=None if here is None else here.known_quality,
        muted=moderation.muted,
        blanked=moderation.blanked,
        weak=here is not None and here.weak,
        unseen_by=() if here is None else unseen_by,
    )
