"""Taking a turn at a session: recorded with the transaction it belongs to, unless a colleague has taken it already."""

from __future__ import annotations

from datetime import datetime

import structlog

from broker.audit.events import AuditEvent
from broker.errors import IllegalTransition
from broker.lifecycle import LIVE, VisitStatus
from broker.losses.absent.unstarted import close_unstarted
from broker.sessions.errors import ColleagueActed, NotYet
from broker.sessions.noshow import NoShow, NoShowReason, callable_now, due_at
from broker.sessions.turns import Act, Turn, held_by, in_the_way
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from config.settings import Settings

_log = structlog.get_logger(__name__)


async def take(uow: UnitOfWork, visit: Visit, turn: Turn, now: datetime, *, why: str = "") -> Act | None:
    """Record a turn at a visit whose lock the transaction has; without committing. Somebody who did just that before is
    returned, and nothing is recorded. Raises ColleagueActed.
    """
    theirs = await in_the_way_of(uow, visit.id, turn)
    if theirs is None:
        uow.audit.record(turn.event, by=turn.by, at=now, jail_id=visit.jail.id, visit_id=visit.id, why=why)
    return theirs


async def in_the_way_of(uow: UnitOfWork, visit_id: str, turn: Turn) -> Act | None:
    """The colleague who did just that since the page was drawn, if one did. Raises ColleagueActed for anything else."""
    theirs = in_the_way(turn, await uow.sessions.acts(visit_id))
    if theirs is not None and theirs.event is not turn.event:
        raise ColleagueActed(theirs)
    return theirs


async def hold_or_resume(db: Database, visit_id: str, turn: Turn, why: str, now: datetime) -> Act | None:
    """Write a hold or a resumption down, before the room is told; returns who did it already, if somebody did. What is
    so already is not written twice. Raises ColleagueActed, NotFound.
    """
    async with db.begin() as uow:
        visit = await uow.visits.lock(visit_id)
        holder = held_by(await uow.sessions.acts(visit_id))
        if (holder is not None) is (turn.event is AuditEvent.VISIT_HOLD):
            theirs = await in_the_way_of(uow, visit_id, turn)
            return theirs or (holder if holder is not None and holder.by != turn.by else None)
        theirs = await take(uow, visit, turn, now, why=why)
        await uow.commit()
    return theirs


async def to_be_held(db: Database, visit_id: str) -> bool:
    """Whether staff, by what is written down, want the session held."""
    async with db.read() as uow:
        return held_by(await uow.sessions.acts(visit_id)) is not None


async def call_no_show(  # noqa: PLR0917 - which visit by which rule, then whose turn, why and when
    db: Database,
    settings: Settings,
    visit_id: str,
    minutes: int,
    turn: Turn,
    why: str,
    now: datetime,
) -> tuple[Visit, Act | None]:
    """Write down that the family did not come; returns the visit as it is then, and who has done so already, if
    somebody did. A visit that nobody has started is closed at once, and the family gets its letter: that it was missed,
    or, where it could not have come in or met anybody, that it is made good. A started one is
    closed when its room has ended, which is the caller's to ask for.

    Raises ColleagueActed, NotYet, IllegalTransition (it is over), NotFound.
    """
    async with db.begin() as uow:
        visit = await uow.visits.lock(visit_id)
        theirs = await in_the_way_of(uow, visit_id, turn)
        if theirs is not None:
            return visit, theirs
        if visit.status not in LIVE or now >= visit.ends_at:
            raise IllegalTransition(visit.status, VisitStatus.CLOSED)
        if not callable_now(visit, minutes, now):
            raise NotYet(due_at(visit, minutes))
        await take(uow, visit, turn, now, why=why)
        if visit.status is VisitStatus.APPROVED:
            said = NoShow(now, called_off=why == NoShowReason.CALLED_OFF)
            visit = await close_unstarted(uow, settings, visit, said, turn.by, now)
        await uow.commit()
    _log.info("no_show_called", visit=visit_id, by=turn.by, closed=visit.status is VisitStatus.CLOSED)
    return visit, None
