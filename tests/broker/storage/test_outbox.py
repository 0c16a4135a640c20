"""Messages on their way: claimed under a lease, marked, wiped when they held codes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from broker.outbox import Attachment, Channel, MailStatus, OutboxMail
from broker.storage.database import Database
from broker.visit import Visit
from tests.support.clock import NOON
from tests.support.visits import Place, booked

SECOND = timedelta(seconds=1)
LEASE = 30 * SECOND


def _mail(visit: Visit, **changes: object) -> OutboxMail:
    fields: dict[str, object] = {
        "name": "approved",
        "to": visit.visitors[0].email,
        "subject": "Approved",
        "text": "at noon",
        "html": "<p>at noon</p>",
        "created_at": NOON,
        "visit_id": visit.id,
        "visitor_id": visit.visitors[0].id,
    }
    return OutboxMail(**(fields | changes))  # type: ignore[arg-type]


async def _queue(db: Database, *mails: OutboxMail) -> None:
    async with db.begin() as uow:
        for mail in mails:
            await uow.outbox.add(mail)
        await uow.commit()


async def test_message_is_claimed_as_it_was_queued_and_counted_as_an_attempt(db: Database, place: Place) -> None:
    """Nothing of it changes on the way."""
    mail = _mail(await booked(db, place), channel=Channel.SMS)
    await _queue(db, mail)
    async with db.begin() as uow:
        claimed = await uow.outbox.claim(NOON, LEASE, 10)
    assert [(m.id, m.to, m.subject, m.text, m.html, m.channel, m.attempts, m.status) for m in claimed] == [
        (mail.id, mail.to, mail.subject, mail.text, mail.html, Channel.SMS, 1, MailStatus.QUEUED)
    ]


async def test_two_workers_claim_at_once_and_no_message_goes_to_both(
    open_database: Callable[[], Database], db: Database, place: Place
) -> None:
    """Forty messages, four at a time, until none is left."""
    visit = await booked(db, place)
    mails = [_mail(visit) for _ in range(40)]
    await _queue(db, *mails)

    async def work(database: Database) -> list[str]:
        got: list[str] = []
        while True:
            async with database.begin() as uow:
                batch = await uow.outbox.claim(NOON, LEASE, 4)
                await uow.commit()
            if not batch:
                return got
            got += [mail.id for mail in batch]

    async with asyncio.timeout(30):
        one, other = await asyncio.gather(work(open_database()), work(open_database()))
    assert sorted(one + other) == sorted(mail.id for mail in mails)


async def test_worker_claims_while_another_still_holds_its_transaction_and_gets_the_rest(
    open_database: Callable[[], Database], migrated_url: str, place: Place
) -> None:
    """PostgreSQL skips the locked rows; SQLite has one writer, so the second comes after the first."""
    first, second = open_database(), open_database()
    visit = await booked(first, place)
    await _queue(first, *(_mail(visit) for _ in range(4)))
    async with first.begin() as uow:
        mine = await uow.outbox.claim(NOON, LEASE, 2)
        if migrated_url.startswith("sqlite"):
            await uow.commit()
        async with second.begin() as other:
            theirs = await other.outbox.claim(NOON, LEASE, 4)
    assert len(mine) == len(theirs) == 2
    assert not {mail.id for mail in mine} & {mail.id for mail in theirs}


async def test_worker_dies_after_a_claim_and_another_gets_the_message_when_the_lease_ends(
    db: Database, place: Place
) -> None:
    """Not a moment earlier."""
    await _queue(db, _mail(await booked(db, place)))
    async with db.begin() as uow:
        assert len(await uow.outbox.claim(NOON, LEASE, 10)) == 1
        assert await uow.outbox.claim(NOON + LEASE - SECOND, LEASE, 10) == []
        again = await uow.outbox.claim(NOON + LEASE, LEASE, 10)
    assert [mail.attempts for mail in again] == [2]


async def test_oldest_messages_go_first_and_not_before_they_are_due(db: Database, place: Place) -> None:
    """`due_at` holds one back; the next due time is known."""
    visit = await booked(db, place)
    late, old, young = _mail(visit, due_at=NOON + LEASE), _mail(visit, created_at=NOON - SECOND), _mail(visit)
    await _queue(db, late, young, old)
    async with db.begin() as uow:
        assert await uow.outbox.next_due() == NOON - SECOND
        assert [mail.id for mail in await uow.outbox.claim(NOON, 2 * LEASE, 10)] == [old.id, young.id]
        assert await uow.outbox.next_due() == NOON + LEASE


async def test_sent_message_is_never_claimed_again_and_keeps_its_text(db: Database, place: Place) -> None:
    """An approval has nothing that must go."""
    mail = _mail(await booked(db, place))
    await _queue(db, mail)
    async with db.begin() as uow:
        await uow.outbox.claim(NOON, LEASE, 10)
        await uow.outbox.mark_sent(mail.id, NOON)
        assert await uow.outbox.claim(NOON + 10 * LEASE, LEASE, 10) == []
        (kept,) = await uow.outbox.for_visit(mail.visit_id or "")
        assert (kept.status, kept.sent_at, kept.text) == (MailStatus.SENT, NOON, "at noon")
        assert await uow.outbox.pending_for(mail.visit_id or "") == []


async def test_sent_codes_are_wiped(db: Database, place: Place) -> None:
    """Subject, text and HTML."""
    mail = _mail(await booked(db, place), expires_at=NOON + 10 * LEASE)
    await _queue(db, mail)
    async with db.begin() as uow:
        await uow.outbox.claim(NOON, LEASE, 10)
        await uow.outbox.mark_sent(mail.id, NOON)
        (kept,) = await uow.outbox.for_visit(mail.visit_id or "")
    assert (kept.status, kept.subject, kept.text, kept.html) == (MailStatus.SENT, "", "", "")


async def test_codes_that_expire_unsent_are_given_up_and_wiped(db: Database, place: Place) -> None:
    """Old codes are of no use to anybody but a thief."""
    mail = _mail(await booked(db, place), expires_at=NOON + LEASE)
    await _queue(db, mail)
    async with db.begin() as uow:
        assert await uow.outbox.claim(NOON + LEASE, LEASE, 10) == []
        (kept,) = await uow.outbox.pending_for(mail.visit_id or "")
    assert (kept.status, kept.error_id, kept.text) == (MailStatus.FAILED, "expired", "")


async def test_failed_try_is_made_again_when_said(db: Database, place: Place) -> None:
    """The reason can be seen meanwhile, and is gone once it was sent."""
    mail = _mail(await booked(db, place))
    await _queue(db, mail)
    async with db.begin() as uow:
        await uow.outbox.claim(NOON, LEASE, 10)
        await uow.outbox.mark_failed(mail.id, "mail_undelivered", NOON + 5 * SECOND, NOON)
        (waiting,) = await uow.outbox.pending_for(mail.visit_id or "")
        assert (waiting.status, waiting.error_id, waiting.due_at) == (
            MailStatus.QUEUED,
            "mail_undelivered",
            NOON + 5 * SECOND,
        )
        assert await uow.outbox.claim(NOON + 4 * SECOND, LEASE, 10) == []
        assert [m.attempts for m in await uow.outbox.claim(NOON + 5 * SECOND, LEASE, 10)] == [2]
        await uow.outbox.mark_sent(mail.id, NOON)
        (sent,) = await uow.outbox.for_visit(mail.visit_id or "")
        assert sent.error_id is None


@pytest.mark.parametrize("retry_at", [None, NOON + LEASE, NOON + 2 * LEASE])
async def test_codes_are_given_up_and_wiped_when_no_try_is_left_before_they_expire(
    db: Database, place: Place, retry_at: object
) -> None:
    """Whether the worker gives up or the next try would come too late."""
    mail = _mail(await booked(db, place), expires_at=NOON + LEASE)
    await _queue(db, mail)
    async with db.begin() as uow:
        await uow.outbox.claim(NOON, LEASE, 10)
        await uow.outbox.mark_failed(mail.id, "mail_refused", retry_at, NOON)  # type: ignore[arg-type]
        (kept,) = await uow.outbox.pending_for(mail.visit_id or "")
    assert (kept.status, kept.error_id, kept.text) == (MailStatus.FAILED, "mail_refused", "")


async def test_messages_of_several_visits_come_in_one_look(db: Database, place: Place) -> None:
    """By visit; one without messages isn't in it."""
    one, other, silent = [await booked(db, place, starts_at=NOON + n * timedelta(hours=1)) for n in range(3)]
    await _queue(db, _mail(one), _mail(other), _mail(other, created_at=NOON + SECOND, name="codes"))
    async with db.read() as uow:
        found = await uow.outbox.for_visits([one.id, other.id, silent.id])
    assert {visit: [mail.name for mail in mails] for visit, mails in found.items()} == {
        one.id: ["approved"],
        other.id: ["approved", "codes"],
    }


async def test_attachments_come_back_as_they_were_queued(db: Database, place: Place) -> None:
    """Bytes, names and ids."""
    files = (
        Attachment("pass.png", "image/png", bytes(range(256)), "pass-qr"),
        Attachment("visit.ics", "text/calendar; method=PUBLISH", "मुलाक़ात".encode()),
    )
    mail = _mail(await booked(db, place), attachments=files)
    await _queue(db, mail)
    async with db.begin() as uow:
        [claimed] = await uow.outbox.claim(NOON, LEASE, 10)
    assert claimed.attachments == files


async def test_letter_that_comes_back_is_bounced_whatever_was_thought_of_it(db: Database, place: Place) -> None:
    """Sent, or taken by the server without our knowing; it isn't tried again, and counts among what has not arrived."""
    visit = await booked(db, place)
    sent, unsure, fresh = _mail(visit), _mail(visit), _mail(visit, due_at=NOON + 60 * SECOND)
    await _queue(db, sent, unsure, fresh)
    async with db.begin() as uow:
        assert len(await uow.outbox.claim(NOON, LEASE, 10)) == 2
        await uow.outbox.mark_sent(sent.id, NOON)
        await uow.outbox.mark_failed(unsure.id, "mail_server_slow", NOON + 5 * SECOND, NOON)
        for mail in (sent, unsure):
            bounced = await uow.outbox.mark_bounced(mail.id, "mailbox_full")
            assert bounced is not None
            assert (bounced.status, bounced.error_id) == (MailStatus.BOUNCED, "mailbox_full")
        await uow.commit()
    async with db.begin() as uow:
        assert [mail.id for mail in await uow.outbox.claim(NOON + 3600 * SECOND, LEASE, 10)] == [fresh.id]
        assert {mail.id for mail in await uow.outbox.pending_for(visit.id)} == {sent.id, unsure.id, fresh.id}


async def test_what_never_left_or_came_back_before_can_not_bounce(db: Database, place: Place) -> None:
    """A report about it is forged, or a repetition."""
    visit = await booked(db, place)
    mail = _mail(visit)
    await _queue(db, mail)
    async with db.begin() as uow:
        assert await uow.outbox.mark_bounced(mail.id, "bounced") is None
        assert await uow.outbox.mark_bounced("0" * 32, "bounced") is None
        await uow.outbox.claim(NOON, LEASE, 10)
        assert await uow.outbox.mark_bounced(mail.id, "bounced") is not None
        assert await uow.outbox.mark_bounced(mail.id, "mailbox_full") is None
