"""Whether another visit of the same people may take place: what was true when the lost one was approved is looked at
again, as time has gone on.
"""

from __future__ import annotations

from datetime import datetime

from broker.deciding.case import bars
from broker.deciding.errors import (
    DecidingError,
    InmateElsewhere,
    NobodyAdmitted,
    NoObjectionNeeded,
    NotPermitted,
    VisitorBanned,
)
from broker.deciding.flags import agency_to_ask, local_day
from broker.deciding.restrictions import first_against
from broker.people import Inmate
from broker.rules.model import RuleVersion
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.vocabulary import InmateStatus


async def check(uow: UnitOfWork, visit: Visit, inmate: Inmate, version: RuleVersion, at: datetime) -> None:
    """Raises InmateElsewhere, NotPermitted, NobodyAdmitted, VisitorBanned or NoObjectionNeeded where something stands
    against a visit like this one at that time.
    """
    if inmate.status is not InmateStatus.HELD or inmate.jail_id != visit.jail.id:
        raise InmateElsewhere(inmate.status)
    on = local_day(visit.jail, at)
    against = first_against(await uow.restrictions.of(inmate.id), visit.kind, visit.mode, on)
    if against is not None:
        raise NotPermitted(against.kind, against.until)
    if not visit.admitted:
        raise NobodyAdmitted("nobody of the lost visit may come")
    barred = {visitor.id for visitor in visit.admitted} & set(await bars(uow, visit, inmate, on))
    if barred:
        raise VisitorBanned(tuple(sorted(barred)))
    agency = agency_to_ask(inmate, version.rule)
    if agency is not None and not await _objection_seen(uow, visit):
        raise NoObjectionNeeded(agency)


async def may_come(uow: UnitOfWork, visit: Visit, version: RuleVersion, at: datetime) -> bool:
    """Whether nothing stands against it."""
    if visit.inmate is None:
        return False
    try:
        await check(uow, visit, await uow.inmates.get(visit.inmate.id), version, at)
    except DecidingError:
        return False
    return True


async def _objection_seen(uow: UnitOfWork, visit: Visit) -> bool:
    """Whether the agency's paper was seen when the visit was approved."""
    return any(decision.details.get("no_objection") for decision in await uow.decisions.of_visit(visit.id))
