"""What was measured of calls, and which minutes they lost to what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.losses.attribution import Why
from broker.losses.right import Share
from broker.storage.models import VisitLossRow, VisitRecordRow, VisitRow
from broker.vocabulary import LossCause, LossSide
from config.facts import Way, read_ways


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A closed visit's call, in whole seconds and instants (see VisitRecordRow). `pieces`: the slot from its first
    second to its last, as (start, end, why).
    """

    visit_id: str
    offered: int
    family_seconds: int
    prison_seconds: int
    had: int
    lost: int
    family_first: datetime | None
    prison_first: datetime | None
    both_first: datetime | None
    ended_at: datetime
    ways: tuple[Way, ...] = ()
    pieces: tuple[tuple[int, int, Why], ...] = ()
    lost_percent: int = 20


@dataclass(frozen=True, slots=True)
class Loss:
    """Seconds lost to one cause on one side: as measured, and as it counts since somebody looked (`confirmed_at`,
    `confirmed_by` as in a visit's history, `note` in their words). `stretches`: where, as (start, end, why).
    """

    id: int
    visit_id: str
    measured: LossCause
    measured_side: LossSide
    cause: LossCause
    side: LossSide
    seconds: int
    stretches: tuple[tuple[int, int, Why], ...] = ()
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    note: str = field(repr=False, default="")

    @property
    def share(self) -> Share:
        """What counts of it."""
        return Share(self.cause, self.side, self.seconds)

    @property
    def corrected(self) -> bool:
        """Whether somebody found another cause than the measurements."""
        return (self.cause, self.side) != (self.measured, self.measured_side)


class Losses:
    """The repository of calls' records and losses. A record is written once, with the visit's closing."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def write(self, record: CallRecord, losses: Iterable[Loss]) -> None:
        """Store a visit's record and what it lost."""
        self._session.add(
            VisitRecordRow(
                visit_id=record.visit_id,
                offered=record.offered,
                family_seconds=record.family_seconds,
                prison_seconds=record.prison_seconds,
                had=record.had,
                lost=record.lost,
                family_first=record.family_first,
                prison_first=record.prison_first,
                both_first=record.both_first,
                ended_at=record.ended_at,
                ways=[list(way) for way in record.ways],
                pieces=[list(piece) for piece in record.pieces],
                lost_percent=record.lost_percent,
            )
        )
        self._session.add_all(_row(loss) for loss in losses)
        await self._session.flush()

    async def record(self, visit_id: str) -> CallRecord | None:
        """What was measured of a visit; None before it is closed, and for a visit in person."""
        row = await self._session.get(VisitRecordRow, visit_id)
        return None if row is None else _record(row)

    async def of_visit(self, visit_id: str) -> list[Loss]:
        """What a visit lost, the most first."""
        return (await self.of_visits([visit_id])).get(visit_id, [])

    async def of_visits(self, visit_ids: Collection[str]) -> dict[str, list[Loss]]:
        """The same for several; those that lost nothing are left out."""
        rows = await self._session.scalars(
            select(VisitLossRow)
            .where(VisitLossRow.visit_id.in_(visit_ids))
            .order_by(VisitLossRow.seconds.desc(), VisitLossRow.id)
            .execution_options(populate_existing=True)
        )
        found: dict[str, list[Loss]] = {}
        for row in rows:
            found.setdefault(row.visit_id, []).append(_loss(row))
        return found

    async def waiting(self, jail_ids: Collection[int], limit: int = 50) -> list[str]:
        """The ids of visits that nobody has looked at yet and that lost the rule's share or more: those first whose
        family would get something if the cause was another one; the oldest first.
        """
        owed = func.sum(case((VisitLossRow.side == LossSide.PRISON, VisitLossRow.seconds), else_=0))
        given = owed * 100 >= VisitRecordRow.lost_percent * VisitRecordRow.offered
        query = _told(VisitLossRow.confirmed_at.is_(None), jail_ids)
        return list(await self._session.scalars(query.order_by(given, VisitRow.starts_at, VisitRow.id).limit(limit)))

    async def looked_at(self, jail_ids: Collection[int], limit: int = 20) -> list[str]:
        """The ids of visits whose losses somebody has confirmed or corrected, the newest word first."""
        query = _told(VisitLossRow.confirmed_at.is_not(None), jail_ids)
        last = func.max(VisitLossRow.confirmed_at).desc()
        return list(await self._session.scalars(query.order_by(last, VisitRow.id).limit(limit)))

    async def count_waiting(self, jail_ids: Collection[int], since: datetime) -> int:
        """How many visits that began at or after `since` wait to be looked at."""
        waiting = _told(VisitLossRow.confirmed_at.is_(None), jail_ids).where(VisitRow.starts_at >= since)
        query = waiting.subquery()
        return await self._session.scalar(select(func.count()).select_from(query)) or 0

    async def judge(  # noqa: PLR0917 - which loss, what it was, then who says so and when
        self, loss_id: int, cause: LossCause, side: LossSide, note: str, by: str, now: datetime
    ) -> None:
        """Write down what somebody says of a loss. The visit must be locked."""
        row = await self._session.get_one(VisitLossRow, loss_id, populate_existing=True)
        row.cause, row.side, row.note = cause, side, note
        row.confirmed_by, row.confirmed_at = by, now
        await self._session.flush()


def _told(which: ColumnElement[bool], jail_ids: Collection[int]) -> Select[str]:
    return (
        select(VisitRow.id)
        .join(VisitRecordRow, VisitRecordRow.visit_id == VisitRow.id)
        .join(VisitLossRow, VisitLossRow.visit_id == VisitRow.id)
        .where(
            VisitRow.jail_id.in_(jail_ids),
            which,
            VisitRecordRow.lost * 100 >= VisitRecordRow.lost_percent * VisitRecordRow.offered,
        )
        .group_by(VisitRow.id, VisitRow.starts_at, VisitRecordRow.lost_percent, VisitRecordRow.offered)
    )


def _row(loss: Loss) -> VisitLossRow:
    return VisitLossRow(
        visit_id=loss.visit_id,
        measured=loss.measured,
        measured_side=loss.measured_side,
        cause=loss.cause,
        side=loss.side,
        seconds=loss.seconds,
        evidence=[list(stretch) for stretch in loss.stretches],
        confirmed_by="",
        note="",
    )


def _record(row: VisitRecordRow) -> CallRecord:
    return CallRecord(
        row.visit_id,
        row.offered,
        row.family_seconds,
        row.prison_seconds,
        row.had,
        row.lost,
        row.family_first,
        row.prison_first,
        row.both_first,
        row.ended_at,
        read_ways(row.ways),
        _stretches(row.pieces),
        row.lost_percent,
    )


def _loss(row: VisitLossRow) -> Loss:
    return Loss(
        row.id,
        row.visit_id,
        row.measured,
        row.measured_side,
        row.cause,
        row.side,
        row.seconds,
        _stretches(row.evidence),
        row.confirmed_at,
        row.confirmed_by,
        row.note,
    )


def _stretches(kept: Sequence[Sequence[object]]) -> tuple[tuple[int, int, Why], ...]:
    """What other versions and seeded data wrote, as far as it can be read."""
    known = set(Why)
    return tuple((int(str(a)), int(str(b)), Why(str(why))) for a, b, why in kept if str(why) in known)
