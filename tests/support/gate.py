"""Visits in person to test with: a jail with counters, and an approved visit at one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from broker.storage.database import Database
from broker.visit import Slot, Visit, VisitMode
from tests.support.clock import NOON
from tests.support.visits import STAFF, Place, free_inmate, request


async def in_person(
    db: Database,
    place: Place,
    *,
    starts_at: datetime = NOON,
    now: datetime = NOON,
    visitors: int = 1,
    account_id: str | None = None,
    approve: bool = True,
) -> Visit:
    """A visit at counter C1 of the place (made if it isn't there), approved unless told otherwise."""
    async with db.begin() as uow:
        counters = await uow.jails.terminals(place.jail.id, VisitMode.IN_PERSON)
        counter = counters[0] if counters else await uow.terminals.add(place.jail.id, "C1", VisitMode.IN_PERSON)
        new = replace(
            request(place, starts_at=starts_at, visitors=visitors), mode=VisitMode.IN_PERSON, account_id=account_id
        )
        new = replace(new, inmate_id=(await free_inmate(uow, place, new.starts_at, new.ends_at)).id)
        visit = await uow.visits.add(new, now)
        if approve:
            visit = await uow.visits.approve(new.id, Slot(counter.id, new.starts_at, new.ends_at), STAFF, now)
        await uow.commit()
    return visit
