"""Visits stored, moved and found again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.errors import IllegalTransition, NotFound, ReasonMissing
from broker.lifecycle import HistoryRow, Outcome, VisitStatus
from broker.storage.database import Database
from broker.visit import Slot
from broker.visrn import VisRN
from tests.support.clock import NOON
from tests.support.visits import STAFF, Place, approved, booked, furnish, request

MINUTE = timedelta(minutes=1)
S = VisitStatus


async def test_family_asks_for_a_visit_and_gets_a_number(db: Database, place: Place) -> None:
    """Everything that was asked for is there, and no terminal yet."""
    new = request(place, visitors=3)
    async with db.begin() as uow:
        visit = await uow.visits.add(new, NOON)
        await uow.commit()
    assert visit.visrn == VisRN(27, 11, 1, 2026)
    assert (visit.status, visit.terminal, visit.slot, visit.outcome) == (S.REQUESTED, None, None, None)
    assert (visit.jail, visit.inmate, visit.starts_at, visit.ends_at) == (
        place.jail,
        place.inmate,
        new.starts_at,
        new.ends_at,
    )
    assert [(v.id, v.name, v.email, v.otp_counter) for v in visit.visitors] == [
        (v.id, v.name, v.email, 0) for v in new.visitors
    ]


async def test_superintendent_approves_into_another_time_and_the_slot_counts(db: Database, place: Place) -> None:
    """The slot's times replace the wanted ones."""
    new = request(place)
    slot = Slot(place.terminals[1].id, NOON + 60 * MINUTE, NOON + 90 * MINUTE)
    async with db.begin() as uow:
        await uow.visits.add(new, NOON)
        visit = await uow.visits.approve(new.id, slot, STAFF, NOON)
    assert (visit.status, visit.terminal, visit.slot) == (S.APPROVED, place.terminals[1], slot)
    assert (visit.starts_at, visit.ends_at) == (slot.starts_at, slot.ends_at)


async def test_each_step_leaves_a_history_row(db: Database, place: Place) -> None:
    """Who, when, from, to, reason, from the first to the last."""
    visit = await booked(db, place)
    later = NOON + MINUTE
    async with db.begin() as uow:
        opened = await uow.visits.move(visit.id, S.OPEN, "staff:9", "", later)
        closed = await uow.visits.close(
            visit.id, Outcome.COMPLETED, {visit.visitors[0].id: 871.23456, "terminal-1": 900}, "system:worker", later
        )
        history = await uow.visits.history(visit.id)
        await uow.commit()
    assert opened.opened_at == later
    assert (closed.status, closed.outcome, closed.closed_at) == (S.CLOSED, Outcome.COMPLETED, later)
    assert closed.seconds == {visit.visitors[0].id: 871.235, "terminal-1": 900.0}
    assert history == [
        HistoryRow(visit.id, NOON, "system:test", None, S.REQUESTED, ""),
        HistoryRow(visit.id, NOON, STAFF, S.REQUESTED, S.APPROVED, ""),
        HistoryRow(visit.id, later, "staff:9", S.APPROVED, S.OPEN, ""),
        HistoryRow(visit.id, later, "system:worker", S.OPEN, S.CLOSED, "completed"),
    ]


@pytest.mark.parametrize(("to", "error"), [(S.CANCELLED, ReasonMissing), (S.REFUSED, IllegalTransition)])
async def test_step_that_is_refused_changes_nothing(
    db: Database, place: Place, to: VisitStatus, error: type[Exception]
) -> None:
    """Neither the visit nor its history."""
    visit = await booked(db, place)
    async with db.begin() as uow:
        before = await uow.visits.history(visit.id)
        with pytest.raises(error):
            await uow.visits.move(visit.id, to, STAFF, "", NOON)
        await uow.commit()
    async with db.read() as uow:
        assert await uow.visits.get(visit.id) == visit
        assert await uow.visits.history(visit.id) == before


async def test_staff_write_a_note_into_the_history_and_the_visit_stays_where_it_is(db: Database, place: Place) -> None:
    """From and to are the same, so that nobody takes it for a step."""
    visit = await booked(db, place)
    async with db.begin() as uow:
        await uow.visits.note(visit.id, "staff:9", "prisoner_refused", NOON)
        assert await uow.visits.get(visit.id) == visit
        last = (await uow.visits.history(visit.id))[-1]
    assert last == HistoryRow(visit.id, NOON, "staff:9", S.APPROVED, S.APPROVED, "prisoner_refused")


async def test_worker_closes_a_visit_twice_and_the_second_is_refused(db: Database, place: Place) -> None:
    """The first outcome stays: a fact that is delivered twice changes nothing."""
    visit = await booked(db, place)
    async with db.begin() as uow:
        await uow.visits.close(visit.id, Outcome.NOBODY_CAME, {}, "system:worker", NOON)
        with pytest.raises(IllegalTransition):
            await uow.visits.close(visit.id, Outcome.COMPLETED, {}, "system:worker", NOON)
        assert (await uow.visits.get(visit.id)).outcome is Outcome.NOBODY_CAME


@pytest.mark.parametrize("to", [S.APPROVED, S.CLOSED])
async def test_move_does_not_approve_or_close(db: Database, place: Place, to: VisitStatus) -> None:
    """These need a slot, or an outcome."""
    visit = await booked(db, place)
    async with db.begin() as uow:
        with pytest.raises(ValueError, match="use approve or close"):
            await uow.visits.move(visit.id, to, STAFF, "", NOON)


async def test_terminal_or_inmate_of_another_jail_is_refused(db: Database, place: Place) -> None:
    """A visit stays within one jail."""
    other = await furnish(db, code=24)
    new = request(place)
    async with db.begin() as uow:
        await uow.visits.add(new, NOON)
        with pytest.raises(NotFound, match="terminal"):
            await uow.visits.approve(new.id, Slot(other.terminals[0].id, NOON, NOON + MINUTE), STAFF, NOON)
        with pytest.raises(NotFound, match="inmate"):
            await uow.visits.add(request(Place(place.jail, place.terminals, other.inmate)), NOON)


async def test_visit_is_found_by_number_and_by_link(db: Database, place: Place) -> None:
    """Each visitor's link leads to the visit and to that visitor."""
    new = request(place, visitors=2)
    async with db.begin() as uow:
        visit = await approved(uow, place, new)
        await uow.commit()
    async with db.read() as uow:
        assert await uow.visits.by_visrn(visit.visrn) == visit
        assert await uow.visits.by_visrn(VisRN(27, 11, 2, 2026)) is None
        assert await uow.visits.by_link_digest(new.visitors[1].link_digest) == (visit, visit.visitors[1])
        assert await uow.visits.by_link_digest("0" * 64) is None


async def test_day_lists_what_touches_it_in_the_jails_asked_for(db: Database, place: Place) -> None:
    """By start, then terminal; requests without a terminal and other jails are not in it."""
    other = await furnish(db, code=24)
    second = await booked(db, place, terminal=1)
    first = await booked(db, place)
    early = await booked(db, place, starts_at=NOON - 15 * MINUTE)
    await booked(db, other)
    async with db.begin() as uow:
        await uow.visits.add(request(place), NOON)
        await uow.commit()
    async with db.read() as uow:
        jails = [place.jail.id]
        assert await uow.visits.day(jails, NOON - MINUTE, NOON + MINUTE) == [early, first, second]
        assert await uow.visits.day(jails, NOON, NOON + MINUTE) == [first, second]
        assert await uow.visits.day(jails, NOON + 15 * MINUTE, NOON + 30 * MINUTE) == []
        assert await uow.visits.day([], NOON - MINUTE, NOON + MINUTE) == []


async def test_terminal_finds_the_visit_that_was_started_on_it_until_its_end(db: Database, place: Place) -> None:
    """An approved visit isn't started, and an ended one is over even before anybody closed it."""
    visit = await booked(db, place)
    terminal = place.terminals[0].id
    async with db.begin() as uow:
        assert await uow.visits.open_on(terminal, NOON) is None
        opened = await uow.visits.move(visit.id, S.OPEN, STAFF, "", NOON)
        assert await uow.visits.open_on(terminal, NOON) == opened
        assert await uow.visits.open_on(place.terminals[1].id, NOON) is None
        assert await uow.visits.open_on(terminal, visit.ends_at) is None


async def test_live_visits_whose_slot_is_over_are_due_for_closing(db: Database, place: Place) -> None:
    """From the very end on, the longest overdue first, and no closed ones."""
    late = await booked(db, place)
    later = await booked(db, place, starts_at=NOON + 15 * MINUTE)
    async with db.begin() as uow:
        assert await uow.visits.due_for_closing(late.ends_at - MINUTE) == []
        assert await uow.visits.due_for_closing(late.ends_at) == [late]
        assert await uow.visits.due_for_closing(later.ends_at) == [late, later]
        assert await uow.visits.due_for_closing(later.ends_at, limit=1) == [late]
        await uow.visits.close(late.id, Outcome.NOBODY_CAME, {}, "system:worker", later.ends_at)
        assert await uow.visits.due_for_closing(later.ends_at) == [later]


async def test_codes_are_counted_for_each_visitor_alone(db: Database, place: Place) -> None:
    """The counter moves at every call and is in the visitor."""
    new = request(place, visitors=2)
    async with db.begin() as uow:
        visit = await approved(uow, place, new)
        first, second = visit.visitors
        counters = [await uow.visits.next_otp_counter(v) for v in (first.id, first.id, second.id)]
        assert counters == [1, 2, 1]
        assert [v.otp_counter for v in (await uow.visits.get(visit.id)).visitors] == [2, 1]
