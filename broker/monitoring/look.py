"""One look into a live room: who, how, and from when to when. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.vocabulary import LookKind

#: A look that was not heard of for so long is no longer going on: its page says so at least three times as often.
SILENT = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Look:
    """One look. `ended_at` is when it was last known to go on, and its end once it is `over`. `participant` is the id
    under which a follow is in the room ("monitor-…"); a wall has none and is "".
    """

    id: int
    visit_id: str
    staff_id: int
    how: LookKind
    participant: str
    started_at: datetime
    ended_at: datetime
    over: bool

    @property
    def length(self) -> timedelta:
        """How long it lasted, as far as is known."""
        return self.ended_at - self.started_at

    def goes_on(self, now: datetime) -> bool:
        """Whether somebody is looking now."""
        return not self.over and now - self.ended_at < SILENT


@dataclass(frozen=True, slots=True)
class Seen:
    """When a room was last followed: `until` the latest, `by` whoever follows it now (staff ids)."""

    until: datetime
    by: frozenset[int] = frozenset()


def seen(follows: Iterable[Look], now: datetime) -> dict[str, Seen]:
    """The follows of several rooms, by visit: when each was last looked into and who does so now."""
    found: dict[str, Seen] = {}
    for look in follows:
        going_on = frozenset({look.staff_id}) if look.goes_on(now) else frozenset()
        before = found.get(look.visit_id, Seen(look.ended_at))
        found[look.visit_id] = Seen(max(before.until, look.ended_at), before.by | going_on)
    return found


def together(looks: Iterable[Look]) -> timedelta:
    """How long at least one of these looks went on: two monitors at once count once."""
    total, reached = timedelta(0), None
    for look in sorted(looks, key=lambda each: each.started_at):
        start = look.started_at if reached is None else max(look.started_at, reached)
        total += max(timedelta(0), look.ended_at - start)
        reached = look.ended_at if reached is None else max(reached, look.ended_at)
    return total
