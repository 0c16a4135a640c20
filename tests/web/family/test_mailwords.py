"""web.family.mailwords: what became of the code mail, and an address only its owner knows again."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from broker.outbox import OutboxMail
from broker.visit import Visit
from tests.broker.samples import a_visit
from tests.support.asked import asked
from tests.support.desk import Desk
from web.family import mailwords

LOCAL = st.text("abcdefghijklmnopqrstuvwxyz0123456789.+_@", min_size=1, max_size=64)


@given(LOCAL, LOCAL)
def test_a_masked_address_shows_one_letter_and_tells_no_length(one: str, other: str) -> None:
    """Two addresses of one domain that begin alike look alike."""
    masks = [mailwords.masked(f"{local}@family.example") for local in (one, other)]
    assert masks[0] == f"{one[0]}••••@family.example"
    assert (masks[0] == masks[1]) is (one[0] == other[0])


def codes_mail(visit: Visit, desk: Desk, *, age: float = 0) -> OutboxMail:
    """A code mail to the visit's visitor, queued so many seconds ago."""
    visitor, at = visit.visitors[0], desk.clock.now() - timedelta(seconds=age)
    expires_at = desk.clock.now() + timedelta(minutes=5)
    return OutboxMail("codes", visitor.email, "s", "t", "h", at, visit.id, visitor.id, expires_at=expires_at)


async def told(desk: Desk, visit: Visit) -> dict[str, str]:
    """What the visitor is told."""
    return await mailwords.tell(asked(desk.app), visit, visit.visitors[0])


async def test_the_newest_mail_is_the_one_that_is_told_of(desk: Desk) -> None:
    """From nothing over a first mail that failed to a second one that was sent, with the jail's clock."""
    visit = await desk.book()
    assert await told(desk, visit) == mailwords.NOTHING
    first, second = codes_mail(visit, desk, age=90), codes_mail(visit, desk)
    async with desk.db.begin() as uow:
        await uow.outbox.add(first)
        await uow.outbox.mark_failed(first.id, "mail_refused", None, desk.clock.now())
        await uow.commit()
    failed = await told(desk, visit)
    assert failed["state"] == "failed"
    assert "helpline" in failed["text"]
    async with desk.db.begin() as uow:
        await uow.outbox.add(second)
        await uow.commit()
    assert (await told(desk, visit))["state"] == "queued"
    sent_at = desk.clock.now().replace(hour=6, minute=30)
    async with desk.db.begin() as uow:
        await uow.outbox.mark_sent(second.id, sent_at)
        await uow.commit()
    sent = await told(desk, visit)
    assert sent["state"] == "sent"
    assert "12:00" in sent["text"]


async def test_a_mail_that_will_be_tried_again_is_not_given_up(desk: Desk) -> None:
    """Queued with an error is a state of its own: the family need do nothing."""
    visit = await desk.book()
    mail = codes_mail(visit, desk)
    async with desk.db.begin() as uow:
        await uow.outbox.add(mail)
        await uow.outbox.mark_failed(mail.id, "mail_deferred", mail.created_at + timedelta(seconds=30), mail.created_at)
        await uow.commit()
    assert (await told(desk, visit))["state"] == "retrying"


async def test_without_a_database_the_page_says_nothing_of_the_mail(wired: web.Application) -> None:
    """The page itself still stands: a mail's fate is no reason for an error."""
    visit = a_visit()
    assert await mailwords.tell(asked(wired), visit, visit.visitors[0]) == mailwords.NOTHING
