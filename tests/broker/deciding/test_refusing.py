"""Refusing, asking, escalating and lapsing: what is recorded, what the family reads, what stays untouched."""

from __future__ import annotations

from datetime import date

import pytest

from broker.deciding.commands import Question, Refusal
from broker.deciding.errors import BadDecision
from broker.deciding.refusing import WORKER, ask, escalate, lapse, refuse
from broker.errors import IllegalTransition, NotFound
from broker.lifecycle import VisitStatus
from broker.mail.offers import Offer
from broker.reasons import STAFF_REFUSES, AskFor, RefusalReason
from broker.storage.database import Database
from broker.visit import Visit
from broker.vocabulary import DecisionKind, QuotaReason
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import DAY, HOUR, MORNING, STAFF, Office, ask_for, counted, letters, stored


async def test_refusal_says_why_frees_the_slot_and_cites_the_rule(
    db: Database, office: Office, settings: Settings
) -> None:
    """No allowance left: the letter cites the allowance and offers the day on which there is one again."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        for number in range(2):
            await uow.quotas.adjust(
                office.inmate.id,
                visit.kind,
                visit.mode,
                MORNING.date(),
                1,
                note=f"line {number}",
                by=STAFF,
                now=NOON,
                version=office.version,
            )
        await uow.commit()
    refusal = Refusal(visit.id, RefusalReason.NO_ALLOWANCE, inmate_id=office.inmate.id)
    refused = await refuse(db, settings, refusal, STAFF, NOON)
    assert refused.status is VisitStatus.REFUSED
    async with db.read() as uow:
        (decision,) = await uow.decisions.of_visit(visit.id)
        (letter,) = await uow.outbox.for_visit(visit.id)
        assert await uow.holds.of_visit(visit.id) is None
    assert (decision.what, decision.reason) == (DecisionKind.REFUSED, "no_allowance")
    assert decision.rule_version_id == office.version.id
    assert decision.details["quota"]["used"] == 2
    assert decision.details["offer"]["from_date"] == "2026-04-01"
    assert "version 1 of the state's rule" in letter.text.replace("\n", " ")
    assert "April" in letter.text


@pytest.mark.parametrize("reason", STAFF_REFUSES)
async def test_every_reason_can_be_given(
    db: Database, office: Office, settings: Settings, reason: RefusalReason
) -> None:
    """Each makes one letter, and stands in the history."""
    visit = await ask_for(db, office)
    await refuse(db, settings, Refusal(visit.id, reason, "In our own words."), STAFF, NOON)
    assert await letters(db, visit) == ["refused"]
    async with db.read() as uow:
        assert (await uow.visits.history(visit.id))[-1].reason == reason.value


@pytest.mark.parametrize(
    ("refusal", "field"),
    [
        (Refusal("", RefusalReason.OTHER, "  "), "text"),
        (Refusal("", RefusalReason.NOT_DECIDED), "reason"),
        (Refusal("", RefusalReason.SLOT_UNAVAILABLE, offer=Offer(slots=(NOON - HOUR,))), "offer"),
    ],
)
async def test_refusal_that_says_nothing_is_none(
    db: Database, office: Office, settings: Settings, refusal: Refusal, field: str
) -> None:
    """`other` without words, the worker's own reason, an offer of yesterday."""
    visit = await ask_for(db, office)
    with pytest.raises(BadDecision) as caught:
        await refuse(db, settings, Refusal(visit.id, refusal.reason, refusal.text, refusal.offer), STAFF, NOON)
    assert caught.value.field == field
    assert (await stored(db, visit)).status is VisitStatus.REQUESTED


async def test_offered_slots_stand_in_the_decision(db: Database, office: Office, settings: Settings) -> None:
    """What the family may take instead, and from when."""
    visit = await ask_for(db, office)
    offer = Offer((MORNING + DAY,), date(2026, 3, 10))
    await refuse(db, settings, Refusal(visit.id, RefusalReason.SLOT_UNAVAILABLE, offer=offer), STAFF, NOON)
    async with db.read() as uow:
        (decision,) = await uow.decisions.of_visit(visit.id)
    assert decision.details["offer"] == {"slots": [(MORNING + DAY).isoformat()], "from_date": "2026-03-10"}


async def test_refusal_is_final(db: Database, office: Office, settings: Settings) -> None:
    """A second one, and one of a visit or for an inmate that nobody knows, change nothing."""
    visit = await ask_for(db, office)
    with pytest.raises(NotFound):
        await refuse(db, settings, Refusal(visit.id, RefusalReason.RELEASED, inmate_id=4711), STAFF, NOON)
    await refuse(db, settings, Refusal(visit.id, RefusalReason.RELEASED), STAFF, NOON)
    with pytest.raises(IllegalTransition):
        await refuse(db, settings, Refusal(visit.id, RefusalReason.MOVED), STAFF, NOON)
    with pytest.raises(NotFound):
        await refuse(db, settings, Refusal("0" * 32, RefusalReason.MOVED), STAFF, NOON)
    assert await letters(db, visit) == ["refused"]


async def test_question_goes_to_the_family_and_keeps_the_slot(db: Database, office: Office, settings: Settings) -> None:
    """What is wanted stands in the decision; nobody else gets the slot meanwhile."""
    visit = await ask_for(db, office)
    question = Question(visit.id, (AskFor.BETTER_ID, AskFor.RELATIONSHIP, AskFor.BETTER_ID), "The photo is dark.")
    asked = await ask(db, settings, question, STAFF, NOON)
    assert asked.status is VisitStatus.ASKED
    assert await letters(db, visit) == ["asked"]
    async with db.read() as uow:
        assert await uow.holds.of_visit(visit.id) is not None
        (decision,) = await uow.decisions.of_visit(visit.id)
    assert decision.details["wants"] == ["better_id", "relationship"]
    with pytest.raises(IllegalTransition):
        await ask(db, settings, question, STAFF, NOON)


@pytest.mark.parametrize(("wants", "field"), [((), "wants"), ((AskFor.OTHER,), "text")])
async def test_question_without_a_question_is_none(
    db: Database, office: Office, settings: Settings, wants: tuple[AskFor, ...], field: str
) -> None:
    """Nothing wanted, or something else without saying what."""
    visit = await ask_for(db, office)
    with pytest.raises(BadDecision) as caught:
        await ask(db, settings, Question(visit.id, wants), STAFF, NOON)
    assert caught.value.field == field


async def escalated(db: Database, visit: Visit, hours_before: float) -> bool:
    """Try to escalate so many hours before the slot."""
    async with db.begin() as uow:
        found = await escalate(uow, visit.id, MORNING - hours_before * HOUR)
        await uow.commit()
    return found is not None


async def test_request_is_escalated_once_and_not_before_its_time(
    db: Database, office: Office, settings: Settings
) -> None:
    """From 48 hours before its slot on, unless it was decided."""
    late, decided = await ask_for(db, office), await ask_for(db, office, starts_at=MORNING + HOUR)
    await refuse(db, settings, Refusal(decided.id, RefusalReason.MOVED), STAFF, NOON)
    assert not await escalated(db, late, 48.1)
    assert not await escalated(db, decided, 1)
    assert [await escalated(db, late, 48), await escalated(db, late, 47)] == [True, False]
    async with db.read() as uow:
        request = await uow.visits.request(late.id)
        kinds = [decision.what for decision in await uow.decisions.of_visit(late.id)]
    assert request is not None
    assert request.escalated_at == MORNING - 48 * HOUR
    assert kinds == [DecisionKind.ESCALATED]


@pytest.mark.parametrize(("asked", "reason"), [(False, RefusalReason.NOT_DECIDED), (True, RefusalReason.NOT_ANSWERED)])
async def test_request_that_nobody_decided_lapses(
    db: Database,
    office: Office,
    settings: Settings,
    asked: bool,  # noqa: FBT001 - pytest passes it by name
    reason: RefusalReason,
) -> None:
    """Refused by the worker, with whoever kept it waiting as the reason, and nothing of the allowance touched."""
    visit = await ask_for(db, office)
    if asked:
        await ask(db, settings, Question(visit.id, (AskFor.BETTER_ID,)), STAFF, NOON)
    assert await lapse(db, settings, visit.id, MORNING - 13 * HOUR) is None
    lapsed = await lapse(db, settings, visit.id, MORNING - 12 * HOUR)
    assert lapsed is not None
    assert lapsed.status is VisitStatus.REFUSED
    assert await lapse(db, settings, visit.id, MORNING) is None
    async with db.read() as uow:
        decision = (await uow.decisions.of_visit(visit.id))[-1]
        assert await uow.quotas.entries(office.inmate.id) == []
    assert (decision.what, decision.by, decision.reason) == (DecisionKind.LAPSED, WORKER, reason.value)
    assert (await letters(db, visit))[-1] == "refused"


async def test_refusal_gives_back_what_a_late_change_still_counted(
    db: Database, office: Office, settings: Settings
) -> None:
    """Whatever a refused visit had of the allowance, it has no more."""
    visit = await ask_for(db, office)
    async with db.begin() as uow:
        await uow.quotas.spend(
            visit.id,
            office.inmate,
            visit.kind,
            visit.mode,
            MORNING.date(),
            version=office.version,
            by=STAFF,
            now=NOON,
        )
        await uow.commit()
    await refuse(db, settings, Refusal(visit.id, RefusalReason.SLOT_UNAVAILABLE), STAFF, NOON)
    assert await counted(db, visit.id, office.inmate) == 0
    async with db.read() as uow:
        assert (await uow.quotas.entries(office.inmate.id))[0].reason is QuotaReason.CANCELLED
