"""A case: the request beside the register, with all that speaks for or against it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.deciding.approving import approve
from broker.deciding.bans import NewBan
from broker.deciding.case import load_case
from broker.deciding.commands import Approval
from broker.deciding.flags import Flag
from broker.errors import NotFound
from broker.lifecycle import Outcome
from broker.storage.database import Database
from broker.vocabulary import DecisionKind, RestrictionKind, ReviewCause
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import (
    DAY,
    HOUR,
    MORNING,
    STAFF,
    UNDERTRIAL,
    Office,
    ask_for,
    hold_of,
    identity,
    person,
    prisoner_of,
)
from tests.support.visits import furnish


async def test_case_holds_request_and_record_side_by_side(db: Database, office: Office) -> None:
    """Likeliest person first; quota, rule, hold and free days are theirs; nobody is matched by looking."""
    visit = await ask_for(db, office)
    async with db.read() as uow:
        case = await load_case(uow, visit.id, NOON)
    assert case.visit.inmate is None
    assert [one.inmate for one in case.candidates] == [office.inmate, office.other]
    assert case.candidates[0].certain
    assert case.inmate == office.inmate
    assert case.quota is not None
    assert (case.quota.limit, case.quota.left) == (2, 2)
    assert case.rule == office.version
    assert case.hold == await hold_of(db, visit)
    assert case.flags == {Flag.FIRST_VISIT}
    own = next(offer for day in case.days for offer in day.offers if offer.starts_at == MORNING)
    assert own.free == 2
    assert case.days[0].date.isoformat() == "2026-03-02"


async def test_case_may_be_looked_at_for_somebody_else(db: Database, office: Office) -> None:
    """Staff pick another person: quota and restrictions are that person's, and the match is unsure until approved."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        await uow.restrictions.add(office.other.id, RestrictionKind.NO_VIDEO, "conduct", None, STAFF, NOON)
        case = await load_case(uow, visit.id, NOON, inmate_id=office.other.id)
    assert case.inmate == office.other
    assert case.restriction is not None
    assert case.restrictions == (case.restriction,)
    assert {Flag.RESTRICTED, Flag.UNSURE_MATCH} <= case.flags


async def test_nobody_of_another_jail_can_be_picked(db: Database, office: Office) -> None:
    """Their record is not for this desk; nor is there one that doesn't exist."""
    visit = await ask_for(db, office)
    elsewhere = await furnish(db, code=12)
    async with db.read() as uow:
        for inmate_id in (elsewhere.inmate.id, 4711):
            with pytest.raises(NotFound):
                await load_case(uow, visit.id, NOON, inmate_id=inmate_id)
        with pytest.raises(NotFound):
            await load_case(uow, "0" * 32, NOON)


async def test_case_of_somebody_nobody_knows(db: Database, office: Office) -> None:
    """No candidate, so neither quota nor restrictions: flagged, and all the rest is there."""
    visit = await ask_for(
        db, office, prisoner=prisoner_of(office.inmate, name="Wu Xiaoming", father_name="", number="")
    )
    async with db.read() as uow:
        case = await load_case(uow, visit.id, NOON)
    assert (case.candidates, case.inmate, case.quota, case.no_objection) == ((), None, None, None)
    assert Flag.UNSURE_MATCH in case.flags
    assert case.days


async def test_bans_stand_beside_the_visitor_they_bar(db: Database, office: Office) -> None:
    """Only the companion is barred; a ban for somebody else in prison is none here."""
    visit = await ask_for(
        db, office, people=[person(), person("Asha More", email="asha@family.example", number="ABCDE1235F")]
    )
    proof = identity("ABCDE1235F").id_digest
    async with db.begin() as uow:
        ban = await uow.bans.add(NewBan("Asha", "x", jail_id=office.jail.id, id_digest=proof), STAFF, NOON)
        mine = NewBan("Savita", "x", jail_id=office.jail.id, inmate_id=office.other.id, id_digest=identity().id_digest)
        await uow.bans.add(mine, STAFF, NOON)
        case = await load_case(uow, visit.id, NOON)
    assert case.bans == {visit.visitors[1].id: (ban,)}
    assert Flag.BANNED in case.flags


async def test_earlier_visits_and_others_on_that_day_are_found(
    db: Database, office: Office, settings: Settings
) -> None:
    """By address or proof; a closed one is past, one still to come on the same day a duplicate."""
    then = NOON - 20 * DAY
    earlier = await ask_for(db, office, starts_at=MORNING - 21 * DAY, now=then)
    await approve(db, settings, Approval(earlier.id, office.inmate.id, await hold_of(db, earlier)), STAFF, then)
    async with db.begin() as uow:
        await uow.visits.close(earlier.id, Outcome.COMPLETED, {}, "system:worker", NOON - DAY)
        await uow.commit()
    visit = await ask_for(db, office)
    same_day = await ask_for(db, office, starts_at=MORNING + HOUR, people=[person(email="s2@family.example")])
    await ask_for(db, office, starts_at=MORNING + DAY)
    async with db.read() as uow:
        case = await load_case(uow, visit.id, NOON)
    assert [other.id for other in case.past] == [earlier.id]
    assert [other.id for other in case.duplicates] == [same_day.id]
    assert case.flags == {Flag.DUPLICATE}


async def test_case_shows_reviews_decisions_and_the_agency(db: Database, office: Office, settings: Settings) -> None:
    """Of an approved visit too: it is sure, counted, and its slot is what it holds."""
    visit = await ask_for(db, office)
    approved = await approve(db, settings, Approval(visit.id, office.inmate.id, await hold_of(db, visit)), STAFF, NOON)
    async with db.begin() as uow:
        await uow.inmates.write(office.inmate.id, replace(UNDERTRIAL, no_objection="NIA"), NOON)
        await uow.decisions.raise_review(visit.id, ReviewCause.INMATE_AWAY, "court", NOON)
        case = await load_case(uow, visit.id, NOON)
    assert case.no_objection == "NIA"
    assert case.hold == approved.slot
    assert [decision.what for decision in case.decisions] == [DecisionKind.APPROVED]
    assert [review.cause for review in case.reviews] == [ReviewCause.INMATE_AWAY]
    assert {Flag.NO_OBJECTION, Flag.UNDER_REVIEW} <= case.flags
    assert not {Flag.UNSURE_MATCH, Flag.NO_SLOT, Flag.ALLOWANCE_SPENT} & case.flags


async def test_case_without_a_rule_says_so(db: Database, office: Office) -> None:
    """A day before the state's first version: no quota, no days, a flag."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        await uow.visits.set_slot_wanted(visit.id, MORNING.replace(year=2025), MORNING.replace(year=2025) + HOUR)
        await uow.holds.release(visit_id=visit.id)
        case = await load_case(uow, visit.id, NOON)
    assert (case.rule, case.quota, case.days) == (None, None, ())
    assert {Flag.NO_RULE, Flag.NO_SLOT} <= case.flags
