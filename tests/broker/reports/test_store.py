"""Adding up: what is in a period and in somebody's reach, and how many different people that served."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broker.people import Inmate
from broker.reports.asked import Dimension, Period
from broker.reports.counting import count_all
from broker.reports.line import Minutes, derive
from broker.reports.numbers import NUMBERS
from broker.reports.tally import Served
from broker.storage.database import Database
from broker.storage.inmates import NewInmate
from broker.vocabulary import InmateCategory, LossCause, VisitKind, VisitMode
from tests.support.clock import NOON
from tests.support.counted import asked, held, refused
from tests.support.told import told
from tests.support.visits import Place, furnish

MONTH = timedelta(days=31)


async def foreigner(db: Database, place: Place) -> Inmate:
    """Somebody else in that jail, from Nigeria."""
    async with db.begin() as uow:
        inmate = await uow.inmates.add(
            NewInmate(place.jail.id, "UT/2/26", "Emeka Nwosu", "Obi", 29, "male", InmateCategory.CONVICT, "NG")
        )
        await uow.commit()
    return inmate


async def test_a_row_comes_back_as_it_was_written(db: Database) -> None:
    """Also a second time, in the place of the first."""
    line = derive(told("1" * 32, losses={LossCause.STAFF_ENDED: 20}))
    other = replace(line, minutes=Minutes(900, 1, lost={LossCause.NODE_DOWN: 4}, unexplained=2), category=None)
    for each in (line, other):
        async with db.begin() as uow:
            await uow.reports.write([each])
            await uow.commit()
        async with db.read() as uow:
            assert await uow.reports.lines([line.visit_id]) == {line.visit_id: each}


async def test_numbers_are_told_apart_by_what_is_asked_for(db: Database, place: Place) -> None:
    """By jail and month, with their reasons; the same visits whichever way they are divided."""
    elsewhere = await furnish(db, state=19, code=3)
    await held(db, place, had=600, staff_ended=240)
    await held(db, place, starts_at=NOON + MONTH)
    await held(db, elsewhere)
    await refused(db, place, "no_match")
    await count_all(db, NOON)
    async with db.read() as uow:
        found = await uow.reports.tallies(asked(Dimension.JAIL, Dimension.MONTH))
        by_category = await uow.reports.tallies(asked(Dimension.CATEGORY))
        by_state = await uow.reports.tallies(asked(Dimension.STATE, Dimension.KIND))
        by_mode = await uow.reports.tallies(asked(Dimension.MODE))
    here = found[place.jail.id, 202603].counts
    assert (here["requested"], here["connected"], here["refused_no_match"]) == (2, 1, 1)
    assert (here["offered"], here["had"], here["lost_staff_ended"], here["unused"]) == (900, 600, 240, 60)
    assert set(found) == {(place.jail.id, 202603), (place.jail.id, 202604), (elsewhere.jail.id, 202603)}
    assert {keys: tally.counts["requested"] for keys, tally in by_category.items()} == {("undertrial",): 4}
    assert {keys: tally.counts["requested"] for keys, tally in by_state.items()} == {
        (27, "family"): 3,
        (19, "family"): 1,
    }
    assert list(by_mode) == [("video",)]


async def test_a_request_that_nobody_matched_has_a_line_of_its_own(db: Database, place: Place) -> None:
    """Its category is not known, and is not guessed."""
    async with db.begin() as uow:
        await uow.reports.write([derive(told("1" * 32, category=None, inmate_id=None))])
        await uow.commit()
        assert list(await uow.reports.tallies(asked(Dimension.CATEGORY))) == [("",)]


async def test_only_what_is_asked_for_is_counted(db: Database, place: Place) -> None:
    """Both ends of the period are in it; jails, category, kind and mode narrow it."""
    await held(db, place)
    await count_all(db, NOON)
    day = NOON.date()
    both, other = Period(day, day), Period(day + timedelta(days=1), day + timedelta(days=2))
    async with db.read() as uow:

        async def number(**more: object) -> int:
            """How many visits that is."""
            tallies = await uow.reports.tallies(replace(asked(), numbers=tuple(NUMBERS), **more))  # type: ignore[arg-type]
            return sum(tally.counts["requested"] for tally in tallies.values())

        assert await number(period=both) == 1
        assert await number(period=other) == 0
        assert await number(jail_ids=frozenset({place.jail.id})) == 1
        assert await number(jail_ids=frozenset({place.jail.id + 1})) == 0
        assert await number(jail_ids=frozenset()) == 0
        assert await number(category=InmateCategory.CONVICT) == 0
        assert await number(kind=VisitKind.LEGAL) == 0
        assert await number(mode=VisitMode.IN_PERSON) == 0


async def test_people_are_counted_once_in_each_line_and_once_in_all(db: Database, place: Place) -> None:
    """Three connected visits of one person in two months; one of a foreigner; one that nobody was connected in."""
    for starts_at in (NOON, NOON + timedelta(days=1), NOON + MONTH):
        await held(db, place, starts_at=starts_at)
    other = replace(place, inmate=await foreigner(db, place))
    await held(db, other, starts_at=NOON + timedelta(days=2))
    await held(db, other, starts_at=NOON + MONTH, terminal=1, had=0)
    await count_all(db, NOON)
    wanted = asked(Dimension.JAIL, Dimension.MONTH)
    async with db.read() as uow:
        await uow.reports.settle()
        assert await uow.reports.served(wanted, 2) == {
            (place.jail.id, 202603): Served(2, 1),
            (place.jail.id, 202604): Served(1, 0),
        }
        assert await uow.reports.served(wanted, 1) == {(place.jail.id,): Served(2, 1)}
        assert await uow.reports.served(wanted, 0) == {(): Served(2, 1)}
        assert await uow.reports.served(asked(Dimension.CATEGORY), 1) == {
            ("convict",): Served(1, 1),
            ("undertrial",): Served(1, 0),
        }
