"""One round through the queue."""

from __future__ import annotations

from broker.staff import Staff
from broker.visit import VisitStatus
from tests.support.asked import asked
from tests.support.deciding import Office
from tests.support.desk import Desk
from tests.support.superintendent import USERNAME, requested
from web.superintendent import rounds


async def leela(desk: Desk) -> Staff:
    """The superintendent."""
    async with desk.db.read() as uow:
        row = await uow.staff.by_username(USERNAME)
    assert row is not None
    return row.staff


async def test_where_one_stands(desk: Desk, office: Office) -> None:
    """Place, length and neighbours; nothing for a request of no round."""
    request = asked(desk.app)
    rounds.begin(request, ["a", "b", "c"])
    assert rounds.standing(request, "b") == rounds.Standing(2, 3, "a", "c")
    assert rounds.standing(request, "a").before is None
    assert rounds.standing(request, "c").after is None
    assert rounds.standing(request, "z") == rounds.Standing()


async def test_the_next_is_the_next_that_still_waits(desk: Desk, office: Office) -> None:
    """What a colleague has decided meanwhile is passed over; what was skipped comes again at the end."""
    first, second, third = [await requested(desk, office, days=day) for day in (4, 5, 6)]
    request, staff, now = asked(desk.app), await leela(desk), desk.clock.now()
    rounds.begin(request, [first.id, second.id, third.id])
    async with desk.db.begin() as uow:
        await uow.visits.move(second.id, VisitStatus.REFUSED, "staff:9", "other", now)
        await uow.commit()
    async with desk.db.read() as uow:
        assert await rounds.following(request, uow, staff, first.id, now) == third.id
        assert await rounds.following(request, uow, staff, third.id, now) == first.id


async def test_a_round_that_is_through_begins_anew(desk: Desk, office: Office) -> None:
    """With what has come in since; and ends where nothing is left."""
    first = await requested(desk, office)
    request, staff, now = asked(desk.app), await leela(desk), desk.clock.now()
    rounds.begin(request, [first.id, "0" * 32])
    new = await requested(desk, office, days=8)
    async with desk.db.read() as uow:
        assert await rounds.following(request, uow, staff, first.id, now) == new.id
    assert rounds.standing(request, new.id).length == 1
    async with desk.db.begin() as uow:
        await uow.visits.move(first.id, VisitStatus.REFUSED, "staff:9", "other", now)
        await uow.commit()
    async with desk.db.read() as uow:
        assert await rounds.following(request, uow, staff, new.id, now) is None
