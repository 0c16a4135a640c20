"""Visits found by whom they concern and what is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from broker.lifecycle import VisitStatus
from broker.storage.database import Database
from broker.visit import Request, Slot, Visit, VisitMode
from tests.support.clock import NOON
from tests.support.visits import IDENTITY, STAFF, Place, asked, booked, furnish, request

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def ask(db: Database, place: Place, *, starts_at: datetime = NOON + 3 * DAY) -> Visit:
    """A request nobody has matched yet, committed."""
    async with db.begin() as uow:
        visit = await uow.visits.add(asked(place, starts_at=starts_at), NOON)
        await uow.commit()
    return visit


async def test_undecided_requests_of_the_jails_come_oldest_first(db: Database, place: Place) -> None:
    """Decided ones, and other jails', are not among them."""
    elsewhere = await furnish(db, code=24)
    first = await ask(db, place)
    async with db.begin() as uow:
        second = await uow.visits.add(asked(place, starts_at=NOON + DAY), NOON + HOUR)
        second = await uow.visits.move(second.id, VisitStatus.ASKED, STAFF, "a better photo", NOON + HOUR)
        await uow.commit()
    await ask(db, elsewhere)
    await booked(db, place)
    async with db.read() as uow:
        assert await uow.visits.undecided([place.jail.id]) == [first, second]
        assert await uow.visits.undecided([]) == []


async def test_request_is_due_when_it_must_be_escalated_and_again_when_it_lapses(db: Database, place: Place) -> None:
    """Escalated once, it is due no more before its time has run out."""
    visit = await ask(db, place)
    async with db.begin() as uow:
        wanted = await uow.visits.request(visit.id)
        assert isinstance(wanted, Request)
        assert await uow.visits.due_decisions(wanted.decide_by - HOUR) == []
        assert await uow.visits.due_decisions(wanted.decide_by) == [visit]
        await uow.visits.escalate(visit.id, wanted.decide_by)
        assert await uow.visits.due_decisions(wanted.decide_by) == []
        assert await uow.visits.due_decisions(wanted.lapse_at) == [visit]
        await uow.visits.move(visit.id, VisitStatus.REFUSED, "system:worker", "lapsed", wanted.lapse_at)
        assert await uow.visits.due_decisions(wanted.lapse_at) == []


async def test_blocked_terminal_touches_what_is_on_it_and_a_blocked_day_all(db: Database, place: Place) -> None:
    """A request without a terminal is touched by the day only; what ends when the block begins is not."""
    first = await booked(db, place, starts_at=NOON + DAY)
    second = await booked(db, place, terminal=1, starts_at=NOON + DAY)
    wanted = await ask(db, place, starts_at=NOON + DAY)
    span = (NOON + DAY, NOON + DAY + HOUR)
    async with db.read() as uow:
        found = await uow.visits.touching(place.jail.id, *span)
        assert {visit.id for visit in found} == {first.id, second.id, wanted.id}
        assert await uow.visits.touching(place.jail.id, *span, terminal_id=place.terminals[1].id) == [second]
        assert await uow.visits.touching(place.jail.id, first.ends_at, first.ends_at + HOUR) == []


async def test_person_is_known_again_by_address_in_any_case_or_by_proof(db: Database, place: Place) -> None:
    """A name alone finds nobody."""
    visit = await ask(db, place)
    [visitor] = visit.visitors
    async with db.read() as uow:
        assert await uow.visits.of_person([visitor.email.upper()], []) == [visit]
        assert await uow.visits.of_person([], [IDENTITY.id_digest]) == [visit]
        assert await uow.visits.of_person([visitor.name], []) == []


async def test_visits_of_somebody_held_and_of_somebody_who_asks(db: Database, place: Place) -> None:
    """By inmate since a time, by account the newest first."""
    visit = await booked(db, place)
    async with db.begin() as uow:
        assert await uow.visits.of_inmate(place.inmate.id, NOON) == [visit]
        assert await uow.visits.of_inmate(place.inmate.id, visit.ends_at) == []
        assert await uow.visits.of_account("nobody") == []
        assert await uow.visits.live_between(NOON, NOON + HOUR) == [visit]
        assert await uow.visits.live_between(NOON + HOUR, NOON + 2 * HOUR) == []


async def test_days_of_terminals_and_of_counters_are_apart(db: Database, place: Place) -> None:
    """An operator's day shows no visits in person."""
    async with db.begin() as uow:
        counter = await uow.terminals.add(place.jail.id, "C1", VisitMode.IN_PERSON)
        new = replace(request(place), mode=VisitMode.IN_PERSON)
        await uow.visits.add(new, NOON)
        visit = await uow.visits.approve(new.id, Slot(counter.id, new.starts_at, new.ends_at), STAFF, NOON)
        day = ([place.jail.id], NOON, NOON + HOUR)
        assert await uow.visits.day(*day) == []
        assert await uow.visits.day(*day, VisitMode.IN_PERSON) == [visit]
        assert await uow.jails.terminals(place.jail.id) == list(place.terminals)
        assert await uow.jails.terminals(place.jail.id, VisitMode.IN_PERSON) == [counter]
