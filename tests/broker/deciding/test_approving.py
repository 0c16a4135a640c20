"""Approving: into which slot, for whom, by which rule; never twice, never beyond the allowance."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from broker.deciding.approving import approve, approve_all
from broker.deciding.bans import NewBan, email_digest
from broker.deciding.commands import Approval
from broker.deciding.errors import (
    BadDecision,
    Flagged,
    InmateElsewhere,
    NobodyAdmitted,
    NoObjectionNeeded,
    NotPermitted,
    SlotNotOffered,
    TooManyVisitors,
    VisitorBanned,
)
from broker.deciding.flags import Flag
from broker.errors import IllegalTransition, InmateBooked, NotFound, SlotTaken
from broker.lifecycle import Outcome, VisitStatus
from broker.quota.errors import QuotaSpent
from broker.storage.database import Database
from broker.visit import Slot, Visit, VisitorDecision
from broker.vocabulary import BlockReason, DecisionKind, InmateStatus, RestrictionKind, ReviewCause
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import (
    DAY,
    HOUR,
    MINUTE,
    MORNING,
    STAFF,
    UNDERTRIAL,
    Office,
    ask_for,
    counted,
    hold_of,
    letters,
    person,
    prisoner_of,
    stored,
)


async def approval_of(db: Database, office: Office, visit: Visit, **changes: Any) -> Approval:
    """Approve it for the office's inmate into what it holds."""
    return replace(Approval(visit.id, office.inmate.id, await hold_of(db, visit)), **changes)


async def test_approval_takes_the_slot_counts_the_visit_and_tells_the_family(
    db: Database, office: Office, settings: Settings
) -> None:
    """The hold becomes the slot; rule, quota and slot stand in the decision; the letter is in the outbox."""
    visit = await ask_for(db, office)
    hold = await hold_of(db, visit)
    approved = await approve(db, settings, await approval_of(db, office, visit), STAFF, NOON)
    assert (approved.status, approved.slot, approved.inmate) == (VisitStatus.APPROVED, hold, office.inmate)
    assert approved.visitors[0].decision is VisitorDecision.APPROVED
    assert await counted(db, visit.id, office.inmate) == 1
    assert await letters(db, visit) == ["approved"]
    async with db.read() as uow:
        assert await uow.holds.of_visit(visit.id) is None
        (decision,) = await uow.decisions.of_visit(visit.id)
    assert (decision.what, decision.by, decision.rule_version_id) == (DecisionKind.APPROVED, STAFF, office.version.id)
    assert decision.details["quota"]["left"] == 1
    assert decision.details["slot"]["terminal"] == hold.terminal_id


async def test_second_superintendent_finds_it_decided(db: Database, office: Office, settings: Settings) -> None:
    """Both press at once: one approval, one letter, one visit counted."""
    visit = await ask_for(db, office)
    approval = await approval_of(db, office, visit)
    tried = (approve(db, settings, approval, f"staff:{number}", NOON) for number in (7, 8))
    answers = await asyncio.gather(*tried, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["IllegalTransition", "Visit"]
    assert await counted(db, visit.id, office.inmate) == 1
    assert await letters(db, visit) == ["approved"]


async def test_allowance_is_never_overspent_by_many_at_once(db: Database, office: Office, settings: Settings) -> None:
    """Five requests, two visits a month: two are approved, and nothing of the others is left behind."""
    visits = [await ask_for(db, office, starts_at=MORNING + number * DAY) for number in range(5)]
    approvals = [await approval_of(db, office, visit) for visit in visits]
    tried = (approve(db, settings, approval, STAFF, NOON) for approval in approvals)
    answers = await asyncio.gather(*tried, return_exceptions=True)
    spent = [answer for answer in answers if isinstance(answer, QuotaSpent)]
    assert len(spent) == 3
    assert {str(error.next_date) for error in spent} == {"2026-04-01"}
    assert sum([await counted(db, visit.id, office.inmate) for visit in visits]) == 2
    statuses = [(await stored(db, visit)).status for visit in visits]
    assert sorted(statuses) == ["approved", "approved", "requested", "requested", "requested"]
    assert all([await hold_of(db, v) for v, status in zip(visits, statuses, strict=True) if status == "requested"])


async def test_two_requests_never_get_one_slot(db: Database, office: Office, settings: Settings) -> None:
    """Two superintendents choose the same free slot for two requests: one of them hears that it is taken."""
    visits = [await ask_for(db, office, starts_at=MORNING + number * HOUR) for number in range(2)]
    free = MORNING + 3 * HOUR
    slot = Slot(office.terminals[0].id, free, free + 15 * MINUTE)
    tried = (approve(db, settings, Approval(v.id, office.inmate.id, slot), STAFF, NOON) for v in visits)
    answers = await asyncio.gather(*tried, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["SlotTaken", "Visit"]


@pytest.mark.parametrize("what", ["elsewhere", "nobody", "banned", "stranger", "unsaid", "many"])
async def test_people_who_may_not_meet_are_not_approved(
    db: Database, office: Office, settings: Settings, what: str
) -> None:
    """Each its own refusal, and nothing is changed by it."""
    people = [person(), person("Asha More", email="asha@family.example", number="ABCDE1235F")]
    if what == "many":
        people.append(person("Ravi More", email="ravi@family.example", number="ABCDE1236F"))
    visit = await ask_for(db, office, people=people)
    approval = await approval_of(db, office, visit)
    error: type[Exception] = TooManyVisitors
    async with db.begin() as uow:
        if what == "elsewhere":
            await uow.inmates.set_status(office.inmate.id, InmateStatus.RELEASED, NOON)
            error = InmateElsewhere
        elif what == "nobody":
            approval = replace(approval, refused={visitor.id: "not on the list" for visitor in visit.visitors})
            error = NobodyAdmitted
        elif what == "banned":
            ban = NewBan(
                "Asha More", "contraband", jail_id=office.jail.id, email_digest=email_digest("ASHA@family.example")
            )
            await uow.bans.add(ban, STAFF, NOON)
            error = VisitorBanned
        elif what == "stranger":
            approval, error = replace(approval, refused={"f" * 32: "who"}), BadDecision
        elif what == "unsaid":
            approval, error = replace(approval, refused={visit.visitors[1].id: " "}), BadDecision
        await uow.commit()
    with pytest.raises(error):
        await approve(db, settings, approval, STAFF, NOON)
    assert (await stored(db, visit)).status is VisitStatus.REQUESTED
    assert await counted(db, visit.id, office.inmate) == 0
    assert await letters(db, visit) == []


async def test_some_visitors_may_come_and_others_not(db: Database, office: Office, settings: Settings) -> None:
    """A banned companion is refused with the reason; who is left is approved."""
    visit = await ask_for(db, office, people=[person(), person("Asha More", email="asha@family.example")])
    asha = visit.visitors[1].id
    approval = await approval_of(db, office, visit, refused={asha: "Not on the list of visitors."})
    approved = await approve(db, settings, approval, STAFF, NOON)
    assert [visitor.id for visitor in approved.admitted] == [visit.visitors[0].id]
    assert approved.visitors[1].decision_reason == "Not on the list of visitors."


@pytest.mark.parametrize("kind", RestrictionKind)
async def test_restriction_stands_against_a_family_video_call_until_its_last_day(
    db: Database, office: Office, settings: Settings, kind: RestrictionKind
) -> None:
    """Whichever it is, on the day itself; not on the day after."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        await uow.restrictions.add(office.inmate.id, kind, "conduct", MORNING.date(), STAFF, NOON)
        await uow.commit()
    with pytest.raises(NotPermitted):
        await approve(db, settings, await approval_of(db, office, visit), STAFF, NOON)
    later = await ask_for(db, office, starts_at=MORNING + DAY)
    assert (await approve(db, settings, await approval_of(db, office, later), STAFF, NOON)).live


async def test_no_objection_is_asked_for_where_an_agency_has_a_say(
    db: Database, office: Office, settings: Settings
) -> None:
    """Named by the register; approved once somebody says that it has been seen."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        held = replace(UNDERTRIAL, jail_id=office.jail.id, no_objection="NIA, Mumbai")
        await uow.inmates.write(office.inmate.id, held, NOON)
        await uow.commit()
    approval = await approval_of(db, office, visit)
    with pytest.raises(NoObjectionNeeded) as caught:
        await approve(db, settings, approval, STAFF, NOON)
    assert caught.value.agency == "NIA, Mumbai"
    assert (await approve(db, settings, replace(approval, no_objection=True), STAFF, NOON)).live


@pytest.mark.parametrize(
    ("offset", "why"), [(7 * MINUTE, "not_offered"), (12 * HOUR, "not_offered"), (-8 * DAY, "past")]
)
async def test_only_slots_of_the_calendar_are_given(
    db: Database, office: Office, settings: Settings, offset: timedelta, why: str
) -> None:
    """Not between two slots, not outside of hours, not in the past."""
    visit = await ask_for(db, office)
    slot = Slot(office.terminals[0].id, MORNING + offset, MORNING + offset + 15 * MINUTE)
    with pytest.raises(SlotNotOffered) as caught:
        await approve(db, settings, Approval(visit.id, office.inmate.id, slot), STAFF, NOON)
    assert caught.value.why == why


async def test_blocked_slot_is_not_given_even_to_the_request_that_holds_it(
    db: Database, office: Office, settings: Settings
) -> None:
    """The day was blocked after the family asked."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        await uow.calendars.block(
            office.jail.id, MORNING - HOUR, MORNING + HOUR, reason=BlockReason.LOCKDOWN, note="", by=STAFF, now=NOON
        )
        await uow.commit()
    with pytest.raises(SlotNotOffered) as caught:
        await approve(db, settings, await approval_of(db, office, visit), STAFF, NOON)
    assert caught.value.why == "blocked"


async def test_slot_on_a_counter_is_no_slot_of_a_video_call(db: Database, office: Office, settings: Settings) -> None:
    """Video visits get terminals."""
    visit = await ask_for(db, office)
    slot = Slot(office.counter.id, MORNING, MORNING + 15 * MINUTE)
    with pytest.raises((NotFound, SlotTaken)):
        await approve(db, settings, Approval(visit.id, office.inmate.id, slot), STAFF, NOON)


async def test_special_session_leaves_allowance_and_hours_aside(
    db: Database, office: Office, settings: Settings
) -> None:
    """A third visit of the month, at seven in the evening, with its reason on paper; nothing of it is counted."""
    for number in range(2):
        visit = await ask_for(db, office, starts_at=MORNING + number * DAY)
        await approve(db, settings, await approval_of(db, office, visit), STAFF, NOON)
    visit = await ask_for(db, office, starts_at=MORNING + 2 * DAY)
    evening = Slot(office.terminals[0].id, MORNING + 9 * HOUR, MORNING + 9 * HOUR + 40 * MINUTE)
    approval = await approval_of(db, office, visit, slot=evening, special="His mother has died.")
    approved = await approve(db, settings, approval, STAFF, NOON)
    assert approved.slot == evening
    assert await counted(db, visit.id, office.inmate) == 0
    async with db.read() as uow:
        (decision,) = await uow.decisions.of_visit(visit.id)
        history = await uow.visits.history(visit.id)
    assert (decision.what, decision.text) == (DecisionKind.SPECIAL, "His mother has died.")
    assert decision.details["quota"]["left"] == 0
    assert history[-1].reason == "His mother has died."


async def test_special_session_is_still_barred_by_a_restriction(
    db: Database, office: Office, settings: Settings
) -> None:
    """Hours and allowance are the jail's; a restriction is lifted first."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        await uow.restrictions.add(office.inmate.id, RestrictionKind.NO_VISITS, "court", None, STAFF, NOON)
        await uow.commit()
    with pytest.raises(NotPermitted):
        await approve(db, settings, await approval_of(db, office, visit, special="mercy"), STAFF, NOON)


async def test_inmate_of_another_jail_is_unknown(db: Database, office: Office, settings: Settings) -> None:
    """So is one that doesn't exist."""
    visit = await ask_for(db, office)
    with pytest.raises(NotFound):
        await approve(db, settings, await approval_of(db, office, visit, inmate_id=4711), STAFF, NOON)


async def test_approval_settles_what_was_to_be_looked_at(db: Database, office: Office, settings: Settings) -> None:
    """A request under review that is approved all the same is in no queue any more."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        await uow.decisions.raise_review(visit.id, ReviewCause.DAY_BLOCKED, "", NOON)
        await uow.commit()
    await approve(db, settings, await approval_of(db, office, visit), STAFF, NOON)
    async with db.read() as uow:
        assert await uow.decisions.open_reviews([office.jail.id]) == []


async def came_before(db: Database, office: Office, settings: Settings) -> None:
    """A completed visit of the family's in February, so that nothing about them is new."""
    then = NOON - 20 * DAY
    visit = await ask_for(db, office, starts_at=MORNING - 21 * DAY, now=then)
    await approve(db, settings, await approval_of(db, office, visit), STAFF, then)
    async with db.begin() as uow:
        await uow.visits.close(visit.id, Outcome.COMPLETED, {}, "system:worker", NOON - 10 * DAY)
        await uow.commit()


async def test_all_that_nothing_stands_against_are_approved_at_once(
    db: Database, office: Office, settings: Settings
) -> None:
    """Known people, a certain match, a slot that waits: approved. A note, an unsure match, a decided one: each says why
    it was not.
    """
    await came_before(db, office, settings)
    clear = await ask_for(db, office)
    noted = await ask_for(db, office, starts_at=MORNING + DAY, note="She hears badly.")
    unsure = await ask_for(db, office, starts_at=MORNING + 2 * DAY, prisoner=prisoner_of(office.inmate, age=40))
    asked = [clear.id, noted.id, unsure.id, clear.id]
    first = await approve_all(db, settings, asked, STAFF, NOON)
    assert list(first) == [clear.id, noted.id, unsure.id]
    assert isinstance(first[clear.id], Visit)
    for visit, flag in ((noted, Flag.NOTE), (unsure, Flag.UNSURE_MATCH)):
        error = first[visit.id]
        assert isinstance(error, Flagged)
        assert error.flags == (flag,)
    again = await approve_all(db, settings, [clear.id, "0" * 32], STAFF, NOON)
    assert isinstance(again[clear.id], IllegalTransition)
    assert isinstance(again["0" * 32], NotFound)


async def test_bulk_approval_stops_where_the_allowance_does(db: Database, office: Office, settings: Settings) -> None:
    """Each is looked at after the one before was approved: the third has a flag by then."""
    await came_before(db, office, settings)
    visits = [await ask_for(db, office, starts_at=MORNING + number * DAY) for number in range(3)]
    answers = await approve_all(db, settings, [visit.id for visit in visits], STAFF, NOON)
    kinds = [type(answer).__name__ for answer in answers.values()]
    assert kinds == ["Visit", "Visit", "Flagged"]


@pytest.mark.parametrize("special", ["", "Her mother is dying."])
async def test_a_person_who_has_a_visit_then_gets_no_other_whatever_is_free(
    db: Database, office: Office, settings: Settings, special: str
) -> None:
    """Not even outside the ordinary rules: they can be in one place only. Nothing is counted, and nobody is told."""
    first = await ask_for(db, office)
    second = await ask_for(
        db, office, people=[person("Anita Kolte", email="anita@family.example", number="AAAPA1234A")]
    )
    await approve(db, settings, await approval_of(db, office, first), STAFF, NOON)
    with pytest.raises(InmateBooked):
        await approve(db, settings, await approval_of(db, office, second, special=special), STAFF, NOON)
    assert (await stored(db, second)).status is VisitStatus.REQUESTED
    assert await counted(db, second.id, office.inmate) == 0
    assert await letters(db, second) == []
    for_another = await approval_of(db, office, second, inmate_id=office.other.id, special=special)
    assert (await approve(db, settings, for_another, STAFF, NOON)).slot is not None
