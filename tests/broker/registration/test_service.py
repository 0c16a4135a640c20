"""Holding, proving, and making the visit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.onetime import CodeExpired, Throttled, WrongCode
from broker.registration.draft import Step
from broker.registration.errors import CodeRefused, DraftGone, Incomplete, NoSuchJail, NotBegun, SlotsGone
from broker.registration.service import HELD_FOR, Desk, Typed, begin, finish
from broker.visit import VisitStatus
from tests.support.family import other
from tests.support.registering import (
    FIRST_SLOT,
    MONDAY,
    QUARTER,
    Bookable,
    a_rule,
    bookable,
    code_sent_to,
    drafted,
    typed,
)

EMAIL = "savita1@family.example"


async def test_a_slot_is_held_for_ten_minutes_while_the_code_is_on_its_way(desk: Desk, jail: Bookable) -> None:
    """The hold is the draft's, on a terminal of the jail, and a letter with a code is queued."""
    draft = await begin(desk, (await drafted(desk.db, typed(jail))).id, MONDAY)
    assert draft.sent
    assert (draft.sent.email, draft.sent.mobile, draft.sent.starts_at) == (EMAIL, "", FIRST_SLOT)
    async with desk.db.read() as uow:
        held = await uow.holds.of_draft(draft.id, MONDAY)
    assert held
    assert held[0].starts_at == FIRST_SLOT
    assert held[1] == MONDAY + HELD_FOR
    assert await code_sent_to(desk.db, EMAIL)


async def test_the_right_code_makes_a_request_that_holds_its_slot(desk: Desk, jail: Bookable) -> None:
    """A VisRN, an account, the hold without an end, the photo, a letter; and nothing left of the draft."""
    draft = await drafted(desk.db, typed(jail))
    await begin(desk, draft.id, MONDAY)
    visit = await finish(desk, draft.id, Typed(await code_sent_to(desk.db, EMAIL)), MONDAY + timedelta(minutes=3))
    assert visit.status is VisitStatus.REQUESTED
    assert str(visit.visrn) == "27/11/1/2026"
    assert visit.inmate is None
    async with desk.db.read() as uow:
        slot = await uow.holds.of_visit(visit.id)
        asked = await uow.visits.request(visit.id)
        account = await uow.accounts.by_email(EMAIL)
        kept = await uow.drafts.get(draft.id, MONDAY)
        letters = [mail.name for mail in await uow.outbox.for_visit(visit.id)]
        photo = await uow.documents.get(visit.visitors[0].identity.document_id)  # type: ignore[union-attr,arg-type]
    assert slot
    assert slot.starts_at == FIRST_SLOT
    assert asked
    assert asked.prisoner.name == "Sanjay Kolte"
    assert (asked.decide_by, asked.lapse_at) == jail.version.rule.deadlines(FIRST_SLOT, MONDAY + timedelta(minutes=3))
    assert account
    assert (visit.account_id, photo.account_id, photo.draft_id) == (account.id, account.id, None)
    assert account.profile["steps"]["you"]["name"] == "Savita Kolte"
    assert (kept.visit_id, dict(kept.steps)) == (visit.id, {})
    assert letters == ["registered"]


async def test_sending_the_code_twice_is_one_visit(desk: Desk, jail: Bookable) -> None:
    """The second press gets the same number, though the code is used up."""
    draft = await drafted(desk.db, typed(jail))
    await begin(desk, draft.id, MONDAY)
    code = Typed(await code_sent_to(desk.db, EMAIL))
    first = await finish(desk, draft.id, code, MONDAY)
    assert (await finish(desk, draft.id, code, MONDAY)).id == first.id
    assert (await begin(desk, draft.id, MONDAY)).visit_id == first.id


async def test_a_wrong_code_changes_nothing(desk: Desk, jail: Bookable) -> None:
    """The slot stays held, and the right one still works."""
    draft = await drafted(desk.db, typed(jail))
    await begin(desk, draft.id, MONDAY)
    right = await code_sent_to(desk.db, EMAIL)
    with pytest.raises(CodeRefused) as refused:
        await finish(desk, draft.id, Typed(other(right)), MONDAY)
    assert isinstance(refused.value.cause, WrongCode)
    assert refused.value.channel == "email"
    assert (await finish(desk, draft.id, Typed(right), MONDAY)).status is VisitStatus.REQUESTED


async def test_the_next_preference_is_held_when_the_first_is_taken(desk: Desk, jail: Bookable) -> None:
    """Both terminals are held at the first time: the second wish comes true."""
    slots = (FIRST_SLOT, FIRST_SLOT + QUARTER)
    for number in (1, 2):
        await begin(desk, (await drafted(desk.db, typed(jail, number=number))).id, MONDAY)
    draft = await begin(desk, (await drafted(desk.db, typed(jail, number=3, slots=slots))).id, MONDAY)
    assert draft.sent
    assert draft.sent.starts_at == slots[1]


async def test_nothing_free_is_told_and_the_draft_stays(desk: Desk, jail: Bookable) -> None:
    """SlotsGone; the next choice can be made at once, without waiting for another code's turn."""
    for number in (1, 2):
        await begin(desk, (await drafted(desk.db, typed(jail, number=number))).id, MONDAY)
    draft = await drafted(desk.db, typed(jail, number=3))
    with pytest.raises(SlotsGone) as gone:
        await begin(desk, draft.id, MONDAY)
    assert gone.value.wanted == (FIRST_SLOT,)
    async with desk.db.begin() as uow:
        again = (await uow.drafts.locked(draft.id, MONDAY)).with_typed(
            Step.TIMES, {"slot_1": (FIRST_SLOT + QUARTER).isoformat()}
        )
        await uow.drafts.put(again, MONDAY)
        await uow.commit()
    assert (await begin(desk, draft.id, MONDAY)).sent


async def test_an_expired_hold_is_taken_again_where_the_slot_is_free(desk: Desk, jail: Bookable) -> None:
    """Ten minutes pass while the code is looked for; a newer code still brings the visit."""
    draft = await drafted(desk.db, typed(jail))
    await begin(desk, draft.id, MONDAY)
    await begin(desk, draft.id, MONDAY + timedelta(minutes=5))
    later = MONDAY + HELD_FOR + timedelta(minutes=1)
    visit = await finish(desk, draft.id, Typed(await code_sent_to(desk.db, EMAIL)), later)
    assert visit.starts_at == FIRST_SLOT


async def test_an_expired_hold_whose_slot_went_to_others_costs_no_new_code(desk: Desk, jail: Bookable) -> None:
    """The code was right and counts: with another time chosen, no more codes are asked for."""
    draft = await drafted(desk.db, typed(jail))
    await begin(desk, draft.id, MONDAY)
    await begin(desk, draft.id, MONDAY + timedelta(minutes=5))
    code = await code_sent_to(desk.db, EMAIL)
    later = MONDAY + HELD_FOR + timedelta(minutes=1)
    for number in (2, 3):
        await begin(desk, (await drafted(desk.db, typed(jail, number=number), later)).id, later)
    with pytest.raises(SlotsGone):
        await finish(desk, draft.id, Typed(code), later)
    async with desk.db.begin() as uow:
        again = (await uow.drafts.locked(draft.id, later)).with_typed(
            Step.TIMES, {"slot_1": (FIRST_SLOT + QUARTER).isoformat()}
        )
        await uow.drafts.put(again, later)
        await uow.commit()
    assert (await begin(desk, draft.id, later)).sent
    assert (await finish(desk, draft.id, Typed(), later)).starts_at == FIRST_SLOT + QUARTER


async def test_asking_for_another_code_holds_no_longer(desk: Desk, jail: Bookable) -> None:
    """Ten minutes are ten minutes, however often a code is sent; too soon is refused and the slot stays held."""
    draft = await drafted(desk.db, typed(jail))
    await begin(desk, draft.id, MONDAY)
    with pytest.raises(Throttled):
        await begin(desk, draft.id, MONDAY + timedelta(seconds=10))
    again = await begin(desk, draft.id, MONDAY + timedelta(minutes=2))
    assert again.sent
    assert again.sent.expires_at == MONDAY + HELD_FOR


async def test_a_signed_in_account_needs_no_code_for_its_own_address(desk: Desk, jail: Bookable) -> None:
    """Its address was proved at sign-in; another one typed would still need a code."""
    draft = await begin(desk, (await drafted(desk.db, typed(jail))).id, MONDAY, trusted=frozenset({EMAIL}))
    assert draft.sent
    assert draft.sent.email == ""
    assert (await finish(desk, draft.id, Typed(), MONDAY)).status is VisitStatus.REQUESTED
    stranger = await begin(desk, (await drafted(desk.db, typed(jail, number=2))).id, MONDAY, trusted=frozenset({EMAIL}))
    assert stranger.sent
    assert stranger.sent.email == "savita2@family.example"


async def test_where_the_state_sends_sms_both_codes_are_needed(desk: Desk) -> None:
    """The mobile's code is another one; a mail code that was right is not asked for again."""
    place = await bookable(desk.db, rule=a_rule(sms=True))
    draft = await begin(desk, (await drafted(desk.db, typed(place))).id, MONDAY)
    assert draft.sent
    assert draft.sent.mobile == "+919876543210"
    by_mail, by_sms = await code_sent_to(desk.db, EMAIL), await code_sent_to(desk.db, "+919876543210")
    with pytest.raises(CodeRefused) as refused:
        await finish(desk, draft.id, Typed(by_mail, other(by_sms)), MONDAY)
    assert refused.value.channel == "sms"
    assert (await finish(desk, draft.id, Typed("", by_sms), MONDAY)).status is VisitStatus.REQUESTED


async def test_a_number_abroad_gets_no_sms(desk: Desk) -> None:
    """Many never arrive there: the mail's code is enough."""
    place = await bookable(desk.db, rule=a_rule(sms=True))
    steps = typed(place)
    steps["contact"] |= {"mobile": "+234 802 123 4567", "nationality": "NG"}
    steps["proof"] = {"id_type": "foreign_passport", "id_number": "A12345678"}
    draft = await begin(desk, (await drafted(desk.db, steps)).id, MONDAY)
    assert draft.sent
    assert draft.sent.mobile == ""


async def test_what_the_rule_forbids_is_told_by_page(desk: Desk, jail: Bookable) -> None:
    """A doctor where doctors are not admitted; four visitors where three may come."""
    steps = typed(jail)
    steps["you"]["relationship"] = "doctor"
    with pytest.raises(Incomplete) as refused:
        await begin(desk, (await drafted(desk.db, steps)).id, MONDAY)
    assert (refused.value.step, refused.value.problems) == (Step.YOU, {"relationship": "not_admitted"})


async def test_a_gap_an_unknown_jail_and_a_forgotten_draft_are_told(desk: Desk, jail: Bookable) -> None:
    """Each with an error of its own, and nothing is held."""
    with pytest.raises(Incomplete):
        await begin(desk, (await drafted(desk.db, typed(jail) | {"you": {}})).id, MONDAY)
    with pytest.raises(NoSuchJail):
        await begin(desk, (await drafted(desk.db, typed(jail) | {"jail": {"jail": "27-99"}})).id, MONDAY)
    old = await drafted(desk.db, typed(jail))
    with pytest.raises(DraftGone):
        await begin(desk, old.id, MONDAY + timedelta(hours=24))
    with pytest.raises(NotBegun):
        await finish(desk, old.id, Typed("123456"), MONDAY)


async def test_a_code_from_another_time_is_too_old(desk: Desk, jail: Bookable) -> None:
    """After ten minutes it is worth nothing."""
    draft = await drafted(desk.db, typed(jail))
    await begin(desk, draft.id, MONDAY)
    code = await code_sent_to(desk.db, EMAIL)
    with pytest.raises(CodeRefused) as refused:
        await finish(desk, draft.id, Typed(code), MONDAY + timedelta(minutes=11))
    assert isinstance(refused.value.cause, CodeExpired)
