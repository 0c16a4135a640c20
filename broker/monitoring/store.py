"""Where looks and ticked-off alerts are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from broker.audit.chain import Entry
from broker.audit.events import AuditEvent
from broker.audit.store import Audit
from broker.monitoring.errors import AlreadyTicked
from broker.monitoring.look import Look
from broker.storage.models import AlertTickRow, LookRow, VisitRecordRow
from broker.vocabulary import LookKind
from config.facts import Way, read_ways

#: What is done in a room, as the audit names it.
IN_A_ROOM = (
    AuditEvent.ALERT_TICK,
    AuditEvent.ROOM_BLANK,
    AuditEvent.ROOM_MUTE,
    AuditEvent.ROOM_UNBLANK,
    AuditEvent.ROOM_UNMUTE,
    AuditEvent.ROOM_WARN,
    AuditEvent.ROOM_WATCH,
    AuditEvent.ROOM_WATCH_END,
    AuditEvent.VISIT_END,
    AuditEvent.VISIT_HOLD,
    AuditEvent.VISIT_RESUME,
    AuditEvent.VISIT_START,
)


@dataclass(frozen=True, slots=True)
class Tick:
    """An alert that somebody ticked off. `kind`, `participant` and `since` are the alert's own: the same thing amiss
    again has another `since` and is another alert.
    """

    visit_id: str
    kind: str
    participant: str
    since: datetime
    staff_id: int
    at: datetime
    note: str = field(repr=False, default="")


class Monitoring:
    """The repository of looks and ticks."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin_looks(
        self, visit_ids: Iterable[str], staff_id: int, how: LookKind, now: datetime, participant: str = ""
    ) -> dict[str, int]:
        """Store looks that begin now; their ids by visit."""
        rows = [
            LookRow(
                visit_id=visit_id,
                staff_id=staff_id,
                how=how,
                participant=participant,
                started_at=now,
                ended_at=now,
                over=False,
            )
            for visit_id in visit_ids
        ]
        self._session.add_all(rows)
        await self._session.flush()
        return {row.visit_id: row.id for row in rows}

    async def extend(self, look_ids: Collection[int], now: datetime) -> None:
        """These looks went on until now; those that are over stay as they were."""
        await self._session.execute(
            update(LookRow)
            .where(LookRow.id.in_(look_ids), LookRow.over.is_(False), LookRow.ended_at < now)
            .values(ended_at=now)
        )

    async def going_on(self, visit_ids: Collection[str], staff_id: int, now: datetime) -> dict[str, int]:
        """The follows of these visits in which this member of staff is now: look id by visit."""
        looks = await self._looks(
            LookRow.visit_id.in_(visit_ids), LookRow.staff_id == staff_id, LookRow.how == LookKind.FOLLOW
        )
        return {look.visit_id: look.id for look in looks if look.goes_on(now)}

    async def end_follow(self, participant: str, at: datetime) -> Look | None:
        """The watcher of this id has left the room: the look as it ended, or None if there is none, or it was over."""
        row = await self._session.scalar(
            select(LookRow)
            .where(LookRow.participant == participant, LookRow.how == LookKind.FOLLOW, LookRow.over.is_(False))
            .with_for_update()
        )
        if row is None:
            return None
        row.ended_at, row.over = max(row.started_at, at), True
        await self._session.flush()
        return _look(row)

    async def follows(self, visit_ids: Collection[str]) -> list[Look]:
        """The follows of these visits, oldest first."""
        return await self._looks(LookRow.visit_id.in_(visit_ids), LookRow.how == LookKind.FOLLOW)

    async def looks(self, visit_ids: Collection[str]) -> list[Look]:
        """Every look into these visits, oldest first."""
        return await self._looks(LookRow.visit_id.in_(visit_ids))

    async def tick(self, tick: Tick) -> None:
        """Tick an alert off. Raises AlreadyTicked for whoever comes second."""
        row = AlertTickRow(
            visit_id=tick.visit_id,
            kind=tick.kind,
            participant=tick.participant,
            since=tick.since,
            staff_id=tick.staff_id,
            ticked_at=tick.at,
            note=tick.note,
        )
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            first = await self._session.scalar(
                select(AlertTickRow).where(
                    AlertTickRow.visit_id == tick.visit_id,
                    AlertTickRow.kind == tick.kind,
                    AlertTickRow.participant == tick.participant,
                    AlertTickRow.since == tick.since,
                )
            )
            if first is None:
                raise
            raise AlreadyTicked(first.staff_id, first.ticked_at) from None

    async def ticks(self, visit_ids: Collection[str]) -> list[Tick]:
        """What was ticked off in these visits, oldest first."""
        rows = await self._session.scalars(
            select(AlertTickRow).where(AlertTickRow.visit_id.in_(visit_ids)).order_by(AlertTickRow.ticked_at)
        )
        return [
            Tick(row.visit_id, row.kind, row.participant, row.since, row.staff_id, row.ticked_at, row.note)
            for row in rows
        ]

    async def acts(self, visit_id: str) -> list[Entry]:
        """What the audit says was done in a visit's room, oldest first."""
        return await Audit(self._session).of_visit(visit_id, IN_A_ROOM)

    async def ways(self, visit_id: str) -> tuple[Way, ...] | None:
        """What the relay counted in a visit's call, written with its closing; None before."""
        found = await self._session.scalar(select(VisitRecordRow.ways).where(VisitRecordRow.visit_id == visit_id))
        return None if found is None else read_ways(found)

    async def _looks(self, *where: object) -> list[Look]:
        rows = await self._session.scalars(
            select(LookRow).where(*where).order_by(LookRow.started_at, LookRow.id)  # type: ignore[arg-type]
        )
        return [_look(row) for row in rows]


def _look(row: LookRow) -> Look:
    return Look(
        row.id, row.visit_id, row.staff_id, row.how, row.participant, row.started_at, row.ended_at, over=row.over
    )
