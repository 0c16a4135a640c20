"""The reader's clock: what their browser says, else where their telephone is at home; and when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from phonenumbers import timezone as phone_zones

from broker.identity.countries import timezones
from broker.identity.errors import BadPhone
from broker.identity.phones import parse_mobile
from broker.registration.draft import Draft, Step

_DAY = timedelta(days=1)
#: Browsers still name some zones by spellings that the places themselves have left behind (family.js knows them too).
_RENAMED = {
    "Calcutta": "Kolkata",
    "Katmandu": "Kathmandu",
    "Kiev": "Kyiv",
    "Rangoon": "Yangon",
    "Saigon": "Ho Chi Minh",
}


@lru_cache
def _all() -> frozenset[str]:
    return frozenset(available_timezones())


def known(name: str) -> str:
    """The name, if it is one of the IANA's; else ""."""
    return name if name in _all() else ""


def of_reader(draft: Draft, jails: str | None = None) -> ZoneInfo | None:
    """The clock of whoever types: chosen or told by the browser, else by the telephone number, else unknown."""
    name = known(draft.timezone) or _of_phone(draft) or jails
    return ZoneInfo(name) if name else None


def _of_phone(draft: Draft) -> str:
    contact = draft.typed(Step.CONTACT)
    country = contact.get("nationality", "IN")
    try:
        number = phonenumbers.parse(parse_mobile(contact.get("mobile", ""), country))
    except BadPhone:
        return ""
    zones = [known(zone) for zone in phone_zones.time_zones_for_number(number)]
    return next((zone for zone in zones if zone), "")


def offered(draft: Draft) -> tuple[str, ...]:
    """The zones to choose from: those of the reader's country first, then everybody's, by name."""
    near = timezones(draft.typed(Step.CONTACT).get("nationality", "IN"))
    rest = sorted(zone for zone in _all() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/", "posix")))
    return tuple(dict.fromkeys([*(zone for zone in near if zone in _all()), *rest]))


def city(zone: str) -> str:
    """`New York` of `America/New_York`."""
    name = zone.rpartition("/")[2].replace("_", " ")
    return _RENAMED.get(name, name)


def differs(at: datetime, zone: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether two clocks show different times at that instant."""
    return at.astimezone(zone).replace(tzinfo=None) != at.astimezone(other).replace(tzinfo=None)


def change_between(first: date, last: date, zone: ZoneInfo) -> tuple[date, timedelta] | None:
    """The first day from `first` to `last` (both included) on which this zone's clock is put forward (+) or back (-),
    and by how much.
    """
    day = first
    while day <= last:
        # No place changes its clock twice between two noons.
        before, after = (_noon(each).astimezone(zone).utcoffset() for each in (day - _DAY, day))
        if before is not None and after is not None and before != after:
            return day, after - before
        day += _DAY
    return None


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
