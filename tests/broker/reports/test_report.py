"""A report: lines, lines within them, and totals that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broker.reports.asked import Dimension
from broker.reports.counting import count_all
from broker.reports.numbers import NUMBERS, Unit
from broker.reports.report import make
from broker.storage.database import Database
from tests.support.clock import NOON
from tests.support.counted import asked, held, refused
from tests.support.visits import Place, booked, furnish

ADDED = [each.id for each in NUMBERS.values() if each.unit is not Unit.PEOPLE]
MONTH = timedelta(days=31)


async def test_lines_add_up_to_the_total_and_people_do_not(db: Database, place: Place) -> None:
    """Every number that is added, at both depths; somebody who had visits in two months is one person."""
    elsewhere = await furnish(db, state=19, code=3)
    await held(db, place, had=500, family_network=100, node_down=200)
    await held(db, place, starts_at=NOON + MONTH, mobile="+2348012345678")
    await held(db, elsewhere)
    await refused(db, elsewhere, "away", starts_at=NOON + MONTH)
    await count_all(db, NOON)
    report = await make(db, asked(Dimension.JAIL, Dimension.MONTH))
    assert [group.key for group in report.groups] == [place.jail.id, elsewhere.jail.id]
    assert [part.key for part in report.groups[0].parts] == [202603, 202604]
    for number in ADDED:
        assert report.total[number] == sum(group.numbers[number] for group in report.groups), number
        for group in report.groups:
            assert group.numbers[number] == sum(part.numbers[number] for part in group.parts), number
    assert (report.total["requested"], report.total["connected"], report.total["from_abroad"]) == (4, 3, 1)
    assert report.total["inmates"] == 2
    assert [part.numbers["inmates"] for part in report.groups[0].parts] == [1, 1]
    assert report.groups[0].numbers["inmates"] == 1
    assert (report.waiting, report.counted_at) == (0, NOON)


async def test_a_report_of_nothing_is_all_noughts(db: Database, place: Place) -> None:
    """And says that something waits to be counted, if it does."""
    await booked(db, place)
    report = await make(db, asked(Dimension.JAIL))
    assert (set(report.total.values()), report.groups, report.waiting) == ({0}, (), 2)


async def test_total_people_are_the_same_whichever_way_a_report_is_divided(db: Database, place: Place) -> None:
    """Added up over jails, where an entry of a register stands once, and counted anew over months, where it may not."""
    elsewhere = await furnish(db, state=19, code=3)
    for starts_at in (NOON, NOON + MONTH):
        await held(db, place, starts_at=starts_at)
    await held(db, elsewhere)
    await count_all(db, NOON)
    for by in ((), (Dimension.JAIL,), (Dimension.STATE, Dimension.MONTH), (Dimension.MONTH, Dimension.JAIL)):
        assert (await make(db, asked(*by))).total["inmates"] == 2, by


async def test_people_of_the_inner_lines_are_counted_where_they_are_wanted(db: Database, place: Place) -> None:
    """A table of months in its columns names them by jail only, and is twice as fast for it."""
    await held(db, place)
    await count_all(db, NOON)
    wanted = replace(asked(Dimension.JAIL, Dimension.MONTH), people_within=False)
    [group] = (await make(db, wanted)).groups
    assert (group.numbers["inmates"], group.parts[0].numbers["inmates"]) == (1, 0)
    assert (await make(db, replace(asked(), people_within=False))).total["inmates"] == 1
