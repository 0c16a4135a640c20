"""Restrictions: what each stands against, until when, and what lifting leaves."""

from __future__ import annotations

from datetime import date

import pytest

from broker.deciding.restrictions import Restriction, first_against
from broker.errors import NotFound
from broker.storage.database import Database
from broker.vocabulary import RestrictionKind, VisitKind, VisitMode
from tests.support.clock import NOON
from tests.support.deciding import STAFF, Office

FAMILY, LEGAL = VisitKind.FAMILY, VisitKind.LEGAL
VIDEO, COUNTER = VisitMode.VIDEO, VisitMode.IN_PERSON
LAST = date(2026, 3, 9)

#: Every kind of visit each restriction stands against; the others it leaves alone.
AGAINST = {
    RestrictionKind.LEGAL_ONLY: {(FAMILY, VIDEO), (FAMILY, COUNTER)},
    RestrictionKind.NO_VIDEO: {(FAMILY, VIDEO), (LEGAL, VIDEO)},
    RestrictionKind.NO_VISITS: {(FAMILY, VIDEO), (FAMILY, COUNTER), (LEGAL, VIDEO), (LEGAL, COUNTER)},
}


@pytest.mark.parametrize("kind", RestrictionKind)
def test_table_of_restrictions(kind: RestrictionKind) -> None:
    """Every kind of visit, on the last day and after it."""
    restriction = Restriction(1, 1, kind, "", LAST, STAFF, NOON)
    for visit in VisitKind:
        for mode in VisitMode:
            assert restriction.stands_against(visit, mode, LAST) is ((visit, mode) in AGAINST[kind])
            assert not restriction.stands_against(visit, mode, date(2026, 3, 10))


async def test_restriction_lasts_until_it_is_lifted(db: Database, office: Office) -> None:
    """Then it stands on paper alone; lifting it again changes nothing."""
    async with db.begin() as uow:
        kept = await uow.restrictions.add(office.inmate.id, RestrictionKind.NO_VIDEO, "conduct", None, STAFF, NOON)
        assert first_against([kept], FAMILY, VIDEO, date(2099, 1, 1)) == kept
        lifted = await uow.restrictions.lift(kept.id, NOON)
        assert await uow.restrictions.lift(kept.id, NOON.replace(year=2027)) == lifted
        assert await uow.restrictions.of(office.inmate.id) == [lifted]
        assert first_against([lifted], FAMILY, VIDEO, LAST) is None
        with pytest.raises(NotFound):
            await uow.restrictions.lift(4711, NOON)
