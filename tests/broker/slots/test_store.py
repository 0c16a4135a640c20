"""Calendars in both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.errors import NotFound
from broker.slots.calendar import Block
from broker.slots.errors import BadBlock, BadSession
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.vocabulary import BlockReason, VisitKind, VisitMode
from tests.support.clock import NOON
from tests.support.rules import working
from tests.support.visits import Place, booked

HOUR = timedelta(hours=1)
STARTS, ENDS = NOON + 24 * HOUR, NOON + 48 * HOUR


async def block(uow: UnitOfWork, place: Place, terminal_id: int | None = None) -> Block:
    """Block a day."""
    return await uow.calendars.block(
        place.jail.id,
        STARTS,
        ENDS,
        terminal_id=terminal_id,
        reason=BlockReason.HOLIDAY,
        note=" Diwali ",
        by="staff:7",
        now=NOON,
    )


async def test_sessions_read_back_in_order_and_are_replaced_as_a_whole(db: Database, place: Place) -> None:
    """Times, lengths by kind and capacity survive; what isn't named any more is gone."""
    morning = working(0, "09:00", "12:45", gap_minutes=5, capacity=2, minutes={VisitKind.LEGAL: 45})
    counter = working(0, "10:00", "16:00", mode=VisitMode.IN_PERSON)
    tuesday = working(1, "09:00", "12:45")
    async with db.begin() as uow:
        stored = await uow.calendars.set_sessions(place.jail.id, [tuesday, morning, counter])
        assert await uow.calendars.sessions(place.jail.id) == stored == (counter, morning, tuesday)
        await uow.calendars.set_sessions(place.jail.id, [tuesday])
        assert await uow.calendars.sessions(place.jail.id) == (tuesday,)
        assert await uow.calendars.sessions(404) == ()


async def test_hours_that_contradict_each_other_change_nothing(db: Database, place: Place) -> None:
    """Neither overlapping ones nor those of a jail that isn't there."""
    async with db.begin() as uow:
        await uow.calendars.set_sessions(place.jail.id, [working(0, "09:00", "12:00")])
        with pytest.raises(BadSession):
            await uow.calendars.set_sessions(
                place.jail.id, [working(2, "09:00", "12:00"), working(2, "10:00", "11:00")]
            )
        with pytest.raises(NotFound):
            await uow.calendars.set_sessions(404, [])
        assert len(await uow.calendars.sessions(place.jail.id)) == 1


async def test_a_block_stands_until_it_is_lifted(db: Database, place: Place) -> None:
    """It is found by any time it touches; lifted twice, it was lifted the first time."""
    async with db.begin() as uow:
        made = await block(uow, place)
        assert (made.note, made.terminal_id, made.reason) == ("Diwali", None, BlockReason.HOLIDAY)
        assert await uow.calendars.blocks(place.jail.id, ENDS - HOUR, ENDS + HOUR) == (made,)
        assert await uow.calendars.blocks(place.jail.id, ENDS, ENDS + HOUR) == ()
        lifted = await uow.calendars.lift(made.id, NOON)
        assert lifted.lifted_at == (await uow.calendars.lift(made.id, NOON + HOUR)).lifted_at == NOON
        assert await uow.calendars.blocks(place.jail.id, STARTS, ENDS) == ()
        assert await uow.calendars.get_block(made.id) == lifted


async def test_a_block_that_cannot_be_is_refused(db: Database, place: Place) -> None:
    """It ends after it starts, and its terminal is the jail's own."""
    async with db.begin() as uow:
        with pytest.raises(BadBlock):
            await uow.calendars.block(
                place.jail.id, ENDS, STARTS, reason=BlockReason.OTHER, note="", by="staff:7", now=NOON
            )
        with pytest.raises(NotFound):
            await block(uow, place, terminal_id=404)
        for act in (uow.calendars.get_block(404), uow.calendars.lift(404, NOON)):
            with pytest.raises(NotFound):
                await act


async def test_the_picture_shows_what_a_request_must_know(db: Database, place: Place) -> None:
    """The mode's stations and sessions, what blocks them, and what is taken, except by whoever asks."""
    visit = await booked(db, place, starts_at=STARTS)
    async with db.begin() as uow:
        hours = working(1, "09:00", "17:00")
        await uow.calendars.set_sessions(place.jail.id, [hours, working(1, "09:00", "17:00", mode=VisitMode.IN_PERSON)])
        made = await block(uow, place, place.terminals[1].id)
        await uow.commit()
    async with db.read() as uow:
        picture = await uow.calendars.picture(place.jail, VisitMode.VIDEO, STARTS, ENDS, NOON)
        own = await uow.calendars.picture(place.jail, VisitMode.VIDEO, STARTS, ENDS, NOON, except_hold=visit.id)
        person = await uow.calendars.picture(place.jail, VisitMode.IN_PERSON, STARTS, ENDS, NOON)
        later = await uow.calendars.picture(place.jail, VisitMode.VIDEO, ENDS, ENDS + HOUR, NOON)
    assert [station.name for station in picture.stations] == ["T1", "T2"]
    assert (picture.sessions, picture.blocks, picture.taken) == ((hours,), (made,), (visit.slot,))
    assert own.taken == ()
    assert (person.stations, len(person.sessions)) == ((), 1)
    assert (later.blocks, later.taken) == ((), ())
