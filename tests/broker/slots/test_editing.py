"""broker.slots.editing: the calendar is changed, with an entry of each change."""

from __future__ import annotations

from datetime import time, timedelta

from broker.slots import editing
from broker.slots.calendar import Session
from broker.slots.editing import NewBlock
from broker.storage.database import Database
from broker.vocabulary import BlockReason, VisitMode
from tests.support.audit import entries
from tests.support.clock import NOON
from tests.support.visits import Place

BY = "staff:7"


async def test_each_change_is_done_and_written_down(db: Database, place: Place) -> None:
    """Hours, a block, its end, and a place; a block that is lifted twice is written down once."""
    hours = [Session(VisitMode.VIDEO, 0, time(9), time(12, 45))]
    new = NewBlock(place.jail.id, NOON, NOON + timedelta(hours=2), None, BlockReason.WEATHER, "Flood")
    async with db.begin() as uow:
        assert await editing.set_hours(uow, place.jail.id, hours, BY, NOON) == tuple(hours)
        block, touched = await editing.block(uow, new, BY, NOON)
        for minutes in (1, 2):
            await editing.lift_block(uow, block.id, BY, NOON + timedelta(minutes=minutes))
        station = await editing.add_station(uow, place.jail.id, "C9", VisitMode.IN_PERSON, BY, NOON)
        await uow.commit()
    assert list(touched) == []
    found = await entries(db)
    assert [(entry.event, entry.jail_id, entry.by) for entry in found] == [("calendar:edit", place.jail.id, BY)] * 4
    assert [entry.subject for entry in found] == [
        "",
        f"block:{block.id}",
        f"block:{block.id}",
        f"terminal:{station.id}",
    ]
    assert found[0].details["hours"] == ["video 0 09:00-12:45"]
    assert (found[1].why, found[1].details["reviews"]) == ("Flood", 0)
