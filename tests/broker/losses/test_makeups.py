"""The repository of offers: one for each lost visit, found by its links' digests."""

from __future__ import annotations

import pytest

from broker.errors import NotFound
from broker.storage.database import Database
from config.secrets import digest
from config.settings import Settings
from tests.support.deciding import DAY, MORNING, Office
from tests.support.losses import approved

UNTIL = MORNING + 60 * DAY


async def test_offer_is_found_by_each_visitors_link_and_made_once(
    db: Database, office: Office, settings: Settings
) -> None:
    """Made again it names new times, never a shorter while, and keeps its links."""
    visit = await approved(db, office, settings)
    (visitor,) = visit.visitors
    async with db.begin() as uow:
        made = await uow.makeups.offer(visit.id, (MORNING,), {visitor.id: digest("a")}, UNTIL, MORNING)
        assert made == await uow.makeups.of_visit(visit.id)
        assert await uow.makeups.by_digest(digest("a")) == (made, visitor.id)
        again = await uow.makeups.offer(visit.id, (), {visitor.id: digest("a")}, UNTIL - DAY, MORNING + DAY)
        assert (again.slots, again.expires_at, again.offered_at) == ((), UNTIL, MORNING)
        assert await uow.makeups.by_digest(digest("b")) is None


async def test_taken_visit_knows_what_it_makes_up_for(db: Database, office: Office, settings: Settings) -> None:
    """And only it does."""
    lost, other = [await approved(db, office, settings, MORNING + number * DAY) for number in range(2)]
    async with db.begin() as uow:
        with pytest.raises(NotFound):
            await uow.makeups.take(lost.id, other.id, MORNING)
        await uow.makeups.offer(lost.id, (), {}, UNTIL, MORNING)
        await uow.makeups.take(lost.id, other.id, MORNING)
        assert await uow.makeups.in_the_place_of(other.id) == lost.id
        assert await uow.makeups.in_the_place_of(lost.id) is None
        makeup = await uow.makeups.of_visit(lost.id)
    assert makeup is not None
    assert (makeup.taken_visit_id, makeup.taken_at) == (other.id, MORNING)
