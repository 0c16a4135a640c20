"""Keeping a jail's register current: a dry run, and the same thing done, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import IntegrityError

from broker.audit.events import AuditEvent
from broker.deciding import reviews
from broker.people import Jail
from broker.register.errors import BadLines, Overtaken
from broker.register.lines import Fault, Row
from broker.register.plan import Gone, Plan, make_plan
from broker.storage.database import Database
from broker.storage.inmates import NewInmate
from broker.storage.unit import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done, and the ids of the visits that have come to the superintendent's queue by it."""

    plan: Plan
    reviews: tuple[str, ...]


async def find_jail(db: Database, state_code: int, code: int) -> Jail | None:
    """The jail of a state's code and its own."""
    async with db.read() as uow:
        jails = await uow.jails.all()
    return next((jail for jail in jails if (jail.state_code, jail.code) == (state_code, code)), None)


async def dry_run(db: Database, jail_id: int, rows: Sequence[Row], gone: Gone = Gone.KEPT) -> Plan:
    """What `apply` would do now."""
    async with db.read() as uow:
        return make_plan(await uow.inmates.of_jail(jail_id), rows, gone)


async def apply(
    db: Database,
    jail_id: int,
    rows: Sequence[Row],
    by: str,
    now: datetime,
    *,
    gone: Gone = Gone.KEPT,
    faults: Sequence[Fault] = (),
) -> Applied:
    """Bring a jail's register in line with the rows: all of them, or nothing. Whoever is released, moved or away by it
    has their visits looked at again. `by` is an actor (`staff:7`, `api_key:3`, `system:import`). Raises BadLines if
    there are faults, Overtaken if somebody else changed the same register meanwhile.
    """
    if faults:
        raise BadLines(tuple(faults))
    try:
        async with db.begin() as uow:
            plan = make_plan(await uow.inmates.of_jail(jail_id), rows, gone)
            await _write(uow, jail_id, plan, now)
            touched = await _reviews(uow, plan, now)
            await _note(uow, jail_id, plan, rows, len(touched), by, now)
            await uow.commit()
    except IntegrityError as error:
        raise Overtaken from error
    log.info(
        "register_changed",
        jail=jail_id,
        by=by,
        added=len(plan.added),
        changed=len(plan.changed),
        gone=len(plan.gone),
        reviews=len(touched),
    )
    return Applied(plan, tuple(touched))


async def _write(uow: UnitOfWork, jail_id: int, plan: Plan, now: datetime) -> None:
    # In the order of their ids, as every transaction that locks several.
    for change in sorted(plan.changed, key=lambda each: each.before.id):
        await uow.inmates.write(change.before.id, _new(jail_id, change.row), now)
    if plan.goes is not None:
        for inmate in sorted(plan.gone, key=lambda each: each.id):
            await uow.inmates.set_status(inmate.id, plan.goes, now)
    for row in plan.added:
        await uow.inmates.add(_new(jail_id, row), now)


async def _reviews(uow: UnitOfWork, plan: Plan, now: datetime) -> list[str]:
    touched: list[str] = []
    for inmate_id, cause in plan.causes():
        touched += await reviews.for_inmate(uow, inmate_id, cause, "", now)
    return touched


async def _note(  # noqa: PLR0917 - what of which jail, then who and when
    uow: UnitOfWork, jail_id: int, plan: Plan, rows: Sequence[Row], touched: int, by: str, now: datetime
) -> None:
    """One line written by hand is an edit of that person, more are an import; what changes nothing is neither."""
    if plan.is_empty:
        return
    if len(rows) == 1 and not plan.gone:
        inmate = await uow.inmates.by_number(jail_id, rows[0].number)
        columns = [column for change in plan.changed for column in change.columns]
        uow.audit.record(
            AuditEvent.INMATE_EDIT,
            by=by,
            at=now,
            jail_id=jail_id,
            subject=f"inmate:{inmate.id}" if inmate else "",
            details={"done": "add" if plan.added else "change", "changed": [*columns], "reviews": touched},
        )
        return
    counts = {"added": len(plan.added), "changed": len(plan.changed), "gone": len(plan.gone), "reviews": touched}
    uow.audit.record(AuditEvent.REGISTER_IMPORT, by=by, at=now, jail_id=jail_id, details=counts)


def _new(jail_id: int, row: Row) -> NewInmate:
    return NewInmate(
        jail_id=jail_id,
        number=row.number,
        name=row.name,
        father_name=row.father_name,
        age=row.age,
        gender=row.gender,
        category=row.category,
        nationality=row.nationality,
        status=row.status,
        no_objection=row.no_objection,
    )
