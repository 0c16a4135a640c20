"""Which free slots a letter names in the place of a lost visit: few, soon, on different days, at the hour the family
chose then. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from broker.slots.availability import Day, Offer

#: Slots that a letter names.
NAMED = 3

_DAY = timedelta(days=1)


def propose(days: Iterable[Day], like: datetime, timezone: str, most: int = NAMED) -> tuple[Offer, ...]:
    """On each of the first days with anything free, what is nearest to the time of day of `like` on the jail's clock;
    where there are fewer such days, more of the same days, all in time's order.
    """
    zone = ZoneInfo(timezone)
    wanted = _of_day(like, zone)
    free = [sorted(day.free, key=lambda offer: _apart(offer.starts_at, wanted, zone)) for day in days if day.free]
    ranked = (offers[rank] for rank in range(most) for offers in free[:most] if rank < len(offers))
    chosen = [offer for _, offer in zip(range(most), ranked, strict=False)]
    return tuple(sorted(chosen, key=lambda offer: offer.starts_at))


def _of_day(at: datetime, zone: ZoneInfo) -> timedelta:
    local = at.astimezone(zone)
    return timedelta(hours=local.hour, minutes=local.minute)


def _apart(at: datetime, wanted: timedelta, zone: ZoneInfo) -> tuple[timedelta, datetime]:
    """How far from the wanted time of day; of two equally far, the earlier."""
    apart = abs(_of_day(at, zone) - wanted)
    return min(apart, _DAY - apart), at
