"""What people in prison are not allowed, until a day or until it is lifted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from broker.errors import NotFound
from broker.storage.models import RestrictionRow
from broker.vocabulary import RestrictionKind, VisitKind, VisitMode


@dataclass(frozen=True, slots=True)
class Restriction:
    """One inmate isn't allowed something until the end of the day `until` (the jail's calendar; None: until lifted)."""

    id: int
    inmate_id: int
    kind: RestrictionKind
    reason: str = field(repr=False)
    until: date | None
    by: str
    created_at: datetime
    lifted_at: datetime | None = None

    def stands_against(self, kind: VisitKind, mode: VisitMode, on: date) -> bool:
        """Whether such a visit on that day isn't allowed."""
        if self.lifted_at is not None or (self.until is not None and on > self.until):
            return False
        match self.kind:
            case RestrictionKind.NO_VISITS:
                return True
            case RestrictionKind.NO_VIDEO:
                return mode is VisitMode.VIDEO
            case RestrictionKind.LEGAL_ONLY:
                return kind is not VisitKind.LEGAL


def first_against(
    restrictions: Iterable[Restriction], kind: VisitKind, mode: VisitMode, on: date
) -> Restriction | None:
    """The first of them that stands against such a visit on that day."""
    return next((each for each in restrictions if each.stands_against(kind, mode, on)), None)


class Restrictions:
    """The repository of restrictions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(  # noqa: PLR0917 - what, why and until when, then who and when
        self, inmate_id: int, kind: RestrictionKind, reason: str, until: date | None, by: str, now: datetime
    ) -> Restriction:
        """Store a restriction. Visits it touches are for `reviews.for_inmate`."""
        row = RestrictionRow(inmate_id=inmate_id, kind=kind, reason=reason, until=until, by=by, created_at=now)
        self._session.add(row)
        await self._session.flush()
        return _restriction(row)

    async def lift(self, restriction_id: int, now: datetime) -> Restriction:
        """Take it back; a second time changes nothing. Raises NotFound."""
        row = await self._session.get(RestrictionRow, restriction_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFound("restriction")
        row.lifted_at = row.lifted_at or now
        await self._session.flush()
        return _restriction(row)

    async def of(self, inmate_id: int) -> list[Restriction]:
        """All of an inmate's, lifted ones too, oldest first."""
        rows = await self._session.scalars(
            select(RestrictionRow).where(RestrictionRow.inmate_id == inmate_id).order_by(RestrictionRow.id)
        )
        return [_restriction(row) for row in rows]


def _restriction(row: RestrictionRow) -> Restriction:
    return Restriction(row.id, row.inmate_id, row.kind, row.reason, row.until, row.by, row.created_at, row.lifted_at)
