"""Requests approved, moved and asked for again, beside what others hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.errors import IllegalTransition, InmateUnknown, NotFound, SlotTaken
from broker.lifecycle import VisitStatus
from broker.storage.database import Database
from broker.storage.models import HoldRow
from broker.storage.unit import UnitOfWork
from broker.visit import NewVisit, Slot, VisitorDecision, new_id
from tests.support.clock import NOON
from tests.support.visits import STAFF, Place, asked, booked, furnish, new_visitor

MINUTE = timedelta(minutes=1)
S = VisitStatus


def slot_of(place: Place, new: NewVisit, terminal: int = 0) -> Slot:
    """The slot that was asked for."""
    return Slot(place.terminals[terminal].id, new.starts_at, new.ends_at)


async def hold(uow: UnitOfWork, place: Place, new: NewVisit, *, visit: bool, expires_in: int | None = None) -> None:
    """Hold the first terminal for a visit, or for nobody in particular."""
    uow.session.add(
        HoldRow(
            id=new_id(),
            jail_id=place.jail.id,
            terminal_id=place.terminals[0].id,
            starts_at=new.starts_at,
            ends_at=new.ends_at,
            visit_id=new.id if visit else None,
            expires_at=None if expires_in is None else NOON + expires_in * MINUTE,
            created_at=NOON,
        )
    )
    await uow.session.flush()


async def test_request_is_approved_only_to_somebody_of_the_jails_register(db: Database, place: Place) -> None:
    """Not to nobody, and not to somebody held elsewhere."""
    elsewhere = await furnish(db, code=24)
    new = asked(place)
    async with db.begin() as uow:
        assert (await uow.visits.add(new, NOON)).inmate is None
        with pytest.raises(InmateUnknown):
            await uow.visits.approve(new.id, slot_of(place, new), STAFF, NOON)
        with pytest.raises(NotFound):
            await uow.visits.approve(new.id, slot_of(place, new), STAFF, NOON, inmate_id=elsewhere.inmate.id)
        visit = await uow.visits.approve(new.id, slot_of(place, new), STAFF, NOON, inmate_id=place.inmate.id)
    assert visit.inmate_known == place.inmate


async def test_one_visitor_is_refused_and_the_others_may_come(db: Database, place: Place) -> None:
    """With the reason at the one who was refused."""
    new = replace(asked(place), visitors=tuple(replace(new_visitor(), decision=VisitorDecision.PENDING) for _ in "ab"))
    first, second = new.visitors
    async with db.begin() as uow:
        await uow.visits.add(new, NOON)
        visit = await uow.visits.approve(
            new.id, slot_of(place, new), STAFF, NOON, inmate_id=place.inmate.id, refused={second.id: "id_unclear"}
        )
    assert [each.id for each in visit.admitted] == [first.id]
    assert visit.visitors[1].decision_reason == "id_unclear"


async def test_own_hold_ends_with_approval_and_somebody_elses_is_in_the_way(db: Database, place: Place) -> None:
    """A hold that has expired is nothing."""
    mine, other = asked(place), asked(place)
    async with db.begin() as uow:
        await uow.visits.add(mine, NOON)
        await uow.visits.add(other, NOON)
        await hold(uow, place, mine, visit=True)
        with pytest.raises(SlotTaken):
            await uow.visits.approve(other.id, slot_of(place, other), STAFF, NOON, inmate_id=place.inmate.id)
        await uow.visits.approve(mine.id, slot_of(place, mine), STAFF, NOON, inmate_id=place.inmate.id)
        await uow.visits.move(mine.id, S.CANCELLED, STAFF, "lockdown", NOON)
        await hold(uow, place, mine, visit=False, expires_in=10)
        with pytest.raises(SlotTaken):
            await uow.visits.approve(other.id, slot_of(place, other), STAFF, NOON, inmate_id=place.inmate.id)
        later = NOON + 10 * MINUTE
        visit = await uow.visits.approve(other.id, slot_of(place, other), STAFF, later, inmate_id=place.inmate.id)
    assert visit.status is S.APPROVED


async def test_approved_visit_moves_to_another_slot_and_frees_its_own(db: Database, place: Place) -> None:
    """It stays approved; a slot that is taken is refused, and so is a request that has none."""
    visit, other = await booked(db, place), await booked(db, place, terminal=1)
    later = Slot(place.terminals[0].id, visit.ends_at, visit.ends_at + 15 * MINUTE)
    async with db.begin() as uow:
        with pytest.raises(SlotTaken):
            await uow.visits.reschedule(
                visit.id, Slot(place.terminals[1].id, other.starts_at, other.ends_at), STAFF, NOON, ""
            )
        moved = await uow.visits.reschedule(visit.id, later, STAFF, NOON, "equipment")
        assert (moved.status, moved.slot) == (S.APPROVED, later)
        assert (await uow.visits.history(visit.id))[-1].reason == "equipment"
        new = asked(place)
        await uow.visits.add(new, NOON)
        with pytest.raises(IllegalTransition):
            await uow.visits.reschedule(new.id, slot_of(place, new), STAFF, NOON, "")


async def test_family_that_wants_another_time_gives_its_terminal_back(db: Database, place: Place) -> None:
    """Requested again it holds nothing until somebody holds a slot for it; its wanted time can be changed then."""
    visit = await booked(db, place)
    async with db.begin() as uow:
        with pytest.raises(IllegalTransition):
            await uow.visits.set_slot_wanted(visit.id, visit.ends_at, visit.ends_at + 15 * MINUTE)
        again = await uow.visits.move(visit.id, S.REQUESTED, "account:a", "changed", NOON)
        assert (again.slot, again.live) == (None, False)
        await uow.visits.set_slot_wanted(visit.id, visit.ends_at, visit.ends_at + 15 * MINUTE)
        assert (await uow.visits.get(visit.id)).starts_at == visit.ends_at
        await uow.commit()
    assert (await booked(db, place)).slot == visit.slot


async def test_what_was_asked_for_and_who_asks_can_be_corrected(db: Database, place: Place) -> None:
    """After the jail has asked for a better photo, or another spelling."""
    new = asked(place)
    [visitor] = new.visitors
    assert new.request
    assert visitor.identity
    async with db.begin() as uow:
        await uow.visits.add(new, NOON)
        await uow.visits.set_request(new.id, replace(new.request, note="She uses a wheelchair."))
        better = replace(visitor.identity, id_number="AAAPA4321A")
        await uow.visits.set_identity(visitor.id, name="Savita S. Kolte", identity=better)
        visit, wanted = await uow.visits.get(new.id), await uow.visits.request(new.id)
        with pytest.raises(NotFound):
            await uow.visits.set_identity("0" * 32, name="", identity=better)
    assert wanted
    assert wanted.note == "She uses a wheelchair."
    assert (visit.visitors[0].name, visit.visitors[0].identity) == ("Savita S. Kolte", better)
