"""A jail's calendar as a page shows it."""

from __future__ import annotations

from datetime import timedelta

from broker.slots.availability import Unavailable
from broker.vocabulary import BlockReason, VisitMode
from tests.support.desk import Desk
from tests.support.rules import a_rule, enact, every_day
from web.calendar import view
from web.calendar.view import Calendar


async def load(desk: Desk) -> Calendar:
    """The calendar of the first jail."""
    async with desk.db.read() as uow:
        return await view.load(uow, desk.here.jail, desk.clock.now(), "en")


async def test_a_new_jail_has_days_and_terminals_and_nothing_else(desk: Desk) -> None:
    """Without a rule nothing can be told of the days ahead."""
    calendar = await load(desk)
    assert calendar.weekdays[0] == "Monday"
    assert [each.name for each in calendar.stations_of(VisitMode.VIDEO)] == ["T1", "T2", "T3"]
    assert calendar.stations_of(VisitMode.IN_PERSON) == ()
    assert (calendar.ahead, calendar.ruled, calendar.sessions) == ((), False, ())


async def test_the_days_ahead_show_what_a_family_can_have(desk: Desk) -> None:
    """Two weeks from the jail's today; each mode for itself."""
    await enact(desk.db, a_rule(first_day=1))
    async with desk.db.begin() as uow:
        await uow.calendars.set_sessions(desk.here.jail.id, every_day("09:00", "09:45"))
        await uow.commit()
    calendar = await load(desk)
    today = view.today(desk.here.jail, desk.clock.now())
    assert [day.date for day in calendar.ahead] == [today + timedelta(days=number) for number in range(14)]
    video, in_person = calendar.ahead[0].cells
    assert (video.reason, in_person.reason) == (Unavailable.TOO_SOON, Unavailable.NOT_OFFERED)
    tomorrow = calendar.ahead[1].cells[0]
    assert (tomorrow.free, tomorrow.slots, tomorrow.reason) == (4, 4, None)
    assert len(calendar.hours(VisitMode.VIDEO, 0)) == 1
    assert calendar.hours(VisitMode.IN_PERSON, 0) == ()


async def test_a_block_names_its_station(desk: Desk) -> None:
    """The whole jail has no name of a station."""
    now = desk.clock.now()
    async with desk.db.begin() as uow:
        for terminal_id in (desk.here.terminals[1].id, None):
            await uow.calendars.block(
                desk.here.jail.id,
                now,
                now + timedelta(hours=1),
                terminal_id=terminal_id,
                reason=BlockReason.EQUIPMENT,
                note="",
                by="staff:7",
                now=now,
            )
        await uow.commit()
    calendar = await load(desk)
    assert [calendar.station_name(block.terminal_id) for block in calendar.blocks] == ["T2", ""]
