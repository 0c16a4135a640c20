"""What lines are derived from, read for many visits at once: a handful of statements however many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.lifecycle import VisitStatus
from broker.reports.line import Measured, Told, is_foreign_phone
from broker.storage.models import (
    InmateRow,
    JailRow,
    RequestRow,
    VisitHistoryRow,
    VisitLossRow,
    VisitorRow,
    VisitRecordRow,
    VisitRow,
)
from broker.vocabulary import LossCause, VisitorDecision

_ENDS = (VisitStatus.CANCELLED, VisitStatus.REFUSED)
_VISIT = (
    VisitRow.id,
    VisitRow.jail_id,
    VisitRow.kind,
    VisitRow.mode,
    VisitRow.status,
    VisitRow.starts_at,
    VisitRow.ends_at,
    VisitRow.outcome,
    VisitRow.opened_at,
    VisitRow.seconds,
    VisitRow.inmate_id,
    JailRow.state_code,
    JailRow.timezone.label("jail_timezone"),
    InmateRow.category,
    InmateRow.nationality,
    RequestRow.timezone,
)
_RECORD = (
    VisitRecordRow.visit_id,
    VisitRecordRow.offered,
    VisitRecordRow.had,
    VisitRecordRow.lost,
    VisitRecordRow.family_first,
    VisitRecordRow.both_first,
)


async def read(session: AsyncSession, visit_ids: Collection[str]) -> list[Told]:
    """What is known of these visits, in no order; one that isn't there any more is left out."""
    visits = await session.execute(
        select(*_VISIT)
        .join(JailRow, JailRow.id == VisitRow.jail_id)
        .outerjoin(InmateRow, InmateRow.id == VisitRow.inmate_id)
        .outerjoin(RequestRow, RequestRow.visit_id == VisitRow.id)
        .where(VisitRow.id.in_(visit_ids))
    )
    measured = await _measured(session, visit_ids)
    losses = await _losses(session, measured)
    ends = await _ends(session, visit_ids)
    abroad = await _with_foreign_phones(session, visit_ids)
    return [
        _told(row, measured.get(row.id), losses.get(row.id, {}), ends.get(row.id), foreign_phone=row.id in abroad)
        for row in visits
    ]


def _told(
    row: Row[Any],
    measured: Measured | None,
    losses: Mapping[LossCause, int],
    end: tuple[VisitStatus | None, str] | None,
    *,
    foreign_phone: bool,
) -> Told:
    cancelled_from, reason = end or (None, "")
    return Told(
        visit_id=row.id,
        state_code=row.state_code,
        jail_id=row.jail_id,
        jail_timezone=row.jail_timezone,
        kind=row.kind,
        mode=row.mode,
        status=row.status,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        outcome=row.outcome,
        opened_at=row.opened_at,
        seconds=row.seconds,
        inmate_id=row.inmate_id,
        category=row.category,
        nationality=row.nationality or "",
        cancelled_from=cancelled_from,
        reason=reason,
        foreign_phone=foreign_phone,
        timezone=row.timezone or "",
        measured=measured,
        losses=losses,
    )


async def page(session: AsyncSession, after: str, limit: int) -> Sequence[str]:
    """The ids of the visits behind `after`, in their order."""
    ids = select(VisitRow.id).where(VisitRow.id > after).order_by(VisitRow.id).limit(limit)
    return (await session.scalars(ids)).all()


async def _measured(session: AsyncSession, visit_ids: Collection[str]) -> dict[str, Measured]:
    rows = await session.execute(select(*_RECORD).where(VisitRecordRow.visit_id.in_(visit_ids)))
    return {
        row.visit_id: Measured(row.offered, row.had, row.lost, row.family_first is not None, row.both_first is not None)
        for row in rows
    }


async def _losses(session: AsyncSession, visit_ids: Collection[str]) -> Mapping[str, dict[LossCause, int]]:
    rows = await session.execute(
        select(VisitLossRow.visit_id, VisitLossRow.cause, VisitLossRow.seconds).where(
            VisitLossRow.visit_id.in_(visit_ids)
        )
    )
    found: dict[str, dict[LossCause, int]] = {}
    for visit_id, cause, seconds in rows:
        by_cause = found.setdefault(visit_id, {})
        by_cause[cause] = by_cause.get(cause, 0) + seconds
    return found


async def _ends(session: AsyncSession, visit_ids: Collection[str]) -> dict[str, tuple[VisitStatus | None, str]]:
    """From where and why a visit was refused or cancelled. A row that takes no step (a note) is none of these."""
    rows = await session.execute(
        select(VisitHistoryRow.visit_id, VisitHistoryRow.from_, VisitHistoryRow.to, VisitHistoryRow.reason)
        .where(VisitHistoryRow.visit_id.in_(visit_ids), VisitHistoryRow.to.in_(_ENDS))
        .order_by(VisitHistoryRow.id)
    )
    return {visit_id: (before, reason) for visit_id, before, after, reason in rows if before is not after}


async def _with_foreign_phones(session: AsyncSession, visit_ids: Collection[str]) -> set[str]:
    rows = await session.execute(
        select(VisitorRow.visit_id, VisitorRow.mobile).where(
            VisitorRow.visit_id.in_(visit_ids), VisitorRow.decision != VisitorDecision.REFUSED
        )
    )
    return {visit_id for visit_id, mobile in rows if is_foreign_phone(mobile)}
