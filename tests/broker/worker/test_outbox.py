"""The outbox loop: handed over once, tried again with patience, wiped when done; one slow server holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from broker.mail.errors import MailRefused, MailUndelivered
from broker.mail.smtp import SmtpSender
from broker.outbox import MailStatus, OutboxMail
from broker.storage.database import Database
from broker.visit import Visit
from broker.worker.outbox import GIVE_UP_AFTER, LEASE, OutboxLoop, retry_at
from config import keys
from config.settings import Settings
from tests.broker.samples import a_mail
from tests.support.clock import NOON, ManualClock
from tests.support.smtp import SmtpServer

SECOND = timedelta(seconds=1)


class Postbox:
    """A sender that takes everything, unless an address is to be refused, kept waiting, or failed."""

    def __init__(self, **errors: Exception) -> None:
        self.taken: list[str] = []
        self.tried: list[str] = []
        self.errors = errors
        self.gate = asyncio.Event()

    async def send(self, mail: OutboxMail, _now: datetime, /) -> None:
        """Take it; `slow...` waits at the gate first."""
        self.tried.append(mail.to)
        if mail.to.startswith("slow"):
            await self.gate.wait()
        if error := self.errors.get(mail.to.partition("@")[0]):
            raise error
        self.taken.append(mail.to)


async def queue(db: Database, *mails: OutboxMail) -> None:
    """Put mails into the outbox, committed."""
    async with db.begin() as uow:
        for mail in mails:
            await uow.outbox.add(mail)
        await uow.commit()


def codes_to(visit: Visit, **changes: Any) -> OutboxMail:
    """A code mail of the visit, good for five minutes from noon."""
    fields = {"visit_id": visit.id, "visitor_id": visit.visitors[0].id, "name": "codes", "text": "OTP: 482193"}
    return a_mail(**(fields | {"expires_at": NOON + 300 * SECOND} | changes))


async def kept(db: Database, visit: Visit) -> list[OutboxMail]:
    """What the outbox holds for the visit."""
    async with db.read() as uow:
        return await uow.outbox.for_visit(visit.id)


async def settle(loop: OutboxLoop) -> None:
    """One round, and everything it started."""
    await loop.round()
    await loop.finish(10)


def test_codes_are_tried_after_1_5_25_and_then_each_60_seconds_until_they_expire() -> None:
    """The next try would come too late: no next try."""
    mail, now, waits = codes_mail(), NOON, []
    for attempts in range(1, 20):
        again = retry_at(OutboxMail(**{**fields_of(mail), "attempts": attempts}), now)
        if again is None:
            break
        waits.append((again - now).total_seconds())
        now = again
    assert waits == [1, 5, 25, 60, 60, 60, 60]


def test_other_mail_is_tried_ever_more_rarely_for_two_days() -> None:
    """A mail server that is down over a weekend's night is no reason to forget an approval."""
    mail = a_mail()
    waits = [retry_at(OutboxMail(**{**fields_of(mail), "attempts": tries}), NOON) for tries in range(1, 9)]
    assert [(again - NOON).total_seconds() for again in waits if again] == [1, 5, 25, 60, 300, 900, 900, 900]
    late = OutboxMail(**{**fields_of(mail), "attempts": 9})
    assert retry_at(late, NOON + GIVE_UP_AFTER - 901 * SECOND) is not None
    assert retry_at(late, NOON + GIVE_UP_AFTER - 900 * SECOND) is None


@pytest.mark.parametrize(("name", "minutes"), [("reminder_hour", 15), ("reminder_day", 240)])
def test_reminder_that_comes_too_late_is_not_sent(name: str, minutes: int) -> None:
    """It was queued that long before the visit at the latest, so it never comes after it."""
    mail = OutboxMail(**{**fields_of(a_mail(name=name)), "attempts": 1})
    assert retry_at(mail, NOON + 60 * minutes * SECOND - 2 * SECOND) is not None
    assert retry_at(mail, NOON + 60 * minutes * SECOND - SECOND) is None


def codes_mail() -> OutboxMail:
    """A code mail of no visit."""
    return a_mail(name="codes", expires_at=NOON + 300 * SECOND)


def fields_of(mail: OutboxMail) -> dict[str, Any]:
    """Its fields, to change some."""
    return {name: getattr(mail, name) for name in OutboxMail.__dataclass_fields__}


async def test_due_mail_is_handed_over_once_and_its_codes_are_wiped(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Sent, dated, without its text; a second round finds nothing."""
    await queue(db, codes_to(visit, to="asha@family.example"))
    postbox = Postbox()
    loop = OutboxLoop(db, redis, postbox, clock)
    await settle(loop)
    await settle(loop)
    assert postbox.taken == ["asha@family.example"]
    [mail] = await kept(db, visit)
    assert (mail.status, mail.sent_at) == (MailStatus.SENT, NOON)
    assert (mail.subject, mail.text, mail.html) == ("", "", "")


async def test_mail_refused_for_good_fails_at_once(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """No second try, the reason is kept, the codes are not."""
    await queue(db, codes_to(visit, to="gone@family.example"))
    postbox = Postbox(gone=MailRefused("address_refused"))
    loop = OutboxLoop(db, redis, postbox, clock)
    await settle(loop)
    clock.advance(200)
    await settle(loop)
    assert len(postbox.tried) == 1
    [mail] = await kept(db, visit)
    assert (mail.status, mail.error_id, mail.text) == (MailStatus.FAILED, "address_refused", "")


async def test_mail_that_breaks_its_sender_is_given_up_in_the_end(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Tried ever more rarely like any other, and not with every lease for ever."""
    await queue(db, codes_to(visit, to="odd@family.example"))
    loop = OutboxLoop(db, redis, Postbox(odd=UnicodeError("surrogates")), clock)
    await settle(loop)
    [mail] = await kept(db, visit)
    assert (mail.status, mail.error_id, mail.due_at) == (MailStatus.QUEUED, "not_delivered", NOON + SECOND)
    clock.advance(270)
    await settle(loop)
    [mail] = await kept(db, visit)
    assert (mail.status, mail.text) == (MailStatus.QUEUED, "OTP: 482193")
    clock.advance(29)
    await settle(loop)
    [mail] = await kept(db, visit)
    assert (mail.status, mail.text) == (MailStatus.FAILED, "")


async def test_undelivered_mail_waits_its_turn_and_then_arrives(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """While it waits, page and operator can see why and until when."""
    await queue(db, codes_to(visit, to="later@family.example"))
    postbox = Postbox(later=MailUndelivered("mail_server_slow"))
    loop = OutboxLoop(db, redis, postbox, clock)
    await settle(loop)
    [mail] = await kept(db, visit)
    assert (mail.status, mail.error_id, mail.due_at) == (MailStatus.QUEUED, "mail_server_slow", NOON + SECOND)
    await settle(loop)
    assert len(postbox.tried) == 1, "it is not due yet"
    postbox.errors.clear()
    clock.advance(1)
    await settle(loop)
    assert postbox.taken == ["later@family.example"]
    assert [mail.status for mail in await kept(db, visit)] == [MailStatus.SENT]


async def test_dead_codes_are_never_sent(db: Database, redis: Redis, clock: ManualClock, visit: Visit) -> None:
    """A worker that comes back after five minutes gives them up and wipes them."""
    await queue(db, codes_to(visit))
    clock.advance(300)
    postbox = Postbox()
    await settle(OutboxLoop(db, redis, postbox, clock))
    assert postbox.tried == []
    [mail] = await kept(db, visit)
    assert (mail.status, mail.error_id, mail.text) == (MailStatus.FAILED, "expired", "")


async def test_mail_to_a_slow_server_holds_up_no_other(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Seven hang, and somebody's codes go out past them."""
    slow = [codes_to(visit, to=f"slow{number}@family.example") for number in range(7)]
    await queue(db, *slow)
    postbox = Postbox()
    loop = OutboxLoop(db, redis, postbox, clock)
    await loop.round()
    clock.advance(1)
    await queue(db, codes_to(visit, to="asha@family.example"))
    await loop.round()
    assert postbox.taken == ["asha@family.example"]
    postbox.gate.set()
    await loop.finish(10)
    assert len(postbox.taken) == 8


async def test_mail_of_a_worker_that_died_is_sent_by_another_after_its_lease(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Not before, so that no two try at once."""
    await queue(db, codes_to(visit, to="slow@family.example"))
    dying, other = Postbox(), Postbox()
    first = OutboxLoop(db, redis, dying, clock)
    await first.round()
    await first.finish(0)
    other.gate.set()
    second = OutboxLoop(db, redis, other, clock)
    await settle(second)
    assert other.tried == []
    clock.advance(LEASE.total_seconds())
    await settle(second)
    assert other.taken == ["slow@family.example"]


async def test_consoles_hear_of_a_code_mails_fate(db: Database, redis: Redis, clock: ManualClock, visit: Visit) -> None:
    """The operator's board takes a new snapshot when a mail has failed."""
    await queue(db, codes_to(visit, to="gone@family.example"))
    async with redis.pubsub() as channel:
        await channel.subscribe(keys.jail_changed(visit.jail.id))
        await channel.get_message(timeout=5)
        await settle(OutboxLoop(db, redis, Postbox(gone=MailRefused("address_refused")), clock))
        heard = await channel.get_message(ignore_subscribe_messages=True, timeout=5)
    assert heard is not None


async def test_logs_of_sending_hold_no_code_and_no_address(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Whether it arrives or not."""
    await queue(db, codes_to(visit, to="asha@family.example"), codes_to(visit, to="gone@family.example"))
    with capture_logs() as logs:
        await settle(OutboxLoop(db, redis, Postbox(gone=MailRefused("address_refused")), clock))
    assert {line["event"] for line in logs} >= {"mail_delivered", "mail_not_delivered"}
    for secret in ("482193", "family.example", "नमस्ते"):
        assert secret not in str(logs)


async def test_codes_go_out_past_a_pile_of_other_mail(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit
) -> None:
    """Somebody waits for codes; nobody waits for the tenth approval of the morning."""
    await queue(db, *(a_mail(to=f"slow{number}@family.example") for number in range(20)))
    clock.advance(1)
    await queue(db, codes_to(visit, to="asha@family.example", created_at=clock.now()))
    postbox = Postbox()
    loop = OutboxLoop(db, redis, postbox, clock)
    await loop.round()
    assert postbox.taken == ["asha@family.example"]
    postbox.gate.set()
    await loop.finish(10)


async def test_refusal_by_a_real_server_reaches_the_outbox(
    make_settings: Callable[..., Settings], smtp_server: SmtpServer, db: Database, redis: Redis, visit: Visit
) -> None:
    """451 first, then 550: queued with a reason, then failed with one."""
    clock = ManualClock()
    smtp_server.refuse("451 4.3.0 try again")
    smtp_server.refuse("550 5.7.1 no")
    settings = make_settings(smtp_host=smtp_server.host, smtp_port=smtp_server.port, smtp_tls="none")
    loop = OutboxLoop(db, redis, SmtpSender(settings), clock)
    await queue(db, codes_to(visit))
    await settle(loop)
    assert [mail.status for mail in await kept(db, visit)] == [MailStatus.QUEUED]
    clock.advance(1)
    await settle(loop)
    [mail] = await kept(db, visit)
    assert (mail.status, mail.error_id) == (MailStatus.FAILED, "message_refused")
    assert smtp_server.attempts == 2


async def test_mail_that_went_out_is_marked_also_when_the_database_stumbles(
    db: Database, redis: Redis, clock: ManualClock, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unmarked, it would go out again after its lease."""
    monkeypatch.setattr("broker.worker.outbox._MARK_PAUSES", (0, 0, 0))
    await queue(db, codes_to(visit, to="slow@family.example"))
    stumbling, postbox = Stumbling(db), Postbox()
    loop = OutboxLoop(stumbling, redis, postbox, clock)  # type: ignore[arg-type]
    await loop.round()
    stumbling.failures = 3
    postbox.gate.set()
    await loop.finish(10)
    assert [mail.status for mail in await kept(db, visit)] == [MailStatus.SENT]


class Stumbling:
    """A database that loses its connection at the next so many writes."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.failures = 0
        self.read = db.read

    def begin(self) -> Any:
        """A transaction, or an outage."""
        if self.failures:
            self.failures -= 1
            raise ConnectionError("gone")
        return self.db.begin()
