"""A jail's working sessions as a reader of a leaflet sees them: "Monday to Friday, 10:00 to 16:45". No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from babel import Locale

from broker.slots.calendar import Session
from broker.vocabulary import VisitMode

#: First and last beginning of a slot, "HH:MM".
Interval = tuple[str, str]


def by_days(sessions: Iterable[Session], mode: VisitMode) -> list[tuple[tuple[int, int], tuple[Interval, ...]]]:
    """Runs of weekdays (first and last, 0 is Monday) that have the same intervals, in order."""
    week: dict[int, list[Interval]] = {}
    for session in sessions:
        if session.mode is mode:
            interval = (f"{session.first_at:%H:%M}", f"{session.last_at:%H:%M}")
            week.setdefault(session.weekday, []).append(interval)
    days = [(weekday, tuple(sorted(set(week[weekday])))) for weekday in sorted(week)]
    runs = groupby(enumerate(days), key=lambda each: (each[1][0] - each[0], each[1][1]))
    found = []
    for (_, intervals), group in runs:
        run = [day for _, (day, _) in group]
        found.append(((run[0], run[-1]), intervals))
    return found


def days(first: int, last: int, language: str) -> tuple[str, str]:
    """The names of both weekdays."""
    names = Locale.parse(language).days["stand-alone"]["wide"]
    return str(names[first]), str(names[last])
