"""What staff do at the gate: let somebody in, or write that nobody came. Doing it twice changes nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.audit.events import AuditEvent
from broker.deciding.cancelling import close
from broker.gate.errors import PassNotGood, TooEarlyToMiss
from broker.gate.standing import LET_IN, PATIENCE, Standing, let_in_already, may_be_missed, standing
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Outcome, Visit, VisitMode, Visitor, VisitStatus
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Shown:
    """A pass as the gate sees it. `inside`: the ids of the visit's visitors who were let in."""

    visit: Visit
    visitor: Visitor
    inside: frozenset[str]
    standing: Standing


async def show(uow: UnitOfWork, link_digest: str, now: datetime) -> Shown | None:
    """The pass with this token (`broker.links.link_digest`); None where there is none, or the visit is by video."""
    found = await uow.visits.by_link_digest(link_digest)
    if found is None or found[0].mode is not VisitMode.IN_PERSON:
        return None
    visit, visitor = found
    inside = let_in_already(await uow.visits.history(visit.id))
    return Shown(visit, visitor, inside, standing(visit, visitor, inside, now))


async def let_in(db: Database, visit_id: str, visitor_id: str, by: str, now: datetime) -> Visit:
    """Let a visitor in; the first of them opens the visit. Raises NotFound, PassNotGood."""
    async with db.begin() as uow:
        visit = await uow.visits.lock(visit_id)
        visitor = next(one for one in visit.visitors if one.id == visitor_id)
        inside = let_in_already(await uow.visits.history(visit_id))
        worth = standing(visit, visitor, inside, now)
        if worth is Standing.INSIDE:
            return visit
        if worth is not Standing.GOOD:
            raise PassNotGood(worth)
        if visit.status is VisitStatus.OPEN:
            await uow.visits.note(visit_id, by, LET_IN + visitor_id, now)
        else:
            visit = await uow.visits.move(visit_id, VisitStatus.OPEN, by, LET_IN + visitor_id, now)
        _note(uow, AuditEvent.GATE_ADMIT, visit, by, now, f"visitor:{visitor_id}")
        await uow.commit()
    return visit


async def did_not_come(db: Database, settings: Settings, visit_id: str, by: str, now: datetime) -> Visit:
    """Nobody came to this visit in person: it is closed, and the family's allowance stays used.

    Raises NotFound; PassNotGood where somebody was let in, or the visit is not on; TooEarlyToMiss.
    """
    async with db.begin() as uow:
        visit = await uow.visits.lock(visit_id)
        if visit.status is VisitStatus.CLOSED and visit.outcome is Outcome.VISITOR_ABSENT:
            return visit
        if visit.status is not VisitStatus.APPROVED:
            raise PassNotGood(Standing.INSIDE if visit.status is VisitStatus.OPEN else Standing.OVER)
        if not may_be_missed(visit, now):
            raise TooEarlyToMiss(visit.starts_at + PATIENCE)
        visit = await close(uow, settings, visit_id, Outcome.VISITOR_ABSENT, {}, by=by, now=now)
        _note(uow, AuditEvent.VISIT_NO_SHOW, visit, by, now)
        await uow.commit()
    return visit


def _note(  # noqa: PLR0917 - what, about what, then who and when
    uow: UnitOfWork, event: AuditEvent, visit: Visit, by: str, now: datetime, subject: str = ""
) -> None:
    uow.audit.record(event, by=by, at=now, jail_id=visit.jail.id, visit_id=visit.id, subject=subject)
