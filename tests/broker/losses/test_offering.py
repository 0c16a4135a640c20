"""The offer: concrete times in the letter, a link for each reader, and again where what was taken falls through."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.deciding.bans import NewBan, email_digest
from broker.deciding.cancelling import cancel
from broker.deciding.commands import Cancellation
from broker.links import makeup_token
from broker.losses.offering import LIFETIME, free_days, rule_today
from broker.losses.taking import take
from broker.outbox import OutboxMail
from broker.reasons import CancelReason
from broker.slots.calendar import Session
from broker.storage.database import Database
from broker.visit import Slot, Visit
from broker.vocabulary import InmateStatus, QuotaReason, VisitMode
from config.secrets import digest
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.deciding import DAY, MORNING, STAFF, Office, counted, letters
from tests.support.losses import approved, closed, terminal_failed
from tests.support.visits import Place, request


async def makeup_letter(db: Database, visit: Visit) -> OutboxMail:
    """The newest letter that makes a visit good."""
    async with db.read() as uow:
        mails = [mail for mail in await uow.outbox.for_visit(visit.id) if mail.name == "makeup"]
    return max(mails, key=lambda mail: mail.created_at)


async def test_letter_names_free_times_and_its_links_lead_to_them(
    db: Database, office: Office, settings: Settings
) -> None:
    """Three days at the hour of the lost visit, each with its own link; the rule is cited."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, terminal_failed(visit))
    letter = await makeup_letter(db, visit)
    token = makeup_token(settings.secret_key, visit.visitors[0].id)
    wanted = [(MORNING + number * DAY).strftime("%Y%m%dT%H%MZ") for number in (1, 2, 3)]
    assert re.findall(rf"/makeup/{token}\?slot=(\w+)", letter.text) == wanted
    assert "You had 5 of 15 minutes." in letter.text
    assert "The device in the prison failed." in letter.text
    assert "loses 20% of its time or more" in letter.text
    async with db.read() as uow:
        found = await uow.makeups.by_digest(digest(token))
        [entry] = [entry for entry in await uow.audit.newest(20) if entry.event == "makeup:offer"]
    assert found is not None
    assert found[0].expires_at == visit.ends_at + LIFETIME
    assert (entry.visit_id, entry.by, len(entry.details["slots"])) == (visit.id, "system:worker", 3)  # type: ignore[arg-type]


async def test_jail_without_a_free_time_says_so_and_the_link_stays_good(
    db: Database, office: Office, settings: Settings
) -> None:
    """Nothing free within the window: the family may look again."""
    visit = await approved(db, office, settings)
    async with db.begin() as uow:
        await uow.calendars.set_sessions(office.jail.id, ())
        await uow.commit()
    await closed(db, settings, visit, terminal_failed(visit))
    letter = await makeup_letter(db, visit)
    assert "No time is free at the moment" in letter.text
    assert f"/makeup/{makeup_token(settings.secret_key, visit.visitors[0].id)}\n" in letter.text


@pytest.mark.parametrize("what", ["released", "banned"])
async def test_nothing_is_offered_where_something_stands_against_another_visit(
    db: Database, office: Office, settings: Settings, what: str
) -> None:
    """The allowance is back all the same; no letter promises what the page would have to refuse."""
    visit = await approved(db, office, settings)
    async with db.begin() as uow:
        if what == "released":
            await uow.inmates.set_status(office.inmate.id, InmateStatus.RELEASED, NOON)
        else:
            known = email_digest(visit.visitors[0].email)
            await uow.bans.add(NewBan("x", "x", state_code=27, email_digest=known), STAFF, NOON)
        await uow.commit()
    await closed(db, settings, visit, terminal_failed(visit))
    assert "/makeup/" not in (await makeup_letter(db, visit)).text
    assert await counted(db, visit.id, office.inmate) == 0


async def test_offer_stands_again_when_the_jail_cancels_what_was_taken(
    db: Database, office: Office, settings: Settings
) -> None:
    """A new letter with new times; what the family cancels too late is theirs to lose."""
    visit = await approved(db, office, settings)
    await closed(db, settings, visit, terminal_failed(visit))
    now = visit.ends_at
    other = await take(db, settings, visit.id, visit.visitors[0].id, MORNING + DAY, now)
    await cancel(db, settings, Cancellation(other.id, CancelReason.EQUIPMENT), STAFF, now + timedelta(hours=1))
    assert (await letters(db, visit)).count("makeup") == 2
    assert "/makeup/" in (await makeup_letter(db, visit)).text
    third = await take(db, settings, visit.id, visit.visitors[0].id, MORNING + 2 * DAY, now + timedelta(hours=2))
    assert third.id != other.id
    async with db.read() as uow:
        assert await uow.makeups.in_the_place_of(third.id) == visit.id
        assert [entry.reason for entry in await uow.quotas.entries(office.inmate.id)] == [
            QuotaReason.FAILED,
            QuotaReason.APPROVED,
        ]


async def test_days_are_those_a_family_may_ask_for(db: Database, office: Office, settings: Settings) -> None:
    """By the rule in force now, in the visit's own mode; a later beginning leaves the first days out."""
    visit = await approved(db, office, settings)
    async with db.begin() as uow:
        await uow.calendars.set_sessions(
            office.jail.id,
            [Session(VisitMode.VIDEO, day, MORNING.time(), MORNING.time()) for day in range(7)],
        )
        version = await rule_today(uow, visit, NOON)
        assert version is not None
        days = await free_days(uow, visit, version, NOON)
        assert (days[0].date - NOON.date()).days == version.rule.first_day
        assert (days[-1].date - NOON.date()).days == version.rule.last_day
        later = await free_days(uow, visit, version, NOON, days[5].date)
        assert later == days[5:]
        assert await free_days(uow, visit, version, NOON, days[-1].date + 9 * DAY) == days[-1:]


async def test_times_at_which_the_person_has_another_visit_are_not_offered(
    db: Database, office: Office, settings: Settings
) -> None:
    """A free terminal is no use to somebody who is at another one; on other days the time stands."""
    visit = await approved(db, office, settings)
    async with db.begin() as uow:
        version = await rule_today(uow, visit, NOON)
        assert version is not None
        before = await free_days(uow, visit, version, NOON)
        wanted = before[3].free[0]
        other = replace(request(Place(office.jail, office.terminals, office.inmate), starts_at=wanted.starts_at))
        await uow.visits.add(other, NOON)
        slot = Slot(office.terminals[0].id, other.starts_at, other.ends_at)
        await uow.visits.approve(other.id, slot, "staff:7", NOON)
        after = await free_days(uow, visit, version, NOON)
    gone = {offer.starts_at for offer in before[3].offers} - {offer.starts_at for offer in after[3].offers}
    assert gone == {offer.starts_at for offer in before[3].offers if offer.starts_at < slot.ends_at}
    assert wanted.starts_at in gone
    assert [day.offers for day in after if day.date != before[3].date] == [
        day.offers for day in before if day.date != before[3].date
    ]
