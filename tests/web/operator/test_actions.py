"""web.operator.actions: what an operator does, on paper before it is done, and only in the own jails."""

from __future__ import annotations

import asyncio

import pytest
from redis.exceptions import RedisError
from sqlalchemy import update

from broker.staff import Role
from broker.storage.models import VisitRow
from broker.visit import VisitMode, VisitStatus
from config import keys
from tests.support.desk import Desk
from web.operator import actions
from web.operator.errors import NothingToEnd, NotStartable, ReasonNeeded


async def test_history_and_rooms_name_staff_by_number(desk: Desk) -> None:
    """A member of staff who marries or leaves stays the same actor, and no name is spread."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    assert actions.actor(staff) == f"staff:{staff.id}"
    assert "asha" not in actions.actor(staff)


async def test_an_operator_who_presses_after_a_colleague_is_content(desk: Desk) -> None:
    """The second start writes no second line of history, and finishes a start that broke before the room opened."""
    first = await desk.hire("asha", Role.OPERATOR, desk.here)
    second = await desk.hire("ravi", Role.OPERATOR, desk.here)
    visit = await desk.book()
    async with desk.db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, actions.actor(first), "", desk.clock.now())
        await uow.commit()
    await actions.start(desk.app, second, visit.id)
    room = await desk.registry.room(visit.id)
    assert room.opened is not None
    async with desk.db.read() as uow:
        steps = [step.by for step in await uow.visits.history(visit.id) if step.to is VisitStatus.OPEN]
    assert steps == [actions.actor(first)]


async def test_two_colleagues_who_press_at_once_make_one_start(desk: Desk) -> None:
    """Whoever loses the race on paper is not told of it."""
    both = [await desk.hire(name, Role.OPERATOR, desk.here) for name in ("asha", "ravi")]
    visit = await desk.book()
    await asyncio.gather(*(actions.start(desk.app, staff, visit.id) for staff in both * 2))
    async with desk.db.read() as uow:
        steps = [step for step in await uow.visits.history(visit.id) if step.to is VisitStatus.OPEN]
    assert len(steps) == 1


async def test_a_visit_in_person_has_no_session_to_start(desk: Desk) -> None:
    """The gate opens it: no room is placed for it, by whatever address."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    visit = await desk.book()
    async with desk.db.begin() as uow:
        await uow.session.execute(update(VisitRow).where(VisitRow.id == visit.id).values(mode=VisitMode.IN_PERSON))
        await uow.commit()
    with pytest.raises(NotStartable):
        await actions.start(desk.app, staff, visit.id)
    assert await desk.registry.room(visit.id) is None
    assert (await desk.visit(visit.id)).status is VisitStatus.APPROVED


async def test_a_start_without_live_state_leaves_paper_untouched(desk: Desk) -> None:
    """No visit is open on paper whose room could not be placed."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    visit = await desk.book()
    await desk.redis.set(keys.room(visit.id), "not a room")
    with pytest.raises(RedisError):
        await actions.start(desk.app, staff, visit.id)
    assert (await desk.visit(visit.id)).status is VisitStatus.APPROVED


@pytest.mark.parametrize("reason", ["", "because", "VISIT_FINISHED", "visit_finished "])
async def test_an_end_for_no_reason_of_the_list_writes_nothing(desk: Desk, reason: str) -> None:
    """The reason is looked at before anything is written, and before it is said whether there is a session."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    visit = await desk.book()
    await actions.start(desk.app, staff, visit.id)
    with pytest.raises(ReasonNeeded):
        await actions.end(desk.app, staff, visit.id, reason)
    assert (await desk.registry.room(visit.id)).end_reason is None
    async with desk.db.read() as uow:
        assert (await uow.visits.history(visit.id))[-1].to is VisitStatus.OPEN


async def test_a_session_whose_slot_is_over_cannot_be_ended_by_hand(desk: Desk) -> None:
    """Its end is the slot's: no note of staff may change how it is told afterwards."""
    staff = await desk.hire("asha", Role.OPERATOR, desk.here)
    visit = await desk.book(minutes=1)
    await actions.start(desk.app, staff, visit.id)
    desk.clock.advance(60)
    with pytest.raises(NothingToEnd):
        await actions.end(desk.app, staff, visit.id, "conduct")
    async with desk.db.read() as uow:
        assert [step.reason for step in await uow.visits.history(visit.id)].count("conduct") == 0
