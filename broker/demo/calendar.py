"""The invented jails' counters and working hours, and their states' rules."""

from __future__ import annotations

from datetime import time

from broker.people import Jail
from broker.slots.calendar import Session
from broker.storage.unit import UnitOfWork
from broker.vocabulary import VisitMode

COUNTERS = 2
_WORKING_DAYS = range(6)
_MORNING, _AFTERNOON = (time(9), time(12, 30)), (time(14), time(16, 30))


def sessions() -> tuple[Session, ...]:
    """Monday to Saturday, morning and afternoon: at the terminals with a break between two visits, at the counters
    without.
    """
    return tuple(
        Session(mode, weekday, first, last, gap_minutes=5 if mode is VisitMode.VIDEO else 0)
        for mode in VisitMode
        for weekday in _WORKING_DAYS
        for first, last in (_MORNING, _AFTERNOON)
    )


async def open_jail(uow: UnitOfWork, jail: Jail) -> None:
    """Give a jail what it lacks: counters, and hours for one that has none. Hours somebody has changed stay."""
    known = {counter.name for counter in await uow.jails.terminals(jail.id, VisitMode.IN_PERSON)}
    for number in range(1, COUNTERS + 1):
        if f"C{number}" not in known:
            await uow.terminals.add(jail.id, f"C{number}", VisitMode.IN_PERSON)
    if not await uow.calendars.sessions(jail.id):
        await uow.calendars.set_sessions(jail.id, sessions())
