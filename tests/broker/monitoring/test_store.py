"""broker.monitoring.store: looks and ticks, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from broker.monitoring.errors import AlreadyTicked
from broker.monitoring.store import Tick
from broker.staff import Role
from broker.storage.database import Database
from broker.storage.models import VisitRecordRow
from broker.storage.staff import NewStaff
from broker.vocabulary import LookKind
from tests.support.clock import NOON
from tests.support.visits import Place, booked

MINUTE = timedelta(minutes=1)


async def hire(db: Database, username: str = "mira") -> int:
    """A monitor's id."""
    async with db.begin() as uow:
        staff = await uow.staff.add(NewStaff(username, username, Role.MONITOR, "x", None))
        await uow.commit()
    return staff.id


async def test_a_look_goes_on_until_it_is_ended_and_then_stays(db: Database, place: Place) -> None:
    """Moved on while it lasts, ended once, and nothing moves it afterwards."""
    visit, mira = await booked(db, place), await hire(db)
    async with db.begin() as uow:
        begun = await uow.monitoring.begin_looks([visit.id], mira, LookKind.FOLLOW, NOON, "monitor-1")
        await uow.monitoring.extend(begun.values(), NOON + MINUTE)
        await uow.monitoring.extend(begun.values(), NOON)  # a late message moves nothing back
        await uow.commit()
    async with db.begin() as uow:
        assert await uow.monitoring.going_on([visit.id], mira, NOON + MINUTE) == begun
        assert await uow.monitoring.going_on([visit.id], mira + 1, NOON + MINUTE) == {}
        ended = await uow.monitoring.end_follow("monitor-1", NOON + 2 * MINUTE)
        assert ended is not None
        assert (ended.over, ended.length) == (True, 2 * MINUTE)
        assert await uow.monitoring.end_follow("monitor-1", NOON + 3 * MINUTE) is None
        await uow.monitoring.extend(begun.values(), NOON + 9 * MINUTE)
        await uow.commit()
    async with db.read() as uow:
        assert await uow.monitoring.follows([visit.id]) == [ended]
        assert await uow.monitoring.going_on([visit.id], mira, NOON + 2 * MINUTE) == {}


async def test_pictures_on_a_wall_are_looks_but_no_follows(db: Database, place: Place) -> None:
    """Many rooms in one go; the queue does not take them for looked into."""
    visits = [await booked(db, place, terminal=number) for number in range(2)]
    mira = await hire(db)
    async with db.begin() as uow:
        begun = await uow.monitoring.begin_looks([visit.id for visit in visits], mira, LookKind.WALL, NOON)
        await uow.commit()
    async with db.read() as uow:
        assert await uow.monitoring.follows(begun) == []
        looks = await uow.monitoring.looks(begun)
    assert {look.visit_id: look.id for look in looks} == begun
    assert {(look.staff_id, look.how) for look in looks} == {(mira, LookKind.WALL)}


async def test_an_end_before_the_beginning_is_the_beginning(db: Database, place: Place) -> None:
    """A node whose clock is a little late cannot make a look of negative length."""
    visit, mira = await booked(db, place), await hire(db)
    async with db.begin() as uow:
        await uow.monitoring.begin_looks([visit.id], mira, LookKind.FOLLOW, NOON, "monitor-1")
        ended = await uow.monitoring.end_follow("monitor-1", NOON - MINUTE)
        await uow.commit()
    assert ended is not None
    assert ended.length == timedelta(0)


async def test_of_two_who_tick_at_once_one_has_done_it(db: Database, place: Place) -> None:
    """The other is told who, and when; the same trouble later is ticked off anew."""
    visit, staff = await booked(db, place), [await hire(db, name) for name in ("mira", "nitin")]

    async def tick(staff_id: int, since: int = 0) -> object:
        wanted = Tick(visit.id, "dark", "terminal-1", NOON + since * MINUTE, staff_id, NOON + MINUTE, "curtain")
        try:
            async with db.begin() as uow:
                await uow.monitoring.tick(wanted)
                await uow.commit()
        except AlreadyTicked as error:
            return error.staff_id, error.at
        return wanted

    both = await asyncio.gather(*(tick(staff_id) for staff_id in staff))
    (done,) = [each for each in both if isinstance(each, Tick)]
    assert (done.staff_id, NOON + MINUTE) in both
    again = await tick(staff[0], since=5)
    async with db.read() as uow:
        assert await uow.monitoring.ticks([visit.id]) == [done, again]


async def test_the_relays_counters_are_read_once_the_visit_is_closed(db: Database, place: Place) -> None:
    """None before: no number is better than a made-up 0."""
    visit = await booked(db, place)
    async with db.begin() as uow:
        assert await uow.monitoring.ways(visit.id) is None
        uow.session.add(
            VisitRecordRow(
                visit_id=visit.id, offered=900, family_seconds=0, prison_seconds=0, had=0, lost=0, ended_at=NOON,
                ways=[["terminal-1", "monitor-1", "video", 7]],
            )
        )  # fmt: skip
        await uow.session.flush()
        assert await uow.monitoring.ways(visit.id) == (("terminal-1", "monitor-1", "video", 7),)
