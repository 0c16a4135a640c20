"""Times as a superintendent reads two hundred of them: short, on the jail's clock, and how long there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web
from babel.dates import format_date, format_timedelta

from web import language
from web.timewords import clock_time, is_today

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class When:
    """The words of one page: its language, and the instant at which it was made."""

    language: str
    now: datetime

    @classmethod
    def of(cls, request: web.Request, now: datetime) -> When:
        """In the request's language."""
        return cls(language.of(request), now)

    def on(self, day: date) -> str:
        """`Mon 23 Nov`; with the year where it is another one."""
        pattern = "EEE d MMM" if day.year == self.now.year else "EEE d MMM y"
        return format_date(day, pattern, locale=self.language)

    def day_before(self, day: date) -> str:
        """The last day of a period that ends before `day`."""
        return self.on(day - _DAY)

    def day(self, moment: datetime, timezone: str) -> str:
        """The day of an instant on the clock of `timezone`, as `on`."""
        return self.on(moment.astimezone(ZoneInfo(timezone)).date())

    def slot(self, starts_at: datetime, ends_at: datetime, timezone: str) -> str:
        """`Mon 23 Nov, 11:15–11:30`."""
        begins, ends = (clock_time(moment, timezone, self.language) for moment in (starts_at, ends_at))
        return f"{self.day(starts_at, timezone)}, {begins}–{ends}"

    def moment(self, moment: datetime, timezone: str) -> str:
        """`Mon 23 Nov, 11:15`."""
        return f"{self.day(moment, timezone)}, {clock_time(moment, timezone, self.language)}"

    def told(self, moment: datetime, timezone: str) -> str:
        """`11:15` where it is the same day, else as `moment`."""
        if is_today(moment, self.now, timezone):
            return clock_time(moment, timezone, self.language)
        return self.moment(moment, timezone)

    def away(self, moment: datetime) -> str:
        """How far away an instant is, without a direction: `3 hours`, `12 minutes`, `2 days`."""
        length = abs(moment - self.now)
        if length < _HOUR:
            return format_timedelta(length, granularity="minute", threshold=1.5, locale=self.language)
        if length < 2 * _DAY:
            return format_timedelta(length, granularity="hour", threshold=2, locale=self.language)
        return format_timedelta(length, granularity="day", threshold=9, locale=self.language)

    def past(self, moment: datetime) -> bool:
        """Whether it is over."""
        return moment <= self.now

    def near(self, moment: datetime) -> bool:
        """Whether it is due within a day."""
        return moment - self.now < _DAY


def today(now: datetime, timezone: str) -> date:
    """The day it is on the clock of `timezone`."""
    return now.astimezone(ZoneInfo(timezone)).date()
