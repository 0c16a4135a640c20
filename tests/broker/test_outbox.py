"""broker.outbox: a message carries codes, so nothing of it shows when it is printed."""

from __future__ import annotations

from broker.outbox import Channel, MailStatus, OutboxMail
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
