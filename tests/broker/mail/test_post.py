"""The post room: who is told, in which language, by which way; queued with what caused it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pydantic import SecretStr

from broker.mail.offers import Offer
from broker.mail.post import Post
from broker.outbox import Channel, OutboxMail
from broker.reasons import AskFor, CancelReason, RefusalReason
from broker.reminders import Reminder
from broker.storage.database import Database
from broker.storage.unit import UnitOfWork
from broker.visit import NewVisitor, Request, Slot, Visit, VisitorDecision
from config.settings import Settings
from tests.support.clock import NOON
from tests.support.rules import a_rule
from tests.support.settings import SECRET_KEY
from tests.support.visits import STAFF, Place, asked, new_visitor, request

SETTINGS = Settings.model_construct(secret_key=SecretStr(SECRET_KEY), public_url="https://visits.example")
POST = Post(SETTINGS)
DAY = timedelta(days=1)
EXPIRES = NOON + timedelta(minutes=10)
EVERY_STEP = [
    "registered",
    "asked",
    "refused",
    "approved",
    "changed",
    "reminder_day",
    "reminder_hour",
    "cancelled",
    "missed",
    "makeup",
]


async def a_request(
    uow: UnitOfWork, place: Place, *companions: NewVisitor, rule_version_id: int | None = None
) -> tuple[Visit, Request]:
    """A family's request for a visit in three days, undecided."""
    new = asked(place)
    pending = tuple(replace(one, decision=VisitorDecision.PENDING) for one in companions)
    new = replace(new, visitors=new.visitors + pending, rule_version_id=rule_version_id)
    visit = await uow.visits.add(new, NOON)
    assert new.request is not None
    return visit, new.request


async def approve(uow: UnitOfWork, place: Place, visit: Visit, **how: object) -> Visit:
    """Approve it for the place's inmate, on its first terminal."""
    slot = Slot(place.terminals[0].id, visit.starts_at, visit.ends_at)
    return await uow.visits.approve(visit.id, slot, STAFF, NOON, inmate_id=place.inmate.id, **how)  # type: ignore[arg-type]


def to_whom(mails: list[OutboxMail]) -> list[tuple[str, str]]:
    """The letter and its address."""
    return [(mail.name, mail.to) for mail in mails]


async def test_everything_a_visit_may_go_through_is_told_by_a_letter_of_its_own(db: Database, place: Place) -> None:
    """Each is queued for the visit and its reader, and stands in the visit's list."""
    async with db.begin() as uow:
        visit, wish = await a_request(uow, place)
        await POST.registered(uow, visit, wish, NOON)
        await POST.asked(uow, visit, wish, (AskFor.BETTER_ID,), NOON, text="Both sides.")
        await POST.refused(
            uow,
            visit,
            wish,
            RefusalReason.NO_ALLOWANCE,
            NOON,
            citation="By the rule.",
            offer=Offer((), date(2026, 4, 1)),
        )
        visit = await approve(uow, place, visit)
        await POST.approved(uow, visit, wish, NOON)
        await POST.changed(uow, visit, wish, Slot(1, NOON, NOON + DAY), NOON)
        await POST.reminder_day(uow, visit, wish, NOON)
        await POST.reminder_hour(uow, visit, wish, NOON)
        await POST.cancelled(uow, visit, wish, CancelReason.LOCKDOWN, NOON)
        await POST.missed(uow, visit, wish, NOON)
        await POST.makeup(uow, visit, wish, NOON)
        await uow.commit()
    async with db.read() as uow:
        kept = await uow.outbox.for_visit(visit.id)
    assert sorted(mail.name for mail in kept) == sorted(EVERY_STEP)
    assert {(mail.to, mail.visitor_id, mail.expires_at) for mail in kept} == {
        (visit.visitors[0].email, visit.visitors[0].id, None)
    }


async def test_rollback_takes_the_letter_with_it(db: Database, place: Place) -> None:
    """What did not happen is told to nobody."""
    async with db.begin() as uow:
        visit, wish = await a_request(uow, place)
        await uow.commit()
    async with db.begin() as uow:
        await POST.registered(uow, visit, wish, NOON)
    async with db.read() as uow:
        assert await uow.outbox.for_visit(visit.id) == []


async def test_companions_hear_of_a_visit_once_they_are_approved_and_those_left_out_hear_why(
    db: Database, place: Place
) -> None:
    """Each by their own link and in their own language; before the approval, only the one who asked."""
    hindi, refused = replace(new_visitor("Ravi"), language="hi"), new_visitor("Mohan")
    async with db.begin() as uow:
        visit, wish = await a_request(uow, place, hindi, refused)
        first = visit.visitors[0].email
        assert to_whom(await POST.registered(uow, visit, wish, NOON)) == [("registered", first)]
        assert to_whom(await POST.asked(uow, visit, wish, (AskFor.OTHER,), NOON)) == [("asked", first)]
        assert to_whom(await POST.refused(uow, visit, wish, RefusalReason.AWAY, NOON)) == [("refused", first)]
        visit = await approve(uow, place, visit, refused={refused.id: "The proof has expired."})
        told = await POST.approved(uow, visit, wish, NOON)
        assert to_whom(told) == [("approved", first), ("approved", hindi.email), ("left_out", refused.email)]
        assert '<html lang="hi">' in told[1].html
        assert "The proof has expired." in told[2].text
        links = {mail.text.partition("/join/")[2][:24] for mail in told[:2]}
        assert len(links) == 2
        after = await POST.cancelled(uow, visit, wish, CancelReason.WEATHER, NOON)
        assert to_whom(after) == [("cancelled", first), ("cancelled", hindi.email)]


async def test_companion_without_an_address_is_passed_over(db: Database, place: Place) -> None:
    """At a counter it is enough that the one who asked has the letter."""
    async with db.begin() as uow:
        visit, wish = await a_request(uow, place, replace(new_visitor("Ravi"), email=""))
        visit = await approve(uow, place, visit)
        assert to_whom(await POST.approved(uow, visit, wish, NOON)) == [("approved", visit.visitors[0].email)]


async def test_letter_to_an_address_that_sends_mail_back_goes_to_the_others_too(db: Database, place: Place) -> None:
    """The account's address, and once each: who gets the letter anyway does not get somebody else's. Its own address is
    written to all the same: a full mailbox is emptied one day.
    """
    ravi = new_visitor("Ravi")
    async with db.begin() as uow:
        account = await uow.accounts.verified(
            "home@family.example", mobile="", language="en", timezone="Asia/Kolkata", profile={}, now=NOON
        )
        new = asked(place)
        new = replace(new, account_id=account.id, visitors=(*new.visitors, ravi))
        visit = await approve(uow, place, await uow.visits.add(new, NOON))
        first = visit.visitors[0].email
        wish = new.request
        [mail, _] = await POST.approved(uow, visit, wish, NOON)
        await uow.outbox.claim(NOON, DAY, 10)
        await uow.outbox.mark_sent(mail.id, NOON)
        assert to_whom(await POST.missed(uow, visit, wish, NOON)) == [("missed", first), ("missed", ravi.email)]
        assert await uow.outbox.mark_bounced(mail.id, "address_unknown") is not None
        told = to_whom(await POST.missed(uow, visit, wish, NOON))
    assert told == [("missed", first), ("missed", "home@family.example"), ("missed", ravi.email)]


async def test_visit_that_staff_booked_is_told_in_the_jails_time(db: Database, place: Place) -> None:
    """There is no request, and so no clock but the jail's."""
    async with db.begin() as uow:
        visit = await uow.visits.add(request(place), NOON - DAY)
        visit = await approve(uow, place, visit)
        [mail] = await POST.approved(uow, visit, None, NOON - DAY)
    assert mail.text.count("UTC+05:30") == 1


async def test_attachments_are_kept_until_they_are_sent(db: Database, place: Place) -> None:
    """What a worker claims has the calendar entry byte by byte."""
    async with db.begin() as uow:
        visit, wish = await a_request(uow, place)
        visit = await approve(uow, place, visit)
        [queued] = await POST.approved(uow, visit, wish, NOON)
        await uow.commit()
    async with db.begin() as uow:
        [claimed] = await uow.outbox.claim(NOON, timedelta(seconds=30), 10)
    assert claimed.attachments == queued.attachments
    assert claimed.attachments[0].body.startswith(b"BEGIN:VCALENDAR")


@pytest.mark.parametrize("channels", [[Channel.MAIL, Channel.SMS], [Channel.MAIL]])
async def test_text_messages_go_out_only_where_the_states_rule_says_so(
    db: Database, place: Place, channels: list[Channel]
) -> None:
    """West Bengal writes to the mailbox alone; others to both. Letters without a short form stay letters."""
    async with db.begin() as uow:
        rule = a_rule(sms=Channel.SMS in channels)
        version = await uow.rules.add(27, rule, date(2024, 3, 22), source="s", note="", by="system:test", now=NOON)
        visit, wish = await a_request(uow, place, rule_version_id=version.id)
        assert [mail.channel for mail in await POST.registered(uow, visit, wish, NOON)] == [Channel.MAIL]
        visit = await approve(uow, place, visit, rule_version_id=version.id)
        told = await POST.approved(uow, visit, wish, NOON)
    assert [mail.channel for mail in told] == channels
    if len(told) > 1:
        assert (told[1].to, told[1].subject, told[1].html) == (visit.visitors[0].mobile, "", "")
        assert str(visit.visrn) in told[1].text


async def test_codes_go_to_an_address_or_a_mobile_and_are_wiped_when_their_time_is_over(db: Database) -> None:
    """They belong to no visit yet, expire, and leave no text behind."""
    async with db.begin() as uow:
        mails = [
            await POST.verify(uow, "asha@family.example", "en", "048213", EXPIRES, NOON),
            await POST.verify_sms(uow, "+919876543210", "bn", "048214", EXPIRES, NOON),
            await POST.sign_in(uow, "asha@family.example", "hi", "048215", EXPIRES, NOON),
        ]
        await uow.commit()
    assert [(mail.channel, mail.expires_at, mail.visit_id) for mail in mails] == [
        (Channel.MAIL, EXPIRES, None), (Channel.SMS, EXPIRES, None), (Channel.MAIL, EXPIRES, None)
    ]  # fmt: skip
    assert all(code in mail.text for mail, code in zip(mails, ("048213", "048214", "048215"), strict=True))
    assert mails[1].text.endswith("@visits.example #048214")
    async with db.begin() as uow:
        assert await uow.outbox.claim(EXPIRES, timedelta(seconds=30), 10) == []
        await uow.commit()


async def test_staff_are_written_to_outside_any_visit(db: Database) -> None:
    """An invitation expires with its link; an escalation does not."""
    async with db.begin() as uow:
        invite = await POST.staff_invite(
            uow, "Vandana Rao", "vandana@prisons.example", "en", "https://visits.example/i", NOON + DAY, NOON
        )
        raised = await POST.escalated(uow, "Vandana Rao", "vandana@prisons.example", "en", 2, "https://x.example", NOON)
    assert (invite.name, invite.expires_at, invite.visit_id) == ("staff_invite", NOON + DAY, None)
    assert (raised.name, raised.expires_at) == ("escalated", None)
    assert "2 requests" in raised.subject


async def test_approval_puts_reminders_ahead_and_a_new_time_puts_them_ahead_again(db: Database, place: Place) -> None:
    """A reminder that has gone out for the old time goes out for the new one; one that would come too late does not."""
    async with db.begin() as uow:
        visit, wish = await a_request(uow, place)
        visit = await approve(uow, place, visit)
        await POST.approved(uow, visit, wish, NOON)
        assert await uow.reminders.take(visit.id, Reminder.REMINDER_DAY, visit.starts_at - DAY)
        later = Slot(place.terminals[0].id, visit.starts_at + DAY, visit.ends_at + DAY)
        moved = await uow.visits.reschedule(visit.id, later, STAFF, NOON + DAY, "equipment")
        await POST.changed(uow, moved, wish, visit, NOON + DAY)
        assert await uow.reminders.take(visit.id, Reminder.REMINDER_DAY, moved.starts_at - DAY)
        await POST.changed(uow, moved, wish, visit, moved.starts_at - timedelta(hours=5))
        assert await uow.reminders.due(moved.starts_at - timedelta(hours=5), 10) == []
        assert await uow.reminders.due(moved.starts_at - timedelta(minutes=59), 10) == [
            (visit.id, Reminder.REMINDER_HOUR)
        ]
