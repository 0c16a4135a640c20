"""What is taken of a jail's stations: live visits and unexpired holds, as bare intervals.

Holds and availability must agree on this to the instant, so both ask here; whole visits, with their people, would be
much to load for a picture of a month.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.lifecycle import LIVE
from broker.storage.models import HoldRow, VisitRow
from broker.visit import Slot


def unexpired(now: datetime) -> ColumnElement[bool]:
    """Whether a hold still holds: a hold whose time has come is nothing."""
    return or_(HoldRow.expires_at.is_(None), HoldRow.expires_at > now)


async def taken(
    session: AsyncSession,
    jail_id: int,
    start: datetime,
    end: datetime,
    now: datetime,
    *,
    except_for: str | None = None,
) -> tuple[Slot, ...]:
    """Every slot of a jail that touches [start, end) and is taken; not those of the draft or visit `except_for`."""
    visits = select(VisitRow.terminal_id, VisitRow.starts_at, VisitRow.ends_at).where(
        VisitRow.jail_id == jail_id,
        VisitRow.status.in_(LIVE),
        VisitRow.terminal_id.is_not(None),
        VisitRow.starts_at < end,
        VisitRow.ends_at > start,
    )
    holds = select(HoldRow.terminal_id, HoldRow.starts_at, HoldRow.ends_at).where(
        HoldRow.jail_id == jail_id, HoldRow.starts_at < end, HoldRow.ends_at > start, unexpired(now)
    )
    if except_for is not None:
        visits = visits.where(VisitRow.id != except_for)
        # `<>` is unknown for NULL, and a hold has one of the two only.
        holds = holds.where(
            HoldRow.draft_id.is_distinct_from(except_for), HoldRow.visit_id.is_distinct_from(except_for)
        )
    rows = [*(await session.execute(visits)), *(await session.execute(holds))]
    return tuple(Slot(terminal_id, starts_at, ends_at) for terminal_id, starts_at, ends_at in rows)
