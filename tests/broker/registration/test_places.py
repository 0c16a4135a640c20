"""The jail, its rule today, and what is free there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broker.registration.errors import NoSuchJail
from broker.registration.places import Wish, find_place, free_of, modes_of, offered
from broker.storage.database import Database
from broker.vocabulary import VisitKind, VisitMode
from tests.support.registering import FIRST_SLOT, MONDAY, QUARTER, Bookable, bookable

WISH = Wish(VisitMode.VIDEO, VisitKind.FAMILY)


async def test_a_place_knows_its_rule_and_its_days(both: Database, jail: Bookable) -> None:
    """Today on the jail's calendar, and the window of the rule in force."""
    async with both.read() as uow:
        place = await find_place(uow, (27, 11), MONDAY)
        assert await modes_of(uow, place) == (VisitMode.IN_PERSON, VisitMode.VIDEO)
    assert place.jail == jail.jail
    assert place.today(MONDAY + timedelta(hours=7)) == date(2026, 3, 3)
    assert place.window(MONDAY) == (date(2026, 3, 4), date(2026, 3, 16))


async def test_an_unknown_jail_and_one_without_a_rule_are_the_same(both: Database) -> None:
    """Neither can be asked for."""
    await bookable(both, starts=date(2027, 1, 1))
    async with both.read() as uow:
        for codes in ((27, 11), (27, 99), None):
            with pytest.raises(NoSuchJail):
                await find_place(uow, codes, MONDAY)


async def test_free_times_come_in_the_order_of_the_wishes(both: Database, jail: Bookable) -> None:
    """Over several days; what was never offered is left out."""
    tomorrow = FIRST_SLOT + timedelta(days=1)
    wanted = (tomorrow, FIRST_SLOT + timedelta(minutes=7), FIRST_SLOT)
    async with both.read() as uow:
        place = await find_place(uow, (27, 11), MONDAY)
        free = await free_of(uow, place, WISH, wanted, MONDAY)
        days = await offered(uow, place, WISH, MONDAY, first=date(2026, 3, 4), last=date(2026, 3, 5))
    assert [offer.starts_at for offer in free] == [tomorrow, FIRST_SLOT]
    assert [len(day.free) for day in days] == [9, 9]
    assert days[0].offers[1].starts_at == FIRST_SLOT + QUARTER
