"""Visits that reports count, stored with what was measured of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from broker.lifecycle import Outcome, VisitStatus
from broker.reports.asked import Asked, Dimension, Period
from broker.reports.numbers import NUMBERS
from broker.storage.database import Database
from broker.storage.models import VisitLossRow, VisitorRow, VisitRecordRow
from broker.visit import Visit
from broker.vocabulary import LossCause, LossSide
from tests.support.clock import NOON
from tests.support.visits import STAFF, Place, approved, request

SLOT = 900


def asked(*by: Dimension, **more: Any) -> Asked:
    """Every number of the days around the tests' noon."""
    period = Period(NOON.date() - timedelta(days=40), NOON.date() + timedelta(days=40))
    return Asked(period, by, tuple(NUMBERS), **more)


async def held(
    db: Database,
    place: Place,
    *,
    starts_at: datetime = NOON,
    terminal: int = 0,
    had: int = 870,
    outcome: Outcome = Outcome.COMPLETED,
    mobile: str = "",
    **losses: int,
) -> Visit:
    """A call that is over, with its record; `losses` are seconds by cause."""
    async with db.begin() as uow:
        visit = await approved(uow, place, request(place, starts_at=starts_at), terminal=terminal)
        if mobile:
            await uow.session.execute(update(VisitorRow).where(VisitorRow.visit_id == visit.id).values(mobile=mobile))
        await uow.visits.close(visit.id, outcome, {}, "system:worker", visit.ends_at)
        uow.session.add(
            VisitRecordRow(
                visit_id=visit.id,
                offered=SLOT,
                family_seconds=had,
                prison_seconds=had,
                had=had,
                lost=sum(losses.values()),
                family_first=starts_at if had else None,
                prison_first=starts_at,
                both_first=starts_at if had else None,
                ended_at=visit.ends_at,
                ways=[],
            )
        )
        await uow.session.flush()
        for word, seconds in losses.items():
            cause = LossCause(word)
            side = LossSide.FAMILY if cause is LossCause.FAMILY_NETWORK else LossSide.PRISON
            uow.session.add(
                VisitLossRow(
                    visit_id=visit.id,
                    measured=cause,
                    measured_side=side,
                    cause=cause,
                    side=side,
                    seconds=seconds,
                    evidence=[],
                )
            )
        await uow.commit()
        return visit


async def refused(db: Database, place: Place, reason: str, *, starts_at: datetime = NOON) -> Visit:
    """A request that was refused."""
    async with db.begin() as uow:
        visit = await uow.visits.add(request(place, starts_at=starts_at), NOON)
        await uow.visits.move(visit.id, VisitStatus.REFUSED, STAFF, reason, NOON)
        await uow.commit()
        return visit
