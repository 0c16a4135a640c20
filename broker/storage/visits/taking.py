"""Taking a slot: a terminal or counter, and the person in prison, each held by one live visit at an instant.

The database refuses what overlaps (an exclusion constraint on PostgreSQL, triggers on SQLite); here is what makes that
an answer rather than a deadlock.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import InmateBooked, NotFound, SlotTaken
from broker.lifecycle import LIVE, VisitStatus
from broker.storage.models import HoldRow, InmateRow, TerminalRow, VisitRow
from broker.visit import Slot


async def take(
    session: AsyncSession, row: VisitRow, slot: Slot, now: datetime, *, inmate_id: int | None, rule: int | None
) -> None:
    """Write the slot into an approved visit. Bookings of one person and of one terminal queue up on their rows: two
    that met inside a constraint's check would each wait for the other, and what others hold would go unseen. Raises
    NotFound (terminal), SlotTaken, or InmateBooked where the terminal is free and the person is not.
    """
    if inmate_id is not None:
        # Without its key, as a visit's lock: rows that refer to the person needn't wait.
        await session.get(InmateRow, inmate_id, with_for_update={"key_share": True})
    terminal = await session.get(TerminalRow, slot.terminal_id, with_for_update=True)
    if terminal is None or terminal.jail_id != row.jail_id or terminal.mode is not row.mode:
        raise NotFound("terminal")
    if await _held_by_others(session, row.id, slot, now):
        raise SlotTaken(slot.terminal_id)
    try:
        async with session.begin_nested():
            await session.execute(
                update(VisitRow)
                .where(VisitRow.id == row.id)
                .values(
                    status=VisitStatus.APPROVED,
                    terminal_id=slot.terminal_id,
                    starts_at=slot.starts_at,
                    ends_at=slot.ends_at,
                    inmate_id=inmate_id,
                    rule_version_id=rule,
                )
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as error:
        if inmate_id is None or await _terminal_taken(session, row.id, slot):
            raise SlotTaken(slot.terminal_id) from error
        raise InmateBooked(slot.starts_at, slot.ends_at) from error


async def _terminal_taken(session: AsyncSession, visit_id: str, slot: Slot) -> bool:
    found = await session.scalar(
        select(VisitRow.id)
        .where(
            VisitRow.terminal_id == slot.terminal_id,
            VisitRow.id != visit_id,
            VisitRow.status.in_(LIVE),
            VisitRow.starts_at < slot.ends_at,
            VisitRow.ends_at > slot.starts_at,
        )
        .limit(1)
    )
    return found is not None


async def _held_by_others(session: AsyncSession, visit_id: str, slot: Slot, now: datetime) -> bool:
    found = await session.scalar(
        select(HoldRow.id)
        .where(
            HoldRow.terminal_id == slot.terminal_id,
            HoldRow.starts_at < slot.ends_at,
            HoldRow.ends_at > slot.starts_at,
            or_(HoldRow.expires_at.is_(None), HoldRow.expires_at > now),
            or_(HoldRow.visit_id.is_(None), HoldRow.visit_id != visit_id),
        )
        .limit(1)
    )
    return found is not None
