"""After the decision: cancelled, moved, closed; what becomes of slot and allowance, and what the family hears."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from broker.deciding.approving import approve
from broker.deciding.bans import NewBan, email_digest
from broker.deciding.cancelling import MISSED, NOT_THEIR_FAULT, cancel, cancel_many, close, reschedule
from broker.deciding.commands import Approval, Cancellation, Reschedule
from broker.deciding.errors import (
    BadDecision,
    InmateElsewhere,
    NotPermitted,
    SlotNotOffered,
    TooLate,
    VisitorBanned,
)
from broker.errors import BrokerError, IllegalTransition, NotFound, SlotTaken
from broker.lifecycle import Outcome, VisitStatus
from broker.quota.errors import QuotaSpent
from broker.reasons import CancelReason
from broker.storage.database import Database
from broker.visit import Slot, Visit
from broker.vocabulary import DecisionKind, InmateStatus, RestrictionKind
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
    letters,
    stored,
)

LOCKDOWN = CancelReason.LOCKDOWN


async def approved(
    db: Database, office: Office, settings: Settings, starts_at: datetime = MORNING, *, special: str = ""
) -> Visit:
    """An approved visit to the office's inmate."""
    visit = await ask_for(db, office, starts_at=starts_at)
    approval = Approval(visit.id, office.inmate.id, await hold_of(db, visit), special=special)
    return await approve(db, settings, approval, STAFF, NOON)


def at(office: Office, starts_at: datetime, terminal: int = 0) -> Slot:
    """A slot of fifteen minutes."""
    return Slot(office.terminals[terminal].id, starts_at, starts_at + 15 * MINUTE)


async def test_cancellation_frees_slot_and_allowance(db: Database, office: Office, settings: Settings) -> None:
    """Another family gets both; the first one is told why."""
    visit = await approved(db, office, settings)
    cancelled = await cancel(db, settings, Cancellation(visit.id, LOCKDOWN, "Water in the hall."), STAFF, NOON)
    assert cancelled.status is VisitStatus.CANCELLED
    assert await counted(db, visit.id, office.inmate) == 0
    assert await letters(db, visit) == ["approved", "cancelled"]
    async with db.read() as uow:
        decision = (await uow.decisions.of_visit(visit.id))[-1]
    assert (decision.what, decision.reason, decision.text) == (
        DecisionKind.CANCELLED,
        "lockdown",
        "Water in the hall.",
    )
    assert decision.details["given_back"] == 1
    again = await approved(db, office, settings)
    assert again.slot == visit.slot


async def test_undecided_request_is_cancelled_with_its_hold(db: Database, office: Office, settings: Settings) -> None:
    """Nothing was counted, so nothing is given back."""
    visit = await ask_for(db, office)
    await cancel(db, settings, Cancellation(visit.id, CancelReason.BOOKED_IN_ERROR), STAFF, NOON)
    async with db.read() as uow:
        assert await uow.holds.of_visit(visit.id) is None
        assert await uow.quotas.entries(office.inmate.id) == []


async def test_two_who_cancel_at_once_give_back_once(db: Database, office: Office, settings: Settings) -> None:
    """One of them hears that it is cancelled; one letter, one visit given back."""
    visit = await approved(db, office, settings)
    tried = (cancel(db, settings, Cancellation(visit.id, LOCKDOWN), f"staff:{n}", NOON) for n in (7, 8))
    answers = await asyncio.gather(*tried, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["IllegalTransition", "Visit"]
    assert await counted(db, visit.id, office.inmate) == 0
    assert await letters(db, visit) == ["approved", "cancelled"]


@pytest.mark.parametrize(
    ("reason", "text", "field"), [(CancelReason.BY_VISITOR, "x", "reason"), (CancelReason.OTHER, " ", "text")]
)
async def test_jail_gives_its_own_reasons(  # noqa: PLR0917 - fixtures and a case
    db: Database, office: Office, settings: Settings, reason: CancelReason, text: str, field: str
) -> None:
    """Not the family's; and words where the reason has none. For many at once too."""
    visit = await approved(db, office, settings)
    with pytest.raises(BadDecision) as caught:
        await cancel(db, settings, Cancellation(visit.id, reason, text), STAFF, NOON)
    assert caught.value.field == field
    with pytest.raises(BadDecision):
        await cancel_many(db, settings, [visit.id], reason, text, STAFF, NOON)
    assert (await stored(db, visit)).live


async def test_what_is_open_or_over_is_not_cancelled(db: Database, office: Office, settings: Settings) -> None:
    """An open session is ended, not cancelled; one that is over waits for its outcome."""
    visit = await approved(db, office, settings)
    with pytest.raises(TooLate):
        await cancel(db, settings, Cancellation(visit.id, LOCKDOWN), STAFF, visit.ends_at)
    async with db.begin() as uow:
        await uow.visits.move(visit.id, VisitStatus.OPEN, STAFF, "", MORNING)
        await uow.commit()
    with pytest.raises(IllegalTransition):
        await cancel(db, settings, Cancellation(visit.id, LOCKDOWN), STAFF, MORNING)


async def test_lockdown_cancels_many_and_tells_each_family(db: Database, office: Office, settings: Settings) -> None:
    """Approved and undecided ones; what can't be cancelled says why, and keeps nobody else waiting."""
    first, second = await approved(db, office, settings), await ask_for(db, office, starts_at=MORNING + HOUR)
    over = await ask_for(db, office, starts_at=MORNING + 2 * HOUR)
    await cancel(db, settings, Cancellation(over.id, CancelReason.WEATHER), STAFF, NOON)
    answers = await cancel_many(db, settings, [first.id, over.id, "0" * 32, second.id], LOCKDOWN, "", STAFF, NOON)
    assert [type(answer).__name__ for answer in answers.values()] == [
        "Visit",
        "IllegalTransition",
        "NotFound",
        "Visit",
    ]
    assert (await letters(db, first))[-1] == (await letters(db, second))[-1] == "cancelled"


async def test_visit_moves_to_another_slot(db: Database, office: Office, settings: Settings) -> None:
    """Still approved, still counted once, the old slot free, the family told of both times."""
    visit = await approved(db, office, settings)
    there = at(office, MORNING + 2 * DAY, terminal=1)
    moved = await reschedule(db, settings, Reschedule(visit.id, there, "The room is being painted."), STAFF, NOON)
    assert (moved.status, moved.slot) == (VisitStatus.APPROVED, there)
    assert await counted(db, visit.id, office.inmate) == 1
    assert await letters(db, visit) == ["approved", "changed"]
    async with db.read() as uow:
        decision = (await uow.decisions.of_visit(visit.id))[-1]
        assert await uow.holds.of_visit(visit.id) is None
    assert decision.what is DecisionKind.MOVED
    assert decision.details["before"]["starts_at"] == MORNING.isoformat()
    assert (await approved(db, office, settings)).slot == visit.slot


async def test_moving_into_another_month_counts_there(db: Database, office: Office, settings: Settings) -> None:
    """April's allowance has room; March's is free again. When April's is spent, the visit stays where it was."""
    visits = [await approved(db, office, settings, MORNING + number * DAY) for number in range(2)]
    april = MORNING + 24 * DAY
    await reschedule(db, settings, Reschedule(visits[0].id, at(office, april), "moved"), STAFF, NOON)
    third = await approved(db, office, settings, MORNING + 3 * DAY)
    await reschedule(db, settings, Reschedule(third.id, at(office, april + HOUR), "moved"), STAFF, NOON)
    with pytest.raises(QuotaSpent):
        await reschedule(db, settings, Reschedule(visits[1].id, at(office, april + 2 * HOUR), "moved"), STAFF, NOON)
    assert (await stored(db, visits[1])).slot == visits[1].slot
    assert [await counted(db, visit.id, office.inmate) for visit in (*visits, third)] == [1, 1, 1]


async def test_special_visit_stays_special_when_it_moves(db: Database, office: Office, settings: Settings) -> None:
    """Not counted before, not counted after, at whatever hour."""
    visit = await approved(db, office, settings, special="mercy")
    evening = at(office, MORNING + 10 * HOUR)
    assert (await reschedule(db, settings, Reschedule(visit.id, evening, "later"), STAFF, NOON)).slot == evening
    assert await counted(db, visit.id, office.inmate) == 0


@pytest.mark.parametrize("what", ["untold", "off", "past", "taken", "restricted", "released", "banned", "begun"])
async def test_visit_is_not_moved_where_it_could_not_be_approved(
    db: Database, office: Office, settings: Settings, what: str
) -> None:
    """Each its own refusal; the visit keeps its slot."""
    visit = await approved(db, office, settings)
    move, now = Reschedule(visit.id, at(office, MORNING + DAY), "moved"), NOON
    error: type[BrokerError] = BadDecision
    async with db.begin() as uow:
        match what:
            case "untold":
                move = Reschedule(visit.id, move.slot, " ")
            case "off":
                move, error = Reschedule(visit.id, at(office, MORNING + 7 * MINUTE), "moved"), SlotNotOffered
            case "past":
                move, error = Reschedule(visit.id, at(office, NOON - DAY), "moved"), SlotNotOffered
            case "restricted":
                await uow.restrictions.add(office.inmate.id, RestrictionKind.NO_VIDEO, "", None, STAFF, NOON)
                error = NotPermitted
            case "released":
                await uow.inmates.set_status(office.inmate.id, InmateStatus.RELEASED, NOON)
                error = InmateElsewhere
            case "banned":
                known = email_digest(visit.visitors[0].email)
                await uow.bans.add(NewBan("x", "x", state_code=27, email_digest=known), STAFF, NOON)
                error = VisitorBanned
            case "begun":
                now, error = MORNING + timedelta(seconds=1), TooLate
        await uow.commit()
    if what == "taken":
        other = await approved(db, office, settings, MORNING + DAY)
        assert other.slot is not None
        move, error = Reschedule(visit.id, other.slot, "moved"), SlotTaken
    with pytest.raises(error):
        await reschedule(db, settings, move, STAFF, now)
    assert (await stored(db, visit)).slot == visit.slot
    assert await counted(db, visit.id, office.inmate) == 1


async def test_only_approved_visits_are_moved(db: Database, office: Office, settings: Settings) -> None:
    """A request is approved into a slot instead."""
    visit = await ask_for(db, office)
    with pytest.raises(IllegalTransition):
        await reschedule(db, settings, Reschedule(visit.id, at(office, MORNING), "moved"), STAFF, NOON)
    with pytest.raises(NotFound):
        await reschedule(db, settings, Reschedule("0" * 32, at(office, MORNING), "moved"), STAFF, NOON)


@pytest.mark.parametrize("outcome", Outcome)
async def test_outcome_decides_about_allowance_and_letter(
    db: Database, office: Office, settings: Settings, outcome: Outcome
) -> None:
    """What failed the family is given back and made good; what the family missed is said; anything else is over."""
    visit = await approved(db, office, settings)
    async with db.begin() as uow:
        closed = await close(
            uow, settings, visit.id, outcome, {visit.visitors[0].id: 3.0}, by="system:worker", now=visit.ends_at
        )
        await uow.commit()
    assert (closed.status, closed.outcome) == (VisitStatus.CLOSED, outcome)
    expected = "makeup" if outcome in NOT_THEIR_FAULT else "missed" if outcome in MISSED else None
    assert (await letters(db, visit))[1:] == ([] if expected is None else [expected])
    assert await counted(db, visit.id, office.inmate) == (0 if outcome in NOT_THEIR_FAULT else 1)
