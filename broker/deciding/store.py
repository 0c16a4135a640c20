"""What was decided about visits, and what must be looked at again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from broker.storage.models import DecisionRow, ReviewRow, VisitRow
from broker.vocabulary import DecisionKind, ReviewCause


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a visit: what, why, by which version of the rule, and what was known then (`details`, JSON:
    `rule`, `quota`, `slot`, `inmate`, `refused`, `offer`… as far as they were looked at).
    """

    visit_id: str
    at: datetime
    by: str
    what: DecisionKind
    reason: str = ""
    text: str = field(repr=False, default="")
    rule_version_id: int | None = None
    details: Mapping[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """Something that happened after the decision; `settled_at` None: nobody has looked yet."""

    id: int
    visit_id: str
    cause: ReviewCause
    text: str = field(repr=False)
    at: datetime
    settled_at: datetime | None = None
    settled_by: str = ""


class Decisions:
    """The repository of decisions and reviews."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, decision: Decision) -> None:
        """Write a decision down."""
        self._session.add(
            DecisionRow(
                visit_id=decision.visit_id,
                at=decision.at,
                by=decision.by,
                what=decision.what,
                reason=decision.reason,
                text=decision.text,
                rule_version_id=decision.rule_version_id,
                details=dict(decision.details),
            )
        )
        await self._session.flush()

    async def of_visit(self, visit_id: str) -> list[Decision]:
        """All decisions about a visit, oldest first."""
        rows = await self._session.scalars(
            select(DecisionRow).where(DecisionRow.visit_id == visit_id).order_by(DecisionRow.id)
        )
        return [
            Decision(row.visit_id, row.at, row.by, row.what, row.reason, row.text, row.rule_version_id, row.details)
            for row in rows
        ]

    async def raise_review(self, visit_id: str, cause: ReviewCause, text: str, now: datetime) -> bool:
        """Bring a visit to the queue for this cause; False if it is there for it already."""
        same = select(ReviewRow.id).where(
            ReviewRow.visit_id == visit_id, ReviewRow.cause == cause, ReviewRow.settled_at.is_(None)
        )
        if await self._session.scalar(same) is not None:
            return False
        self._session.add(ReviewRow(visit_id=visit_id, cause=cause, text=text, at=now, settled_by=""))
        await self._session.flush()
        return True

    async def settle_reviews(self, visit_id: str, by: str, now: datetime) -> int:
        """Somebody has looked at a visit: nothing of it is open any more. How many reviews were."""
        settled = await self._session.execute(
            update(ReviewRow)
            .where(ReviewRow.visit_id == visit_id, ReviewRow.settled_at.is_(None))
            .values(settled_at=now, settled_by=by)
            .returning(ReviewRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(settled.all())

    async def open_reviews(self, jail_ids: Collection[int]) -> list[Review]:
        """What these jails must look at again, the soonest visit first."""
        rows = await self._session.scalars(
            select(ReviewRow)
            .join(VisitRow, VisitRow.id == ReviewRow.visit_id)
            .where(VisitRow.jail_id.in_(jail_ids), ReviewRow.settled_at.is_(None))
            .order_by(VisitRow.starts_at, ReviewRow.id)
        )
        return [_review(row) for row in rows]

    async def reviews(self, visit_id: str) -> list[Review]:
        """All reviews of a visit, settled ones too, oldest first."""
        rows = await self._session.scalars(
            select(ReviewRow).where(ReviewRow.visit_id == visit_id).order_by(ReviewRow.id)
        )
        return [_review(row) for row in rows]


def _review(row: ReviewRow) -> Review:
    return Review(row.id, row.visit_id, row.cause, row.text, row.at, row.settled_at, row.settled_by)
