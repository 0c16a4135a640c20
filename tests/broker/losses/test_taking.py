"""Taking the offered visit: approved at once, outside the allowance, by one of several who press at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from broker.deciding.approving import approve
from broker.deciding.cancelling import reschedule
from broker.deciding.commands import Approval, Reschedule
from broker.deciding.families import change
from broker.losses.errors import NoOffer, OfferExpired, OfferStopped, TimeGone
from broker.losses.offering import LIFETIME
from broker.losses.taking import take, taken
from broker.storage.database import Database
from broker.visit import Slot, Visit, VisitorDecision, VisitStatus
from broker.vocabulary import BlockReason, DecisionKind, InmateStatus
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import DAY, MORNING, STAFF, Office, ask_for, counted, hold_of, letters, stored
from tests.support.losses import approved, closed, terminal_failed

WANTED = MORNING + DAY


async def lost(db: Database, office: Office, settings: Settings) -> Visit:
    """A visit whose terminal failed, and for which another is offered."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, terminal_failed(visit))
    return visit


async def test_taken_visit_is_the_lost_one_once_more(db: Database, office: Office, settings: Settings) -> None:
    """Same people, own number, links and slot; approved by nobody anew, not counted; it cites the other."""
    visit = await lost(db, office, settings)
    by = visit.visitors[0].id
    made = await take(db, settings, visit.id, by, WANTED, visit.ends_at)
    assert (made.status, made.starts_at, made.slot is not None) == (VisitStatus.APPROVED, WANTED, True)
    assert made.ends_at - made.starts_at == timedelta(minutes=15)
    assert made.visrn != visit.visrn
    assert (made.inmate, made.account_id, made.kind) == (visit.inmate, visit.account_id, visit.kind)
    (old,), (new,) = visit.visitors, made.visitors
    assert (new.name, new.email, new.identity, new.decision) == (
        old.name,
        old.email,
        old.identity,
        VisitorDecision.APPROVED,
    )
    assert new.id != old.id
    assert await counted(db, made.id, office.inmate) == await counted(db, visit.id, office.inmate) == 0
    assert await letters(db, made) == ["approved"]
    async with db.read() as uow:
        [decision] = await uow.decisions.of_visit(made.id)
        history = await uow.visits.history(made.id)
        [entry] = [each for each in await uow.audit.newest(20) if each.event == "makeup:take"]
        assert await uow.makeups.in_the_place_of(made.id) == visit.id
    assert (decision.what, decision.text, decision.by) == (DecisionKind.MADE_UP, str(visit.visrn), f"visitor:{by}")
    assert history[-1].reason == f"makeup {visit.visrn}"
    assert (entry.visit_id, entry.by, entry.details["in_the_place_of"]) == (made.id, f"visitor:{by}", visit.id)


async def test_offer_is_taken_once_however_many_press_at_once(db: Database, office: Office, settings: Settings) -> None:
    """Two phones, two times: one visit; whoever comes second is shown the first one's."""
    visit = await lost(db, office, settings)
    by = visit.visitors[0].id
    wishes = [WANTED, WANTED + timedelta(hours=1), WANTED, WANTED + timedelta(hours=2)]
    made = await asyncio.gather(*(take(db, settings, visit.id, by, each, visit.ends_at) for each in wishes))
    assert len({each.id for each in made}) == 1
    later = await take(db, settings, visit.id, by, WANTED + timedelta(hours=3), visit.ends_at + LIFETIME + DAY)
    assert later.id == made[0].id
    async with db.read() as uow:
        assert len(await uow.visits.touching(office.jail.id, WANTED, WANTED + DAY)) == 1


async def test_last_free_place_goes_to_one_of_two_families(db: Database, office: Office, settings: Settings) -> None:
    """First come: the other one is told that the time is gone, and still has its offer."""
    first = await lost(db, office, settings)
    second = await approved(db, office, settings, MORNING + timedelta(hours=1))
    await closed(db, settings, second, terminal_failed(second))
    await ask_for(db, office, starts_at=WANTED)  # one of the two terminals is held
    pressed = [take(db, settings, each.id, each.visitors[0].id, WANTED, second.ends_at) for each in (first, second)]
    answers = await asyncio.gather(*pressed, return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["TimeGone", "Visit"]
    loser = (first, second)[[isinstance(each, TimeGone) for each in answers].index(True)]
    again = await take(db, settings, loser.id, loser.visitors[0].id, WANTED + timedelta(hours=1), second.ends_at)
    assert again.status is VisitStatus.APPROVED


@pytest.mark.parametrize("what", ["no offer", "expired", "blocked", "off the grid", "past", "released", "no rule"])
async def test_what_cannot_be_taken_changes_nothing(
    db: Database, office: Office, settings: Settings, what: str
) -> None:
    """No visit, no number given out, no letter."""
    visit = await approved(db, office, settings) if what == "no offer" else await lost(db, office, settings)
    now, wanted = visit.ends_at, WANTED
    error: type[Exception] = TimeGone
    async with db.begin() as uow:
        match what:
            case "no offer":
                error = NoOffer
            case "expired":
                now, wanted, error = now + LIFETIME, WANTED + LIFETIME, OfferExpired
            case "blocked":
                await uow.calendars.block(
                    office.jail.id, WANTED - DAY, WANTED + DAY, reason=BlockReason.LOCKDOWN, note="", by=STAFF, now=now
                )
            case "off the grid":
                wanted += timedelta(minutes=7)
            case "past":
                wanted -= 3 * DAY
            case "released":
                await uow.inmates.set_status(office.inmate.id, InmateStatus.RELEASED, NOON)
                error = OfferStopped
            case "no rule":
                wanted, error = WANTED.replace(year=2025), OfferStopped
        await uow.commit()
    with pytest.raises(error):
        await take(db, settings, visit.id, visit.visitors[0].id, wanted, now)
    async with db.read() as uow:
        found = [each for each in await uow.visits.of_account(office.account.id) if each.id != visit.id]
        makeup = await uow.makeups.of_visit(visit.id)
        assert makeup is None or await taken(uow, makeup) is None
    assert found == []
    following = await ask_for(db, office, starts_at=WANTED + 9 * DAY)
    assert following.visrn.serial == visit.visrn.serial + 1


async def test_taken_visit_stays_outside_the_allowance_when_it_is_moved_or_asked_for_anew(
    db: Database, office: Office, settings: Settings
) -> None:
    """Whoever moves it, and even where nothing is left of the period."""
    visit = await lost(db, office, settings)
    made = await take(db, settings, visit.id, visit.visitors[0].id, WANTED, visit.ends_at)
    for number in (3, 4):  # the month's two
        await approved(db, office, settings, MORNING + number * DAY)
    assert made.slot is not None
    slot = Slot(made.slot.terminal_id, WANTED + timedelta(hours=1), WANTED + timedelta(hours=1, minutes=15))
    await reschedule(db, settings, Reschedule(made.id, slot, "Moved."), STAFF, visit.ends_at)
    assert (await stored(db, made)).slot == slot
    wish = (WANTED + timedelta(hours=3),)
    await change(db, settings, made.id, office.account.id, wish, visit.ends_at)
    again = Approval(made.id, office.inmate.id, await hold_of(db, made))
    assert (await approve(db, settings, again, STAFF, visit.ends_at)).status is VisitStatus.APPROVED
    assert await counted(db, made.id, office.inmate) == 0
