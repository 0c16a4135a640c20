"""Slots that nobody else gets for a while: ten minutes for a draft whose codes are on their way, then for the request
until it is decided.

Every hold is taken under the row locks of the jail's stations, in the order of their ids, as approvals are under the
lock of theirs: two can't both see the same one free. An expired hold is nothing, whether or not it has been swept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.slots.errors import HoldGone, SlotFull
from broker.slots.store import Calendars
from broker.slots.taken import unexpired
from broker.storage import convert
from broker.storage.models import HoldRow, JailRow, TerminalRow
from broker.visit import Slot, check_interval, new_id
from broker.vocabulary import VisitMode


class Holds:
    """The repository of holds: at most one a draft, at most one a visit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(
        self,
        jail_id: int,
        mode: VisitMode,
        starts_at: datetime,
        ends_at: datetime,
        now: datetime,
        *,
        draft_id: str,
        expires_at: datetime,
    ) -> Slot:
        """Hold a free station for a draft until `expires_at`; a hold the draft had is given up for it. Raises NotFound
        (jail), BadSlot, SlotFull; then the draft has what it had.
        """
        return await self._take(
            HoldRow(jail_id=jail_id, starts_at=starts_at, ends_at=ends_at, draft_id=draft_id, expires_at=expires_at),
            mode,
            now,
        )

    async def replace(
        self, visit_id: str, jail_id: int, mode: VisitMode, *, starts_at: datetime, ends_at: datetime, now: datetime
    ) -> Slot:
        """Hold a free station for a visit until it is decided; a hold it had is given up for it. Raises as `take`."""
        return await self._take(
            HoldRow(jail_id=jail_id, starts_at=starts_at, ends_at=ends_at, visit_id=visit_id), mode, now
        )

    async def attach(self, draft_id: str, visit_id: str, now: datetime) -> Slot:
        """Turn a draft's hold into its visit's, which lasts until the visit is decided. Raises HoldGone when it has
        expired: `replace` may still find the slot free.
        """
        row = await self._session.scalar(
            select(HoldRow).where(HoldRow.draft_id == draft_id, unexpired(now)).with_for_update()
        )
        if row is None:
            raise HoldGone("the draft holds nothing any more")
        row.draft_id, row.visit_id, row.expires_at = None, visit_id, None
        await self._session.flush()
        return _slot(row)

    async def release(self, *, visit_id: str | None = None, draft_id: str | None = None) -> bool:
        """Give up the hold of a visit or of a draft; whether there was one."""
        return bool(await self._delete(_owned(visit_id, draft_id)))

    async def of_visit(self, visit_id: str) -> Slot | None:
        """What a visit holds."""
        row = await self._session.scalar(select(HoldRow).where(HoldRow.visit_id == visit_id))
        return None if row is None else _slot(row)

    async def of_draft(self, draft_id: str, now: datetime) -> tuple[Slot, datetime] | None:
        """What a draft holds, and until when."""
        row = await self._session.scalar(select(HoldRow).where(HoldRow.draft_id == draft_id, unexpired(now)))
        return None if row is None or row.expires_at is None else (_slot(row), row.expires_at)

    async def clear_expired(self, now: datetime) -> int:
        """Sweep holds whose time has come; how many."""
        return await self._delete(HoldRow.expires_at <= now)

    async def _take(self, new: HoldRow, mode: VisitMode, now: datetime) -> Slot:
        check_interval(new.starts_at, new.ends_at)
        jail = await self._session.get(JailRow, new.jail_id)
        if jail is None:
            raise NotFound("jail")
        # The order of the ids is everybody's: two takers never wait for each other.
        await self._session.execute(
            select(TerminalRow.id)
            .where(TerminalRow.jail_id == new.jail_id, TerminalRow.mode == mode)
            .order_by(TerminalRow.id)
            .with_for_update()
        )
        owner = new.draft_id or new.visit_id
        picture = await Calendars(self._session).picture(
            convert.jail(jail), mode, new.starts_at, new.ends_at, now, except_hold=owner
        )
        session = picture.session_at(new.starts_at)
        capacity = None if session is None else session.capacity
        free = picture.free_stations(new.starts_at, new.ends_at, capacity)
        if not free:
            raise SlotFull(new.starts_at, new.ends_at)
        await self._delete(_owned(new.visit_id, new.draft_id))
        new.id, new.terminal_id, new.created_at = new_id(), free[0].id, now
        self._session.add(new)
        await self._session.flush()
        return _slot(new)

    async def _delete(self, which: ColumnElement[bool]) -> int:
        done = await self._session.execute(delete(HoldRow).where(which).execution_options(synchronize_session="fetch"))
        return cast("CursorResult[Any]", done).rowcount


def _owned(visit_id: str | None, draft_id: str | None) -> ColumnElement[bool]:
    if (visit_id is None) == (draft_id is None):
        raise ValueError("a hold is a visit's or a draft's")
    return HoldRow.draft_id == draft_id if visit_id is None else HoldRow.visit_id == visit_id


def _slot(row: HoldRow) -> Slot:
    return Slot(row.terminal_id, row.starts_at, row.ends_at)
