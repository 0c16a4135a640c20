"""broker.outbox: a message carries codes, so nothing of it shows when it is printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broker.outbox import EXPIRED, Channel, MailStatus, OutboxMail, unreachable
from tests.support.clock import NOON


def mail() -> OutboxMail:
    """A code mail, as it is queued."""
    return OutboxMail("codes", "savita@family.example", "Your codes", "OTP: 123456", "<b>123456</b>", NOON)


def test_a_mail_that_is_printed_shows_neither_codes_nor_reader() -> None:
    """A log line or a traceback says which mail, not what stands in it or to whom."""
    own = mail()
    shown = repr(own)
    assert own.id in shown
    for word in ("savita", "Your codes", "123456"):
        assert word not in shown


def test_a_new_mail_is_queued_at_once_untried_and_under_an_id_of_its_own() -> None:
    """Nothing has to be remembered by whoever writes one."""
    one, other = mail(), mail()
    assert one.id != other.id
    assert (one.status, one.attempts, one.channel) == (MailStatus.QUEUED, 0, Channel.MAIL)
    assert (one.due_at, one.expires_at, one.sent_at, one.error_id) == (None, None, None, None)


def test_address_is_unreachable_by_its_newest_mail_that_went_anywhere() -> None:
    """It came back, or no server takes it. What is on its way, a text message, or a server of ours says nothing."""
    came_back = replace(mail(), status=MailStatus.BOUNCED)
    later = NOON + timedelta(minutes=1)
    assert unreachable([came_back]) == {"savita@family.example"}
    assert unreachable([replace(mail(), status=MailStatus.FAILED, error_id="address_refused")])
    assert unreachable([replace(came_back, to="Savita@Family.example")]) == unreachable([came_back])
    assert unreachable([replace(mail(), status=MailStatus.SENT, created_at=later), came_back]) == frozenset()
    for nothing in (
        replace(mail(), created_at=later),
        replace(mail(), status=MailStatus.FAILED, error_id=EXPIRED, created_at=later),
        replace(mail(), status=MailStatus.SENT, channel=Channel.SMS, created_at=later),
    ):
        assert unreachable([nothing]) == frozenset()
        assert unreachable([nothing, came_back]) == unreachable([came_back])
