"""Letters that go out once for a visit. A row says that one has gone, or that its time was over when the family
was told of the visit.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.lifecycle import VisitStatus
from broker.reminders import WINDOWS, Reminder, is_due, passed
from broker.storage.models import ReminderRow, VisitRow


class Reminders:
    """The repository of reminders."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def arm(self, visit_id: str, starts_at: datetime, now: datetime) -> None:
        """A family is told of this time now: all reminders are ahead again, but for those that would come too late."""
        await self._session.execute(delete(ReminderRow).where(ReminderRow.visit_id == visit_id))
        self._session.add_all(
            ReminderRow(visit_id=visit_id, name=reminder.value, at=now) for reminder in passed(starts_at, now)
        )
        await self._session.flush()

    async def due(self, now: datetime, limit: int) -> list[tuple[str, Reminder]]:
        """Up to `limit` reminders that are due, as (visit id, reminder), the soonest visits first."""
        found: list[tuple[str, Reminder]] = []
        for reminder, (first, last) in WINDOWS.items():
            gone = exists().where(ReminderRow.visit_id == VisitRow.id, ReminderRow.name == reminder.value)
            visits = await self._session.scalars(
                select(VisitRow.id)
                .where(
                    VisitRow.status == VisitStatus.APPROVED,
                    VisitRow.starts_at > now + last,
                    VisitRow.starts_at <= now + first,
                    ~gone,
                )
                .order_by(VisitRow.starts_at, VisitRow.id)
                .limit(limit - len(found))
            )
            found += [(visit_id, reminder) for visit_id in visits]
        return found

    async def take(self, visit_id: str, reminder: Reminder, now: datetime) -> bool:
        """Whether this reminder is the caller's to send, in this transaction: it is due, and nobody was faster."""
        row = await self._session.get(VisitRow, visit_id, with_for_update={"key_share": True}, populate_existing=True)
        if row is None or row.status is not VisitStatus.APPROVED or not is_due(reminder, row.starts_at, now):
            return False
        if await self._session.get(ReminderRow, (visit_id, reminder.value), populate_existing=True) is not None:
            return False
        self._session.add(ReminderRow(visit_id=visit_id, name=reminder.value, at=now))
        await self._session.flush()
        return True
