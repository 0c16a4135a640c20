"""When something happens after a decision, every visit it touches comes to the queue.

The hooks run in the transaction of whatever happened (an import, a block, a ban, a restriction); they change no visit
and write to nobody: people decide. Each returns the ids of the visits that have come to the queue by it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol

import structlog

from broker.audit.events import AuditEvent
from broker.deciding.bans import Ban, NewBan
from broker.deciding.flags import local_day
from broker.deciding.restrictions import Restriction
from broker.errors import IllegalTransition
from broker.lifecycle import VisitStatus
from broker.people import Jail
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import Visit
from broker.vocabulary import RestrictionKind, ReviewCause

#: How far ahead visits are looked for; no state lets anybody ask for one later than that.
_HORIZON = timedelta(days=400)

_log = structlog.get_logger(__name__)


class Blocked(Protocol):
    """What a block says of itself (`broker.slots.calendar.Block`); `terminal_id` None: the whole jail."""

    @property
    def jail_id(self) -> int:
        """Where."""
        ...

    @property
    def terminal_id(self) -> int | None:
        """Which terminal or counter."""
        ...

    @property
    def starts_at(self) -> datetime:
        """The first instant (UTC)."""
        ...

    @property
    def ends_at(self) -> datetime:
        """The first instant after it (UTC)."""
        ...

    @property
    def note(self) -> str:
        """Why, in words."""
        ...


async def for_inmate(uow: UnitOfWork, inmate_id: int, cause: ReviewCause, text: str, now: datetime) -> list[str]:
    """The inmate was released, moved, is away, or is restricted: their visits still to come. Takes the inmate's lock,
    so that a visit which is being approved at the same time is either seen here or refused there. Raises NotFound.
    """
    await uow.inmates.lock(inmate_id)
    visits = await uow.visits.of_inmate(inmate_id, now)
    return await _raise(uow, [visit for visit in visits if visit.live or visit.undecided], cause, text, now)


async def for_block(uow: UnitOfWork, block: Blocked, now: datetime) -> list[str]:
    """A terminal, or a whole jail, takes no visits for a while: those that are approved there, or wait for it."""
    if block.ends_at <= now:
        return []
    start = max(block.starts_at, now)
    visits = await uow.visits.touching(block.jail_id, start, block.ends_at)
    touched = [visit for visit in visits if await _stands_on(uow, visit, block)]
    cause = ReviewCause.DAY_BLOCKED if block.terminal_id is None else ReviewCause.TERMINAL_BLOCKED
    return await _raise(uow, touched, cause, block.note, now)


async def for_ban(uow: UnitOfWork, ban: Ban, now: datetime) -> list[str]:
    """Somebody may not visit any more: their visits to come on the days, and in the places, that the ban holds for."""
    touched: list[Visit] = []
    for jail in await _where(uow, ban):
        last = now + _HORIZON if ban.until is None else _after(ban.until, now)
        for visit in await uow.visits.touching(jail.id, now, last):
            on = local_day(jail, visit.starts_at)
            inmate_id = None if visit.inmate is None else visit.inmate.id
            if any(ban.bars(visitor, inmate_id, on) for visitor in visit.admitted):
                touched.append(visit)
    return await _raise(uow, touched, ReviewCause.VISITOR_BANNED, ban.reason, now)


async def restrict(  # noqa: PLR0917 - whom, what, why and until when, then who and when
    db: Database, inmate_id: int, kind: RestrictionKind, reason: str, until: date | None, by: str, now: datetime
) -> tuple[Restriction, list[str]]:
    """Restrict an inmate's visits; with it the ids of the visits that come to the queue. Raises NotFound."""
    async with db.begin() as uow:
        inmate = await uow.inmates.lock(inmate_id)
        restriction = await uow.restrictions.add(inmate_id, kind, reason, until, by, now)
        visits = await uow.visits.of_inmate(inmate_id, now)
        touched = [
            visit
            for visit in visits
            if (visit.live or visit.undecided)
            and restriction.stands_against(visit.kind, visit.mode, local_day(visit.jail, visit.starts_at))
        ]
        raised = await _raise(uow, touched, ReviewCause.INMATE_RESTRICTED, reason, now)
        uow.audit.record(
            AuditEvent.RESTRICTION_EDIT,
            by=by,
            at=now,
            jail_id=inmate.jail_id,
            subject=f"inmate:{inmate_id}",
            why=reason,
            details={"kind": kind.value, "until": _iso(until), "reviews": len(raised)},
        )
        await uow.commit()
    _log.info("inmate_restricted", inmate=inmate_id, kind=kind.value, by=by, reviews=len(raised))
    return restriction, raised


async def forbid(db: Database, new: NewBan, by: str, now: datetime) -> tuple[Ban, list[str]]:
    """Ban somebody; with it the ids of the visits that come to the queue."""
    async with db.begin() as uow:
        ban = await uow.bans.add(new, by, now)
        raised = await for_ban(uow, ban, now)
        uow.audit.record(
            AuditEvent.BAN_CREATE,
            by=by,
            at=now,
            jail_id=ban.jail_id,
            subject=f"ban:{ban.id}",
            why=ban.reason,
            details={"until": _iso(ban.until), "inmate": ban.inmate_id, "reviews": len(raised)},
        )
        await uow.commit()
    _log.info("visitor_banned", ban=ban.id, by=by, reviews=len(raised))
    return ban, raised


async def keep(db: Database, visit_id: str, text: str, by: str, now: datetime) -> int:
    """Somebody has looked at a visit under review and it stays as it is: how many reviews that settles. `text`, why,
    goes into the visit's history. Raises NotFound, IllegalTransition for a visit that is over.
    """
    async with db.begin() as uow:
        visit = await uow.visits.lock(visit_id)
        if not (visit.live or visit.undecided):
            raise IllegalTransition(visit.status, VisitStatus.APPROVED)
        settled = await uow.decisions.settle_reviews(visit_id, by, now)
        if settled and visit.status is not VisitStatus.OPEN:
            # A note on an open visit would be read as the reason its session ended.
            await uow.visits.note(visit_id, by, text.strip() or "kept", now)
        uow.audit.record(
            AuditEvent.REVIEW_SETTLE,
            by=by,
            at=now,
            jail_id=visit.jail.id,
            visit_id=visit_id,
            why=text.strip(),
            details={"reviews": settled},
        )
        await uow.commit()
    return settled


async def _raise(uow: UnitOfWork, visits: list[Visit], cause: ReviewCause, text: str, now: datetime) -> list[str]:
    return [visit.id for visit in visits if await uow.decisions.raise_review(visit.id, cause, text, now)]


async def _stands_on(uow: UnitOfWork, visit: Visit, block: Blocked) -> bool:
    """Whether a visit whose time is touched uses what is blocked."""
    if block.terminal_id is None:
        return True
    slot = visit.slot if visit.live else await uow.holds.of_visit(visit.id)
    return slot is not None and slot.terminal_id == block.terminal_id


async def _where(uow: UnitOfWork, ban: Ban) -> list[Jail]:
    if ban.jail_id is not None:
        return [await uow.jails.get(ban.jail_id)]
    return [jail for jail in await uow.jails.all() if jail.state_code == ban.state_code]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _after(until: date, now: datetime) -> datetime:
    """An instant by which that day is over everywhere; `Ban.bars` is exact."""
    return max(now, datetime(until.year, until.month, until.day, tzinfo=now.tzinfo) + timedelta(days=2))
