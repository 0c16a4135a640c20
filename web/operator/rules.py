"""For how long the rule waits for a family."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from aiohttp import web

from broker.errors import NotFound
from broker.rules.errors import NoRule
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from web.keys import DB
from web.operator.states import NO_SHOW_MINUTES


async def no_show_minutes(app: web.Application, visit: Visit) -> int:
    """The minutes after a visit's start from which on its family may be called a no-show: by the rule it was approved
    under, else by the one in force on its day, else ten.
    """
    async with app[DB].read() as uow:
        return await minutes_within(uow, visit, {})


async def minutes_within(uow: UnitOfWork, visit: Visit, known: dict[int | None, int]) -> int:
    """As `no_show_minutes`, in a transaction; `known` remembers by rule version what a day's visits have in common."""
    if visit.rule_version_id not in known:
        known[visit.rule_version_id] = await _minutes(uow, visit)
    return known[visit.rule_version_id]


async def _minutes(uow: UnitOfWork, visit: Visit) -> int:
    try:
        if visit.rule_version_id is not None:
            return (await uow.rules.get(visit.rule_version_id)).rule.no_show_minutes
        on = visit.starts_at.astimezone(ZoneInfo(visit.jail.timezone)).date()
        return (await uow.rules.in_force(visit.jail.state_code, on)).rule.no_show_minutes
    except (NoRule, NotFound):
        return NO_SHOW_MINUTES
