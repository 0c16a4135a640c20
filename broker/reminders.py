"""Which reminders there are, and between which two moments before a visit each may go out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class Reminder(StrEnum):
    """A letter that goes out once for a visit, by the name of its template."""

    REMINDER_DAY = "reminder_day"
    REMINDER_HOUR = "reminder_hour"


#: How long before a visit a reminder is due, and how long before it it would say something that is no longer so: a
#: worker that was away for long does not catch up on it then. The more urgent one is first.
WINDOWS: Mapping[Reminder, tuple[timedelta, timedelta]] = MappingProxyType(
    {
        Reminder.REMINDER_HOUR: (timedelta(minutes=60), timedelta(minutes=15)),
        Reminder.REMINDER_DAY: (timedelta(hours=24), timedelta(hours=4)),
    }
)


def passed(starts_at: datetime, now: datetime) -> Iterable[Reminder]:
    """The reminders whose time is over when a family is told of a visit now: what they have just read needs none."""
    return [reminder for reminder, (before, _) in WINDOWS.items() if now >= starts_at - before]


def is_due(reminder: Reminder, starts_at: datetime, now: datetime) -> bool:
    """Whether a visit that begins then (UTC) is to be reminded of now."""
    first, last = WINDOWS[reminder]
    return starts_at - first <= now < starts_at - last
