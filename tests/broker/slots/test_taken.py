"""What is taken, in both databases."""

from __future__ import annotations

from datetime import timedelta

from broker.lifecycle import VisitStatus
from broker.slots.taken import taken
from broker.storage.database import Database
from broker.visit import Slot
from broker.vocabulary import VisitMode
from tests.support.clock import NOON
from tests.support.visits import STAFF, Place, approved, booked, furnish, request

QUARTER = timedelta(minutes=15)


async def test_live_visits_and_holds_take_their_slots_and_nothing_else_does(db: Database, place: Place) -> None:
    """A cancelled visit, one that was only asked for, and another jail's take nothing here."""
    live = await booked(db, place)
    elsewhere = await furnish(db, code=12)
    await booked(db, elsewhere)
    async with db.begin() as uow:
        cancelled = await approved(uow, place, request(place), terminal=1)
        await uow.visits.move(cancelled.id, VisitStatus.CANCELLED, STAFF, "weather", NOON)
        asked = await uow.visits.add(request(place, starts_at=NOON + QUARTER), NOON)
        held = await uow.holds.replace(
            asked.id, place.jail.id, VisitMode.VIDEO, starts_at=NOON, ends_at=NOON + QUARTER, now=NOON
        )
        found = await taken(uow.session, place.jail.id, NOON, NOON + QUARTER, NOON)
        others = await taken(uow.session, place.jail.id, NOON, NOON + QUARTER, NOON, except_for=asked.id)
        touching = await taken(uow.session, place.jail.id, NOON + QUARTER, NOON + 2 * QUARTER, NOON)
    assert set(found) == {live.slot, held}
    assert held == Slot(place.terminals[1].id, NOON, NOON + QUARTER)
    assert others == (live.slot,)
    assert touching == ()
