"""When a visit is, as its readers need it: on the jail's clock and, where that differs, on the family's. Pure.

Digits are the ones that every telephone shows (0 to 9), whatever the language, so that a time can be compared at a
glance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location

_MINUTE = timedelta(minutes=1)
_DAY = "EEEE, d MMMM y"


@dataclass(frozen=True, slots=True)
class Reading:
    """An interval on one clock. `place` names the clock ("Nigeria Time"), "" for the jail's; `date` in words; `starts`
    and `ends` as `14:05`; `offset` the clock's distance from UTC then, as `UTC+05:30`.
    """

    place: str
    date: str
    starts: str
    ends: str
    offset: str


def readings(
    starts_at: datetime, ends_at: datetime, jail_zone: str, family_zone: str | None, language: str
) -> tuple[Reading, ...]:
    """The jail's clock first; the family's as well if it shows another time then. Daylight saving is the day's own."""
    jail = ZoneInfo(jail_zone)
    found = [_reading(starts_at, ends_at, jail, "", language)]
    if family_zone:
        family = ZoneInfo(family_zone)
        if starts_at.astimezone(family).utcoffset() != starts_at.astimezone(jail).utcoffset():
            place = str(get_timezone_location(family_zone, locale=language))
            found.append(_reading(starts_at, ends_at, family, place, language))
    return tuple(found)


def clock(at: datetime, zone: str) -> str:
    """`14:05`; seconds are cut off, so that nothing is promised for longer than it lasts."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def offset(at: datetime, zone: str) -> str:
    """The zone's distance from UTC at that time: `UTC+05:30`."""
    away = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    minutes = abs(away) // _MINUTE
    sign = "-" if away < timedelta(0) else "+"
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def day(at: datetime, zone: str, language: str) -> str:
    """`Tuesday, 3 March 2026` on the zone's calendar."""
    return in_words(at.astimezone(ZoneInfo(zone)).date(), language)


def in_words(on: date, language: str) -> str:
    """`Tuesday, 3 March 2026`."""
    return format_date(on, _DAY, locale=language)


def _reading(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, place: str, language: str) -> Reading:
    return Reading(
        place=place,
        date=day(starts_at, zone.key, language),
        starts=clock(starts_at, zone.key),
        ends=clock(ends_at, zone.key),
        offset=offset(starts_at, zone.key),
    )
