"""What a family does about its own visit, and only its own: withdraw, change, answer."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from broker.deciding.approving import approve
from broker.deciding.cancelling import cancel
from broker.deciding.commands import Answer, Approval, Cancellation, Question
from broker.deciding.errors import BadDecision, NotYours, SlotNotOffered, TooLate
from broker.deciding.families import answer, change, withdraw
from broker.deciding.refusing import ask
from broker.errors import IllegalTransition
from broker.lifecycle import VisitStatus
from broker.reasons import AskFor, CancelReason
from broker.slots.errors import SlotFull
from broker.storage.database import Database
from broker.visit import Visit
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import (
    DAY,
    HOUR,
    MINUTE,
    MORNING,
    STAFF,
    Office,
    ask_for,
    counted,
    hold_of,
    identity,
    letters,
    prisoner_of,
    stored,
)


async def approved(db: Database, office: Office, settings: Settings, starts_at: datetime = MORNING) -> Visit:
    """An approved visit of the account's."""
    visit = await ask_for(db, office, starts_at=starts_at)
    return await approve(db, settings, Approval(visit.id, office.inmate.id, await hold_of(db, visit)), STAFF, NOON)


async def asked(db: Database, office: Office, settings: Settings) -> Visit:
    """A request whose family was asked for something."""
    visit = await ask_for(db, office, note="She hears badly.")
    return await ask(db, settings, Question(visit.id, (AskFor.BETTER_ID,)), STAFF, NOON)


async def test_request_is_withdrawn_with_its_hold(db: Database, office: Office, settings: Settings) -> None:
    """Its slot is for others; the reason is the family's."""
    visit = await ask_for(db, office)
    assert (await withdraw(db, settings, visit.id, office.account.id, NOON)).status is VisitStatus.CANCELLED
    async with db.read() as uow:
        assert await uow.holds.of_visit(visit.id) is None
        row = (await uow.visits.history(visit.id))[-1]
    assert (row.reason, row.by) == ("by_visitor", f"account:{office.account.id}")


@pytest.mark.parametrize(("hours", "left"), [(24, 0), (23, 1)])
async def test_allowance_comes_back_to_who_cancels_early_enough(
    db: Database, office: Office, settings: Settings, hours: int, left: int
) -> None:
    """The rule says a day before."""
    visit = await approved(db, office, settings)
    await withdraw(db, settings, visit.id, office.account.id, MORNING - hours * HOUR)
    assert await counted(db, visit.id, office.inmate) == left
    assert await letters(db, visit) == ["approved", "cancelled"]


async def test_visit_that_has_begun_is_not_cancelled(db: Database, office: Office, settings: Settings) -> None:
    """Nor moved."""
    visit = await approved(db, office, settings)
    with pytest.raises(TooLate):
        await withdraw(db, settings, visit.id, office.account.id, MORNING)
    with pytest.raises(TooLate):
        await change(db, settings, visit.id, office.account.id, (MORNING + DAY,), MORNING)


async def test_nobody_touches_a_visit_of_somebody_else(db: Database, office: Office, settings: Settings) -> None:
    """Whatever they try, it is not theirs; what staff booked is nobody's."""
    visit = await ask_for(db, office)
    stranger = "f" * 32
    with pytest.raises(NotYours):
        await withdraw(db, settings, visit.id, stranger, NOON)
    with pytest.raises(NotYours):
        await change(db, settings, visit.id, stranger, (MORNING + DAY,), NOON)
    with pytest.raises(NotYours):
        await answer(db, settings, visit.id, stranger, Answer(note="hello"), NOON)
    assert (await stored(db, visit)).status is VisitStatus.REQUESTED


async def test_request_changes_to_the_first_slot_that_is_free(db: Database, office: Office, settings: Settings) -> None:
    """The better one is full; the old hold is free again, and the times to decide by move along."""
    full = MORNING + DAY
    for number in range(2):
        await ask_for(db, office, starts_at=full, prisoner=prisoner_of(office.other, number=str(number)))
    visit, wanted = await ask_for(db, office), MORNING + 2 * DAY
    changed = await change(db, settings, visit.id, office.account.id, (full, wanted), NOON)
    assert (changed.status, changed.starts_at) == (VisitStatus.REQUESTED, wanted)
    assert (await hold_of(db, visit)).starts_at == wanted
    async with db.read() as uow:
        request = await uow.visits.request(visit.id)
    assert request is not None
    assert (request.preferences, request.decide_by) == ((full, wanted), wanted - 48 * HOUR)


async def test_approved_visit_that_changes_is_a_request_again(db: Database, office: Office, settings: Settings) -> None:
    """Terminal and allowance are free; approving it anew counts it once."""
    visit = await approved(db, office, settings)
    changed = await change(db, settings, visit.id, office.account.id, (MORNING + DAY,), NOON)
    assert (changed.status, changed.slot) == (VisitStatus.REQUESTED, None)
    assert await counted(db, visit.id, office.inmate) == 0
    again = Approval(visit.id, office.inmate.id, await hold_of(db, visit))
    assert (await approve(db, settings, again, STAFF, NOON)).live
    assert await counted(db, visit.id, office.inmate) == 1


async def test_late_change_stays_counted_once(db: Database, office: Office, settings: Settings) -> None:
    """Too late for giving back: not now, not when the request is withdrawn after it, and never twice."""
    late = MORNING - 2 * HOUR
    visits = [await approved(db, office, settings, MORNING + number * HOUR) for number in range(2)]
    for visit in visits:
        await change(db, settings, visit.id, office.account.id, (visit.starts_at + 3 * DAY,), late)
        assert await counted(db, visit.id, office.inmate) == 1
    again = Approval(visits[0].id, office.inmate.id, await hold_of(db, visits[0]))
    await approve(db, settings, again, STAFF, late)
    await withdraw(db, settings, visits[1].id, office.account.id, late)
    assert [await counted(db, visit.id, office.inmate) for visit in visits] == [1, 1]


async def test_change_that_finds_nothing_free_changes_nothing(db: Database, office: Office, settings: Settings) -> None:
    """The approved visit keeps its slot and its allowance."""
    full = MORNING + DAY
    for number in range(2):
        await ask_for(db, office, starts_at=full, prisoner=prisoner_of(office.other, number=str(number)))
    visit = await approved(db, office, settings)
    with pytest.raises(SlotFull):
        await change(db, settings, visit.id, office.account.id, (full,), NOON)
    assert await stored(db, visit) == visit
    assert await counted(db, visit.id, office.inmate) == 1


async def test_two_families_change_to_the_last_slot(db: Database, office: Office, settings: Settings) -> None:
    """One of them has it, the other keeps what they had."""
    last = MORNING + DAY
    await ask_for(db, office, starts_at=last)
    visits = [await ask_for(db, office, starts_at=MORNING + n * HOUR) for n in range(2)]
    tried = (change(db, settings, visit.id, office.account.id, (last,), NOON) for visit in visits)
    answers = await asyncio.gather(*tried, return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["SlotFull", "Visit"]
    assert {(await hold_of(db, visit)).starts_at for visit in visits} >= {last}


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ((MORNING + 7 * MINUTE,), "not_offered"),
        ((MORNING + DAY, NOON + HOUR), "too_soon"),
        ((MORNING + 60 * DAY,), "too_far"),
    ],
)
async def test_family_asks_within_the_calendar_and_the_window(
    db: Database, office: Office, settings: Settings, wanted: tuple[datetime, ...], why: str
) -> None:
    """Every slot they name must be one."""
    visit = await ask_for(db, office)
    with pytest.raises(SlotNotOffered) as caught:
        await change(db, settings, visit.id, office.account.id, wanted, NOON)
    assert caught.value.why == why


@pytest.mark.parametrize("wanted", [(), (MORNING, MORNING), tuple(MORNING + n * DAY for n in range(4))])
async def test_between_one_and_three_slots_are_asked_for(
    db: Database, office: Office, settings: Settings, wanted: tuple[datetime, ...]
) -> None:
    """None twice."""
    visit = await ask_for(db, office)
    with pytest.raises(BadDecision):
        await change(db, settings, visit.id, office.account.id, wanted, NOON)


async def test_what_is_over_does_not_change(db: Database, office: Office, settings: Settings) -> None:
    """A cancelled visit is neither withdrawn nor changed nor answered."""
    visit = await ask_for(db, office)
    await cancel(db, settings, Cancellation(visit.id, CancelReason.WEATHER), STAFF, NOON)
    with pytest.raises(IllegalTransition):
        await withdraw(db, settings, visit.id, office.account.id, NOON)
    with pytest.raises(IllegalTransition):
        await change(db, settings, visit.id, office.account.id, (MORNING,), NOON)
    with pytest.raises(IllegalTransition):
        await answer(db, settings, visit.id, office.account.id, Answer(note="x"), NOON)


async def test_answer_corrects_and_sends_the_request_back(db: Database, office: Office, settings: Settings) -> None:
    """New proof, corrected prisoner, a word to the jail; the slot is still held, the jail has time again."""
    visit = await asked(db, office, settings)
    who = visit.visitors[0].id
    said = Answer(
        {who: ("Savita M. Kolte", identity("ZZZZZ1234F"))}, prisoner_of(office.inmate, age=33), "A new photo."
    )
    later = MORNING - 40 * HOUR
    answered = await answer(db, settings, visit.id, office.account.id, said, later)
    assert answered.status is VisitStatus.REQUESTED
    async with db.read() as uow:
        visitor = (await uow.visits.get(visit.id)).visitors[0]
        request = await uow.visits.request(visit.id)
        assert await uow.holds.of_visit(visit.id) is not None
    assert request is not None
    assert visitor.identity is not None
    assert (visitor.name, visitor.identity.id_number) == ("Savita M. Kolte", "ZZZZZ1234F")
    assert request.prisoner.age == 33
    assert request.note == "She hears badly.\nA new photo."
    assert request.decide_by > later


async def test_asked_family_may_change_the_slot_and_still_owes_the_answer(
    db: Database, office: Office, settings: Settings
) -> None:
    """Another time doesn't make the photo better."""
    visit = await asked(db, office, settings)
    changed = await change(db, settings, visit.id, office.account.id, (MORNING + DAY,), NOON)
    assert (changed.status, changed.starts_at) == (VisitStatus.ASKED, MORNING + DAY)


@pytest.mark.parametrize("said", [Answer(), Answer(note=" "), Answer({"f" * 32: ("Who", identity())})])
async def test_answer_that_answers_nothing_is_none(
    db: Database, office: Office, settings: Settings, said: Answer
) -> None:
    """Or one about somebody who isn't part of the visit."""
    visit = await asked(db, office, settings)
    with pytest.raises(BadDecision):
        await answer(db, settings, visit.id, office.account.id, said, NOON)
    assert (await stored(db, visit)).status is VisitStatus.ASKED
