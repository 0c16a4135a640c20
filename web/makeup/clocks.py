"""The family's own clock, as far as it is known. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from broker.visit import Request, Visit


def own_zone(request: Request | None, visit: Visit, now: datetime) -> str | None:
    """The zone the family reads a clock in, where that one shows something else than the jail's."""
    if request is None:
        return None
    theirs, jails = (now.astimezone(ZoneInfo(name)).utcoffset() for name in (request.timezone, visit.jail.timezone))
    return None if theirs == jails else request.timezone
