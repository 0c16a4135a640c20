"""From a picked time to a slot."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from broker.errors import SlotTaken
from broker.slots.errors import SlotFull
from broker.vocabulary import VisitKind
from tests.support.deciding import RULE, Office, hold_of
from tests.support.desk import Desk
from tests.support.superintendent import in_days, requested
from web.superintendent import places


async def test_the_held_station_comes_first(desk: Desk, office: Office) -> None:
    """A request that holds a terminal keeps it, also for a neighbouring time."""
    await requested(desk, office)
    visit = await requested(desk, office)
    held = await hold_of(desk.db, visit)
    async with desk.db.read() as uow:
        same = await places.find(uow, visit, held.starts_at, desk.clock.now())
        later = await places.find(uow, visit, held.ends_at, desk.clock.now())
    assert same == held
    assert later.terminal_id == held.terminal_id
    assert later.length == timedelta(minutes=15)


async def test_the_station_asked_for_is_taken_or_refused(desk: Desk, office: Office) -> None:
    """Never another one in its place."""
    other = await hold_of(desk.db, await requested(desk, office))
    visit = await requested(desk, office)
    wanted = office.terminals[2].id
    async with desk.db.read() as uow:
        slot = await places.find(uow, visit, other.starts_at, desk.clock.now(), terminal_id=wanted)
        assert slot.terminal_id == wanted
        with pytest.raises(SlotTaken):
            await places.find(uow, visit, other.starts_at, desk.clock.now(), terminal_id=other.terminal_id)


async def test_when_everything_is_taken_it_says_so(desk: Desk, office: Office) -> None:
    """Three terminals, three holds."""
    taken, *_ = [await requested(desk, office) for _ in range(3)]
    visit = await requested(desk, office, at=time(12))
    async with desk.db.read() as uow:
        with pytest.raises(SlotFull):
            await places.find(uow, visit, taken.starts_at, desk.clock.now())


async def test_a_special_session_may_have_its_own_length_and_hour(desk: Desk, office: Office) -> None:
    """At eight in the evening, for forty minutes."""
    visit = await requested(desk, office)
    at = in_days(desk, 1, time(20))
    async with desk.db.read() as uow:
        slot = await places.find(uow, visit, at, desk.clock.now(), minutes=40)
        version = await places.rule_for(uow, visit, desk.clock.now())
    assert slot.length == timedelta(minutes=40)
    assert version == office.version


async def test_what_is_held_is_kept_when_a_later_rule_gives_another_length(desk: Desk, office: Office) -> None:
    """Any other time of that day gets the length of the rule that is in force then, not of today's."""
    visit = await requested(desk, office)
    held, now = await hold_of(desk.db, visit), desk.clock.now()
    longer = RULE.model_copy(update={"minutes": {**RULE.minutes, VisitKind.FAMILY: 20}})
    async with desk.db.begin() as uow:
        begins = in_days(desk, 5).date()
        await uow.rules.add(27, longer, begins, source="browser", note="", by="staff:1", now=now)
        await uow.commit()
    async with desk.db.read() as uow:
        assert await places.find(uow, visit, held.starts_at, now) == held
        other = await places.find(uow, visit, held.starts_at + timedelta(hours=2), now)
    assert other.length == timedelta(minutes=20)
