"""From the draft to what is stored of the visit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.identity.proofs import number_digest
from broker.links import link_digest
from broker.registration.booking import MOST_WAITING, book, check_photo
from broker.registration.draft import Step
from broker.registration.errors import Incomplete, NotBegun, SlotsGone, TooManyWaiting
from broker.registration.service import HELD_FOR, Desk, begin
from broker.visit import VisitStatus
from broker.vocabulary import IdType, VisitMode, VisitorDecision
from tests.support.registering import FIRST_SLOT, MONDAY, QUARTER, Bookable, drafted, typed

EMAIL = "savita1@family.example"
TRUSTED = frozenset({EMAIL})


async def test_every_visitor_has_a_proof_and_a_link_and_waits_for_the_decision(desk: Desk, jail: Bookable) -> None:
    """A companion in person without an address is reached through the one who asks."""
    steps = typed(jail) | {"how": {"mode": "in_person"}}
    steps["times"] = {"slot_1": (MONDAY.replace(day=4, hour=8, minute=30)).isoformat()}
    steps["companions"] = {
        "name_1": "Arun Kolte", "relationship_1": "family", "nationality_1": "IN", "id_type_1": "pan",
        "id_number_1": "abcpe1234f", "email_1": "",
    }  # fmt: skip
    draft = await drafted(desk.db, steps, timezone="Africa/Lagos")
    await begin(desk, draft.id, MONDAY, trusted=TRUSTED)
    visit = await book(desk.db, desk.settings, desk.post, draft.id, MONDAY)
    asker, brother = visit.visitors
    assert visit.mode is VisitMode.IN_PERSON
    assert {asker.decision, brother.decision} == {VisitorDecision.PENDING}
    assert (asker.email, brother.email, brother.mobile) == (EMAIL, EMAIL, "")
    assert brother.identity
    assert brother.identity.id_number == "ABCPE1234F"
    assert brother.identity.id_digest == number_digest(desk.settings.secret_key, IdType.PAN, "ABCPE1234F")
    assert asker.identity
    assert asker.identity.birth_date
    async with desk.db.read() as uow:
        found = await uow.visits.by_link_digest(link_digest(desk.settings.secret_key, brother.id))
        asked = await uow.visits.request(visit.id)
    assert found
    assert found[1].id == brother.id
    assert asked
    assert (asked.timezone, asked.note) == ("Africa/Lagos", "My mother is hard of hearing.")


async def test_nothing_is_booked_without_a_proved_address_or_a_hold(desk: Desk, jail: Bookable) -> None:
    """And no serial is used up by the tries."""
    unproved = await begin(desk, (await drafted(desk.db, typed(jail))).id, MONDAY)
    with pytest.raises(NotBegun):
        await book(desk.db, desk.settings, desk.post, unproved.id, MONDAY)
    draft = await begin(desk, (await drafted(desk.db, typed(jail))).id, MONDAY, trusted=TRUSTED)
    with pytest.raises(SlotsGone):
        await book(desk.db, desk.settings, desk.post, draft.id, MONDAY + HELD_FOR + timedelta(seconds=1))
    visit = await book(desk.db, desk.settings, desk.post, draft.id, MONDAY)
    assert visit.visrn.serial == 1
    assert (await book(desk.db, desk.settings, desk.post, draft.id, MONDAY)).id == visit.id


async def test_an_account_may_have_four_requests_that_wait(desk: Desk, jail: Bookable) -> None:
    """The fifth is refused and uses up no serial, so that one verified address can't hold a jail's whole calendar."""
    drafts = [await drafted(desk.db, typed(jail, slots=(FIRST_SLOT + n * QUARTER,))) for n in range(MOST_WAITING + 1)]
    for draft in drafts:
        await begin(desk, draft.id, MONDAY, trusted=TRUSTED)
    first, *_ = [await book(desk.db, desk.settings, desk.post, draft.id, MONDAY) for draft in drafts[:-1]]
    with pytest.raises(TooManyWaiting):
        await book(desk.db, desk.settings, desk.post, drafts[-1].id, MONDAY)
    async with desk.db.begin() as uow:
        await uow.visits.move(first.id, VisitStatus.CANCELLED, "account:x", "by_visitor", MONDAY)
        await uow.commit()
    assert (await book(desk.db, desk.settings, desk.post, drafts[-1].id, MONDAY)).visrn.serial == MOST_WAITING + 1


async def test_the_photo_of_the_last_request_will_do_and_somebody_elses_will_not(desk: Desk, jail: Bookable) -> None:
    """An account's own picture stays with it; another draft's, or another account's, is asked for again."""
    first = await drafted(desk.db, typed(jail))
    await begin(desk, first.id, MONDAY, trusted=TRUSTED)
    visit = await book(desk.db, desk.settings, desk.post, first.id, MONDAY)
    photo = first.typed(Step.PHOTO)["document_id"]
    async with desk.db.begin() as uow:
        own = await uow.drafts.start(MONDAY, account_id=visit.account_id, steps={"photo": {"document_id": photo}})
        strange = await uow.drafts.start(MONDAY, steps={"photo": {"document_id": photo}})
        assert (await check_photo(uow, own, photo)).account_id == visit.account_id
        for draft, document in ((strange, photo), (own, "0" * 32)):
            with pytest.raises(Incomplete):
                await check_photo(uow, draft, document)
