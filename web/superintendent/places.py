"""From a time that somebody picked to a slot on a terminal or counter: the one that is held for the visit, the one that
was asked for, or any that is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from broker.errors import SlotTaken
from broker.people import Terminal
from broker.rules.errors import NoRule
from broker.rules.model import RuleVersion
from broker.slots.availability import length
from broker.slots.errors import SlotFull
from broker.storage.unit import UnitOfWork
from broker.visit import Slot, Visit
from web.superintendent.desk.when import today

#: Nothing that is looked at here lasts longer.
LONGEST = timedelta(hours=4)
#: The longest special session, in minutes.
SPECIAL_MINUTES = 240


async def rule_for(uow: UnitOfWork, visit: Visit, at: datetime) -> RuleVersion | None:
    """The rule in force in the jail at that instant; None where the state has none."""
    try:
        return await uow.rules.in_force(visit.jail.state_code, today(at, visit.jail.timezone))
    except NoRule:
        return None


async def find(
    uow: UnitOfWork,
    visit: Visit,
    starts_at: datetime,
    now: datetime,
    *,
    terminal_id: int | None = None,
    minutes: int | None = None,
) -> Slot:
    """A slot for the visit from that instant: on the station asked for, else on the one it holds, else on any free one.
    `minutes`: how long, where it isn't the calendar's length. Whether it is offered is for the decision to say.
    Raises SlotTaken (that station), SlotFull (all of them).
    """
    held = await uow.holds.of_visit(visit.id)
    if held is not None and minutes is None and held.starts_at == starts_at and terminal_id in {None, held.terminal_id}:
        # What it holds it may keep, whatever length a later rule or calendar gives to that time.
        return held
    picture = await uow.calendars.picture(
        visit.jail, visit.mode, starts_at, starts_at + LONGEST, now, except_hold=visit.id
    )
    # The rule of the visit's own day, as the decision applies it: another one may have begun by then.
    version = await rule_for(uow, visit, starts_at)
    if minutes is not None:
        lasts = timedelta(minutes=minutes)
    elif version is not None:
        lasts = length(picture, version.rule, visit.kind, starts_at)
    else:
        lasts = visit.ends_at - visit.starts_at
    ends_at = starts_at + lasts
    session = picture.session_at(starts_at)
    free = picture.free_stations(starts_at, ends_at, None if session is None or minutes else session.capacity)
    station = _choose(free, terminal_id, held.terminal_id if held else None)
    if station is None and terminal_id is not None:
        raise SlotTaken(terminal_id)
    if station is None:
        raise SlotFull(starts_at, ends_at)
    return Slot(station.id, starts_at, ends_at)


def _choose(free: Sequence[Terminal], wanted: int | None, held: int | None) -> Terminal | None:
    by_id = {station.id: station for station in free}
    if wanted is not None:
        return by_id.get(wanted)
    if held is not None and held in by_id:
        return by_id[held]
    return free[0] if free else None
