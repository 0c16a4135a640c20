"""Which live room somebody should look into next. Pure.

A look is a follow: small pictures on a wall are recorded too, but whoever has forty of them before the eyes has not
looked into forty rooms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: A room should not go unseen for longer than this: a visit of a quarter of an hour is then looked into three times.
EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live room that may be looked into. `live_since`: when its session was started or its slot began, whichever is
    later; `seen`: when it was last followed; `watched`: somebody follows it now; `alert_since`: when the oldest alert
    began that nobody ticked off.
    """

    visit_id: str
    live_since: datetime
    seen: datetime | None = None
    watched: bool = False
    alert_since: datetime | None = None

    @property
    def alarming(self) -> bool:
        """Whether something is amiss that began after the last look."""
        return self.alert_since is not None and (self.seen is None or self.seen < self.alert_since)

    def unseen_for(self, now: datetime) -> timedelta:
        """How long nobody has looked into it."""
        if self.watched:
            return timedelta(0)
        return max(timedelta(0), now - (self.seen or self.live_since))

    def is_due(self, now: datetime) -> bool:
        """Whether it has gone unseen for too long, or something is amiss."""
        return not self.watched and (self.alarming or self.unseen_for(now) >= EVERY)


def due(rooms: Iterable[Candidate]) -> list[Candidate]:
    """The rooms nobody looks into now, the one to look into next first: where something is amiss, oldest first; then
    those never looked into, longest running first; then those unseen for longest.
    """
    return sorted((room for room in rooms if not room.watched), key=_urgency)


def _urgency(room: Candidate) -> tuple[int, datetime, str]:
    if room.alarming and room.alert_since is not None:
        return 0, room.alert_since, room.visit_id
    if room.seen is None:
        return 1, room.live_since, room.visit_id
    return 2, room.seen, room.visit_id
