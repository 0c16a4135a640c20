"""The published table, seeded at a hundredth of its size, comes out of the reports as it was published."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from broker.demo.published import Filled, fill
from broker.demo.published.figures import FOREIGN, JAILS, SESSIONS, days, jails
from broker.reports.asked import Asked, Dimension
from broker.reports.counting import count_all, rebuild
from broker.reports.line import month_of
from broker.reports.numbers import IDENTITIES, NUMBERS
from broker.reports.periods import PUBLISHED
from broker.reports.report import make
from broker.storage.database import Database
from broker.storage.models import JailRow, VisitRow
from broker.vocabulary import VisitMode
from tests.support.clock import NOON
from tests.support.visits import Place, request

SHARE = Fraction(1, 100)


async def test_the_published_table_is_reproduced_in_its_form(db: Database) -> None:
    """Sessions by jail and month and the foreign prisoners of each jail are exactly what was dealt out; the totals are
    the published ones at this share; every sum holds, and no row differs from what it is derived from.
    """
    await fill(db, SHARE)
    await count_all(db, NOON)
    asked = Asked(PUBLISHED, (Dimension.JAIL, Dimension.MONTH), tuple(NUMBERS), mode=VisitMode.VIDEO)
    report = await make(db, asked)
    async with db.read() as uow:
        codes = {jail.id: jail.code for jail in await uow.jails.all()}
    figures = {each.code: each for each in jails(SHARE)}
    for group in report.groups:
        own = figures[codes[int(group.key)]]
        assert (group.numbers["connected"], group.numbers["foreign_prisoners"]) == (own.sessions, own.foreign)
        by_month: dict[int, int] = {}
        for day, number in days(own.sessions):
            by_month[month_of(day)] = by_month.get(month_of(day), 0) + number
        assert {part.key: part.numbers["connected"] for part in group.parts if part.numbers["connected"]} == by_month
    assert len(report.groups) == JAILS
    assert report.total["connected"] == round(SESSIONS * SHARE) == 3_166
    assert report.total["foreign_prisoners"] == round(FOREIGN * SHARE) == 11
    for whole, parts in IDENTITIES.items():
        assert report.total[whole] == sum(report.total[each] for each in parts)
    assert (await rebuild(db, NOON)).differences == ()


async def test_filling_goes_on_where_it_was_interrupted_and_marks_everything_as_invented(db: Database) -> None:
    """Jail by jail; the next visit of such a jail gets the next number."""
    heard: list[str] = []

    def interrupt(line: str) -> None:
        """Somebody presses Ctrl-C after the second jail."""
        heard.append(line)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await fill(db, Fraction(1, 10_000), interrupt)
    assert (await fill(db, Fraction(1, 10_000))).jails == JAILS - 2
    assert await fill(db, Fraction(1, 10_000)) == Filled(0, 0)
    async with db.read() as uow:
        assert all(await uow.session.scalars(select(JailRow.demo)))
        assert all(await uow.session.scalars(select(VisitRow.demo)))


async def test_a_visit_that_is_booked_later_in_such_a_jail_has_the_next_number(db: Database) -> None:
    """The serials that were given out are remembered."""
    await fill(db, Fraction(1, 10_000))
    async with db.begin() as uow:
        jail = next(each for each in await uow.jails.all() if each.name == "Yerwada")
        [inmate, *_] = await uow.inmates.of_jail(jail.id)
        given = await uow.session.scalar(
            select(func.max(VisitRow.visrn_serial)).where(VisitRow.jail_id == jail.id, VisitRow.visrn_year == 2024)
        )
        new = request(Place(jail, (), inmate), starts_at=datetime(2024, 12, 1, 4, 30, tzinfo=UTC))
        visit = await uow.visits.add(new, new.starts_at)
    assert visit.visrn.serial == (given or 0) + 1
