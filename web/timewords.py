"""Times as people read them: the jail's clock, in the page's language.

Digits are the ones everybody's phone shows (0 to 9), as in the mail, so that a time can be compared at a glance.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location


def clock_time(moment: datetime, timezone: str, language: str) -> str:
    """`14:05` on the clock of `timezone`."""
    return format_time(moment.astimezone(ZoneInfo(timezone)), "HH:mm", locale=language)


def day(moment: datetime, timezone: str, language: str) -> str:
    """`Tuesday, 4 March` on the calendar of `timezone`."""
    return format_date(moment.astimezone(ZoneInfo(timezone)).date(), _DAY[language], locale=language)


def on(date_: date, language: str) -> str:
    """`4 March 1984`: a date of any year, as people write it."""
    return format_date(date_, "d MMMM y", locale=language)


def place(timezone: str, language: str) -> str:
    """The zone's country or city (`India`), for a reader in another one."""
    return str(get_timezone_location(timezone, locale=language))


def iso(moment: datetime) -> str:
    """UTC with `Z` and milliseconds, as scripts read it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_today(moment: datetime, now: datetime, timezone: str) -> bool:
    """Whether `moment` falls on the day that it is in `timezone`."""
    zone = ZoneInfo(timezone)
    return moment.astimezone(zone).date() == now.astimezone(zone).date()


def tel(number: str) -> str:
    """The number of a `tel:` link (RFC 3966): digits, and a leading plus."""
    digits = "".join(character for character in number if character.isdecimal())
    return f"+{digits}" if number.lstrip().startswith("+") else digits


def filters(language: str) -> dict[str, Callable[..., Any]]:
    """The jinja filters of one language: `t | clock_time(zone)`, `t | day(zone)`, `t | iso`, `date | on`,
    `number | tel`.
    """
    return {
        "clock_time": lambda moment, timezone: clock_time(moment, timezone, language),
        "day": lambda moment, timezone: day(moment, timezone, language),
        "iso": iso,
        "on": lambda date_: on(date_, language),
        "tel": tel,
    }


_DAY = {"bn": "EEEE, d MMMM", "en": "EEEE, d MMMM", "hi": "EEEE, d MMMM"}
