"""The time box: what a slot says about any moment. Nothing here can move its end.

A slot is the half-open interval [starts_at, ends_at): at `ends_at` itself the room is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: Seconds before the end at which people are told of it, once each.
NOTICES = (300, 60, 30)


class Phase(StrEnum):
    """What a room may do at a moment; media is forwarded in LIVE only."""

    ENDED = "ended"
    HELD = "held"
    LIVE = "live"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class TimeBox:
    """A slot. Raises ValueError if it is naive or empty."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a slot's times must be aware")
        if self.starts_at >= self.ends_at:
            raise ValueError("a slot must end after it starts")

    def phase(self, now: datetime, *, opened: bool, held: bool = False) -> Phase:
        """Return the phase at `now`: live needs both the slot's time and the prison's opening of the session."""
        if now >= self.ends_at:
            return Phase.ENDED
        if now < self.starts_at or not opened:
            return Phase.WAITING
        return Phase.HELD if held else Phase.LIVE

    def left(self, now: datetime) -> timedelta:
        """Return the time to the end: zero once it is over, and never more than the whole slot."""
        return self.ends_at - min(max(now, self.starts_at), self.ends_at)

    def notices(self, after: datetime, until: datetime) -> tuple[int, ...]:
        """Return the notices whose moment lies in (after, until], in order; none lies before the slot's start."""
        moments = ((seconds, self.ends_at - timedelta(seconds=seconds)) for seconds in NOTICES)
        return tuple(seconds for seconds, at in moments if at > self.starts_at and after < at <= until)

    def next_event(self, now: datetime) -> datetime | None:
        """Return the first moment after `now` at which something happens by itself: start, a notice, the end."""
        notices = (self.ends_at - timedelta(seconds=seconds) for seconds in NOTICES)
        moments = [self.starts_at, *(at for at in notices if at > self.starts_at), self.ends_at]
        return min((at for at in moments if at > now), default=None)
