"""Holds in both databases: each slot once, for as long as it is held."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from broker.errors import BadSlot, NotFound
from broker.slots.availability import Unavailable, days
from broker.slots.calendar import day_bounds
from broker.slots.errors import HoldGone, SlotFull
from broker.storage.database import Database
from broker.storage.models import DraftRow
from broker.storage.unit import UnitOfWork
from broker.visit import Slot, new_id
from broker.vocabulary import BlockReason, VisitKind, VisitMode
from tests.support.clock import NOON
from tests.support.rules import a_rule, working
from tests.support.visits import Place, booked, request

VIDEO = VisitMode.VIDEO
MINUTE = timedelta(minutes=1)
STARTS, ENDS = NOON + 60 * MINUTE, NOON + 75 * MINUTE
UNTIL = NOON + 10 * MINUTE


async def drafts(db: Database, count: int = 1) -> list[str]:
    """Registrations being typed; their ids."""
    ids = [new_id() for _ in range(count)]
    async with db.begin() as uow:
        uow.session.add_all(
            DraftRow(id=each, data={}, created_at=NOON, updated_at=NOON, expires_at=NOON + 1440 * MINUTE)
            for each in ids
        )
        await uow.commit()
    return ids


async def visits(db: Database, place: Place, count: int = 1) -> list[str]:
    """Requests; their ids."""
    async with db.begin() as uow:
        ids = [(await uow.visits.add(request(place, starts_at=STARTS), NOON)).id for _ in range(count)]
        await uow.commit()
    return ids


async def take(uow: UnitOfWork, place: Place, draft: str, **changes: object) -> Slot:
    """Hold the slot for a draft."""
    fields = {"starts_at": STARTS, "ends_at": ENDS, "now": NOON, "draft_id": draft, "expires_at": UNTIL} | changes
    return await uow.holds.take(place.jail.id, VIDEO, **fields)  # type: ignore[arg-type]


async def replace(uow: UnitOfWork, place: Place, visit: str) -> Slot:
    """Hold the slot for a visit."""
    return await uow.holds.replace(visit, place.jail.id, VIDEO, starts_at=STARTS, ends_at=ENDS, now=NOON)


async def test_two_terminals_are_held_twice_and_not_a_third_time(db: Database, place: Place) -> None:
    """The third is told that the slot is full, and can take another one in the same transaction."""
    first, second, third = await drafts(db, 3)
    async with db.begin() as uow:
        held = [await take(uow, place, draft) for draft in (first, second)]
        with pytest.raises(SlotFull) as full:
            await take(uow, place, third)
        later = await take(uow, place, third, starts_at=ENDS, ends_at=ENDS + 15 * MINUTE)
        await uow.commit()
    assert {slot.terminal_id for slot in held} == {terminal.id for terminal in place.terminals}
    assert (full.value.starts_at, full.value.ends_at) == (STARTS, ENDS)
    async with db.read() as uow:
        assert await uow.holds.of_draft(third, NOON) == (later, UNTIL)
        assert await uow.holds.of_draft(new_id(), NOON) is None


async def test_an_expired_hold_is_nothing(db: Database, place: Place) -> None:
    """At its last instant it has gone, swept or not."""
    first, second, third = await drafts(db, 3)
    async with db.begin() as uow:
        await take(uow, place, first)
        await take(uow, place, second)
        await take(uow, place, third, now=UNTIL, expires_at=UNTIL + 10 * MINUTE)
        assert await uow.holds.of_draft(first, UNTIL) is None
        assert await uow.holds.clear_expired(UNTIL) == 2
        assert await uow.holds.clear_expired(UNTIL) == 0
        assert await uow.holds.of_draft(third, UNTIL) is not None


async def test_a_draft_that_takes_again_gives_up_what_it_had(db: Database, place: Place) -> None:
    """One hold a draft; a full slot leaves it what it has."""
    mine, other, another = await drafts(db, 3)
    async with db.begin() as uow:
        await take(uow, place, mine)
        again = await take(uow, place, mine, expires_at=UNTIL + MINUTE)
        assert await uow.holds.of_draft(mine, NOON) == (again, UNTIL + MINUTE)
        await take(uow, place, other)
        later = {"starts_at": ENDS, "ends_at": ENDS + 15 * MINUTE}
        await take(uow, place, mine, **later)
        await take(uow, place, another)
        with pytest.raises(SlotFull):
            await take(uow, place, mine)
        held = await uow.holds.of_draft(mine, NOON)
        assert held is not None
        assert held[0].starts_at == ENDS


async def test_what_a_live_visit_or_a_block_has_cannot_be_held(db: Database, place: Place) -> None:
    """One terminal has an approved visit, the other is out of order: full."""
    await booked(db, place, terminal=0, starts_at=STARTS)
    (draft,) = await drafts(db)
    async with db.begin() as uow:
        assert (await take(uow, place, draft)).terminal_id == place.terminals[1].id
        await uow.calendars.block(
            place.jail.id,
            STARTS,
            ENDS,
            terminal_id=place.terminals[1].id,
            reason=BlockReason.EQUIPMENT,
            note="",
            by="staff:7",
            now=NOON,
        )
        with pytest.raises(SlotFull):
            await take(uow, place, draft)


async def test_the_capacity_of_the_session_holds_for_holds(db: Database, place: Place) -> None:
    """Two screens and one officer: one visit at a time within those hours."""
    first, second = await drafts(db, 2)
    async with db.begin() as uow:
        await uow.calendars.set_sessions(
            place.jail.id, [working(day, "00:00", "23:59", capacity=1) for day in range(7)]
        )
        await take(uow, place, first)
        with pytest.raises(SlotFull):
            await take(uow, place, second)


async def test_a_draft_s_hold_becomes_its_visit_s(db: Database, place: Place) -> None:
    """Then it has no end, and is given up by name."""
    (draft,), (visit,) = await drafts(db), await visits(db, place)
    async with db.begin() as uow:
        held = await take(uow, place, draft)
        assert await uow.holds.attach(draft, visit, UNTIL - MINUTE) == held
        assert await uow.holds.of_visit(visit) == held
        assert await uow.holds.of_draft(draft, NOON) is None
        assert await uow.holds.clear_expired(UNTIL + 9999 * MINUTE) == 0
        assert await uow.holds.release(visit_id=visit)
        assert not await uow.holds.release(visit_id=visit)
        assert await uow.holds.of_visit(visit) is None


async def test_a_hold_that_expired_cannot_become_a_visit_s(db: Database, place: Place) -> None:
    """Somebody else may have the slot by then; taken anew, if it is free, it is the visit's."""
    (draft,), (visit,) = await drafts(db), await visits(db, place)
    async with db.begin() as uow:
        await take(uow, place, draft)
        with pytest.raises(HoldGone):
            await uow.holds.attach(draft, visit, UNTIL)
        assert await replace(uow, place, visit) == await uow.holds.of_visit(visit)


async def test_a_visit_can_wait_for_another_slot(db: Database, place: Place) -> None:
    """Its own hold is not in its way, also when everything else is taken."""
    one, two = await visits(db, place, 2)
    (draft,) = await drafts(db)
    async with db.begin() as uow:
        await replace(uow, place, one)
        await replace(uow, place, two)
        await replace(uow, place, one)
        with pytest.raises(SlotFull):
            await take(uow, place, draft)
        assert await uow.holds.release(visit_id=two)
        await take(uow, place, draft)
        assert await uow.holds.release(draft_id=draft)


async def test_what_cannot_be_held_is_refused(db: Database, place: Place) -> None:
    """No such jail, no such time, nobody to hold it for, no counter where a visit in person is wanted."""
    (draft,) = await drafts(db)
    async with db.begin() as uow:
        with pytest.raises(NotFound):
            await uow.holds.take(404, VIDEO, STARTS, ENDS, NOON, draft_id=draft, expires_at=UNTIL)
        with pytest.raises(BadSlot):
            await take(uow, place, draft, ends_at=STARTS)
        with pytest.raises(ValueError, match="a visit's or a draft's"):
            await uow.holds.release()
        with pytest.raises(SlotFull):
            await uow.holds.take(
                place.jail.id, VisitMode.IN_PERSON, STARTS, ENDS, NOON, draft_id=draft, expires_at=UNTIL
            )


async def test_forty_at_once_hold_two(open_database: Callable[[], Database], db: Database, place: Place) -> None:
    """Two terminals, forty families, four processes: two hold, the others are told, nobody waits for ever."""
    ids = await drafts(db, 40)
    pools = [open_database() for _ in range(4)]

    async def try_(number: int, draft: str) -> Slot | None:
        async with pools[number % 4].begin() as uow:
            try:
                slot = await take(uow, place, draft)
            except SlotFull:
                return None
            await uow.commit()
            return slot

    held = [slot for slot in await asyncio.gather(*(try_(*each) for each in enumerate(ids))) if slot]
    assert sorted(slot.terminal_id for slot in held) == sorted(terminal.id for terminal in place.terminals)


async def test_holds_that_overlap_in_part_queue_up_as_well(
    open_database: Callable[[], Database], db: Database, place: Place
) -> None:
    """Slots of different lengths, taken at once, never share a terminal at one instant."""
    ids = await drafts(db, 24)
    pools = [open_database() for _ in range(3)]

    async def try_(number: int, draft: str) -> Slot | None:
        start = STARTS + (number % 4) * 10 * MINUTE
        async with pools[number % 3].begin() as uow:
            try:
                slot = await take(uow, place, draft, starts_at=start, ends_at=start + (15 + number % 2 * 15) * MINUTE)
            except SlotFull:
                return None
            await uow.commit()
            return slot

    held = [slot for slot in await asyncio.gather(*(try_(*each) for each in enumerate(ids))) if slot]
    assert len(held) >= 2
    assert not any(one.overlaps(other) for number, one in enumerate(held) for other in held[number + 1 :])


async def test_what_is_offered_can_be_held_and_nothing_else_can(db: Database, place: Place) -> None:
    """Availability and holds are of one opinion, slot by slot, until nothing is left."""
    rule, day = a_rule(first_day=0), STARTS.date() + timedelta(days=1)
    async with db.begin() as uow:
        await uow.calendars.set_sessions(
            place.jail.id,
            [
                working(day.weekday(), "09:00", "09:30", capacity=1),
                working(day.weekday(), "10:00", "10:15", minutes={VisitKind.FAMILY: 10}),
            ],
        )
        await uow.commit()
    left, reason = [], None
    for draft in await drafts(db, 8):
        async with db.begin() as uow:
            start, end = day_bounds(day, day, place.jail.timezone)
            picture = await uow.calendars.picture(place.jail, VIDEO, start, end, NOON)
            (shown,) = days(picture, rule, VisitKind.FAMILY, 1, first=day, last=day, now=NOON)
            left.append(sum(offer.free for offer in shown.offers))
            for offer in shown.offers:
                if not offer.free:
                    with pytest.raises(SlotFull):
                        await take(uow, place, draft, starts_at=offer.starts_at, ends_at=offer.ends_at)
            if shown.free:
                await take(uow, place, draft, starts_at=shown.free[0].starts_at, ends_at=shown.free[0].ends_at)
            reason = shown.reason
            await uow.commit()
    assert left == [7, 6, 5, 4, 3, 2, 1, 0]
    assert reason is Unavailable.FULL
