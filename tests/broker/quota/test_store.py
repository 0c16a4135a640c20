"""The ledger in both databases: spent once, given back once, never overspent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from broker.errors import NotFound
from broker.people import Inmate
from broker.quota.errors import BadAdjustment, QuotaSpent
from broker.quota.ledger import QuotaLeft
from broker.rules.model import Per, Quota, RuleVersion
from broker.storage.database import Database
from broker.storage.models import QuotaEntryRow
from broker.storage.unit import UnitOfWork
from broker.visit import new_id
from broker.vocabulary import InmateCategory, QuotaReason, VisitKind, VisitMode
from tests.support.clock import NOON
from tests.support.rules import a_rule, enact
from tests.support.visits import Place, request

FAMILY, VIDEO = VisitKind.FAMILY, VisitMode.VIDEO
MARCH, APRIL = date(2026, 3, 20), date(2026, 4, 2)
STAFF = "staff:7"


async def requested(db: Database, place: Place, count: int = 1, *, starts_at: datetime = NOON) -> list[str]:
    """Visits that somebody asked for; their ids."""
    async with db.begin() as uow:
        ids = [(await uow.visits.add(request(place, starts_at=starts_at), NOON)).id for _ in range(count)]
        await uow.commit()
    return ids


async def spend(uow: UnitOfWork, visit_id: str, inmate: Inmate, version: RuleVersion, on: date = MARCH) -> QuotaLeft:
    """Count a family's visit by video."""
    return await uow.quotas.spend(visit_id, inmate, FAMILY, VIDEO, on, version=version, by=STAFF, now=NOON)


async def left(db: Database, inmate: Inmate, version: RuleVersion, on: date = MARCH) -> int | None:
    """How many visits are left."""
    async with db.read() as uow:
        return (await uow.quotas.left(inmate, FAMILY, VIDEO, on, version.rule)).left


async def test_four_a_month_and_no_fifth(db: Database, place: Place) -> None:
    """The fifth is refused with the day from which there is one again; the next month is untouched."""
    version = await enact(db)
    visits = await requested(db, place, 5)
    async with db.begin() as uow:
        told = [await spend(uow, visit, place.inmate, version) for visit in visits[:4]]
        assert [each.left for each in told] == [3, 2, 1, 0]
        with pytest.raises(QuotaSpent) as refused:
            await spend(uow, visits[4], place.inmate, version)
        assert refused.value.next_date == date(2026, 4, 1)
        assert (await spend(uow, visits[4], place.inmate, version, APRIL)).left == 3
        await uow.commit()
    assert (await left(db, place.inmate, version), await left(db, place.inmate, version, APRIL)) == (0, 3)


async def test_each_line_says_who_when_and_by_which_rule(db: Database, place: Place) -> None:
    """Years later the ledger still explains itself; newest first."""
    version = await enact(db)
    (visit,) = await requested(db, place)
    async with db.begin() as uow:
        await spend(uow, visit, place.inmate, version)
        await uow.quotas.give_back(visit, QuotaReason.FAILED, "system:worker", NOON, note="no picture")
        entries = await uow.quotas.entries(place.inmate.id)
    back, used = entries
    assert (used.amount, used.reason, used.by, used.at) == (1, QuotaReason.APPROVED, STAFF, NOON)
    assert (used.visit_id, used.rule_version_id, used.period_start) == (visit, version.id, date(2026, 3, 1))
    assert (back.amount, back.reason, back.note) == (-1, QuotaReason.FAILED, "no picture")


async def test_a_visit_counts_once_however_often_it_is_counted(db: Database, place: Place) -> None:
    """Also when nothing else is left: the visit itself is what took the last one."""
    version = await enact(db, a_rule(quotas=_one_a_month()))
    (visit,) = await requested(db, place)
    async with db.begin() as uow:
        for _ in range(3):
            assert (await spend(uow, visit, place.inmate, version)).left == 0
        assert len(await uow.quotas.entries(place.inmate.id)) == 1


async def test_a_visit_that_moves_to_another_month_is_counted_there(db: Database, place: Place) -> None:
    """The old month gets it back in the same step; if the new one has none left, nothing changes."""
    version = await enact(db, a_rule(quotas=_one_a_month()))
    moving, sitting = await requested(db, place, 2)
    async with db.begin() as uow:
        await spend(uow, moving, place.inmate, version, MARCH)
        assert (await spend(uow, moving, place.inmate, version, APRIL)).used == 1
        await spend(uow, sitting, place.inmate, version, MARCH)
        with pytest.raises(QuotaSpent):
            await spend(uow, moving, place.inmate, version, MARCH)
        await uow.commit()
    assert (await left(db, place.inmate, version), await left(db, place.inmate, version, APRIL)) == (0, 0)


async def test_what_is_given_back_is_given_back_once(db: Database, place: Place) -> None:
    """A cancellation and a worker that comes after it don't make two visits out of one."""
    version = await enact(db)
    counted, never = await requested(db, place, 2)
    async with db.begin() as uow:
        await spend(uow, counted, place.inmate, version)
        given = [
            await uow.quotas.give_back(visit, QuotaReason.CANCELLED, STAFF, NOON)
            for visit in (counted, counted, never, new_id())
        ]
        await uow.commit()
    assert given == [1, 0, 0, 0]
    assert await left(db, place.inmate, version) == 4


async def test_a_visit_can_be_counted_again_after_it_was_given_back(db: Database, place: Place) -> None:
    """Approved, moved back to the queue, approved again: counted once in the end."""
    version = await enact(db)
    (visit,) = await requested(db, place)
    async with db.begin() as uow:
        await spend(uow, visit, place.inmate, version)
        await uow.quotas.give_back(visit, QuotaReason.CANCELLED, STAFF, NOON)
        assert (await spend(uow, visit, place.inmate, version)).used == 1


async def test_an_adjustment_says_why_and_changes_what_is_left(db: Database, place: Place) -> None:
    """Given by hand (-) and taken by hand (+), in one period only."""
    version = await enact(db)
    async with db.begin() as uow:
        more = await _adjust(uow, place, version, -2, "a mother's illness")
        less = await _adjust(uow, place, version, 1, "counted elsewhere")
        for amount, note in ((0, "nothing"), (1, " ")):
            with pytest.raises(BadAdjustment):
                await _adjust(uow, place, version, amount, note)
        assert [entry.note for entry in await uow.quotas.entries(place.inmate.id)] == [
            "counted elsewhere",
            "a mother's illness",
        ]
        await uow.commit()
    assert (more.left, less.left, await left(db, place.inmate, version, APRIL)) == (6, 5, 4)


async def test_without_a_limit_visits_are_counted_and_never_refused(db: Database, place: Place) -> None:
    """The ledger knows of them, should the state make a limit."""
    version = await enact(db, a_rule(quotas=()))
    visits = await requested(db, place, 6)
    async with db.begin() as uow:
        told = [await spend(uow, visit, place.inmate, version) for visit in visits]
    assert [(each.used, each.left) for each in told] == [(number, None) for number in range(1, 7)]


async def test_modes_and_kinds_have_ledgers_of_their_own(db: Database, place: Place) -> None:
    """A visit by video takes nothing of those in person."""
    video = _one_a_month()[0]
    version = await enact(db, a_rule(quotas=(video, video.model_copy(update={"mode": VisitMode.IN_PERSON}))))
    (visit,) = await requested(db, place)
    async with db.begin() as uow:
        await spend(uow, visit, place.inmate, version)
        other = await uow.quotas.left(place.inmate, FAMILY, VisitMode.IN_PERSON, MARCH, version.rule)
    assert other.left == 1


async def test_the_category_is_the_one_in_the_register(db: Database, place: Place) -> None:
    """A record that was read before a conviction was entered doesn't decide the allowance."""
    version = await enact(db)
    (visit,) = await requested(db, place)
    stale = replace(place.inmate, category=InmateCategory.CONVICT)
    async with db.begin() as uow:
        assert (await spend(uow, visit, stale, version)).limit == 4


async def test_nobody_is_counted_who_is_not_in_the_register(db: Database, place: Place) -> None:
    """Neither spent nor adjusted."""
    version = await enact(db)
    (visit,) = await requested(db, place)
    nobody = replace(place.inmate, id=404)
    async with db.begin() as uow:
        with pytest.raises(NotFound):
            await spend(uow, visit, nobody, version)
        with pytest.raises(NotFound):
            await uow.quotas.adjust(404, FAMILY, VIDEO, MARCH, 1, note="x", by=STAFF, now=NOON, version=version)


async def test_twenty_approvals_at_once_spend_four(
    open_database: Callable[[], Database], db: Database, place: Place
) -> None:
    """However many superintendents decide in the same instant, on however many processes."""
    version = await enact(db)
    visits = await requested(db, place, 20)
    pools = [open_database() for _ in range(4)]

    async def approve(number: int, visit: str) -> bool:
        async with pools[number % 4].begin() as uow:
            try:
                await spend(uow, visit, place.inmate, version)
            except QuotaSpent:
                return False
            await uow.commit()
        return True

    done = await asyncio.gather(*(approve(number, visit) for number, visit in enumerate(visits)))
    assert sum(done) == 4
    assert await left(db, place.inmate, version) == 0


async def test_a_cancellation_and_an_approval_at_once_leave_the_ledger_right(
    open_database: Callable[[], Database], db: Database, place: Place
) -> None:
    """Visits come and go at the same time: what counts in the end is what stands, and never more than the limit."""
    version = await enact(db)
    visits = await requested(db, place, 12)
    pools = [open_database() for _ in range(3)]

    async def come_and_go(number: int, visit: str) -> bool:
        pool = pools[number % 3]
        async with pool.begin() as uow:
            try:
                await spend(uow, visit, place.inmate, version)
            except QuotaSpent:
                return False
            await uow.commit()
        if number % 2:
            return True
        async with pool.begin() as uow:
            await uow.quotas.give_back(visit, QuotaReason.CANCELLED, STAFF, NOON)
            await uow.commit()
        return False

    standing = sum(await asyncio.gather(*(come_and_go(number, visit) for number, visit in enumerate(visits))))
    assert standing <= 4
    assert await left(db, place.inmate, version) == 4 - standing


async def test_the_ledger_refuses_a_line_about_nothing(db: Database, place: Place) -> None:
    """The database itself knows that a line has an amount."""
    async with db.begin() as uow:
        uow.session.add(
            QuotaEntryRow(
                inmate_id=place.inmate.id, kind=FAMILY, mode=VIDEO, period_start=MARCH, amount=0,
                reason=QuotaReason.ADJUSTED, note="", by=STAFF, at=NOON,
            )
        )  # fmt: skip
        with pytest.raises(Exception, match="amount"):
            await uow.session.flush()


async def _adjust(uow: UnitOfWork, place: Place, version: RuleVersion, amount: int, note: str) -> QuotaLeft:
    return await uow.quotas.adjust(
        place.inmate.id, FAMILY, VIDEO, MARCH, amount, note=note, by=STAFF, now=NOON, version=version
    )


def _one_a_month() -> tuple[Quota, ...]:
    return (Quota(kind=FAMILY, mode=VIDEO, count=1, per=Per.MONTH),)
