"""What page and operator are told about code mails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from broker.admission.mailstate import MailProgress, MailState, mail_states
from broker.outbox import MailStatus, OutboxMail
from tests.broker import samples
from tests.support.clock import NOON

SECOND = timedelta(seconds=1)
TO = "asha@family.example"


def a_mail(visitor: str | None = "v1", at: datetime = NOON, name: str = "codes", **changes: Any) -> OutboxMail:
    """A code mail to a visitor."""
    return samples.a_mail(at, name=name, visitor_id=visitor, **changes)


def test_visitor_without_a_code_mail_is_left_out() -> None:
    """Other mails, and mails to nobody's codes, say nothing about codes."""
    assert mail_states([a_mail(name="approved"), a_mail(visitor=None)]) == {}


def test_newest_code_mail_of_each_visitor_counts() -> None:
    """An older mail that failed is of no interest once a newer one was sent, in whatever order they are read."""
    old = a_mail(status=MailStatus.FAILED, error_id="address_refused")
    new = a_mail(at=NOON + 60 * SECOND, status=MailStatus.SENT, sent_at=NOON + 61 * SECOND)
    other = a_mail(visitor="v2")
    expected = {
        "v1": MailState(MailProgress.SENT, NOON + 61 * SECOND, to=TO),
        "v2": MailState(MailProgress.QUEUED, NOON, to=TO),
    }
    assert mail_states([old, new, other]) == mail_states([new, other, old]) == expected


def test_mail_between_two_tries_says_why_and_when_next() -> None:
    """Queued with an error is shown with both; queued for the first time with neither."""
    state = mail_states([a_mail(error_id="mail_server_slow", due_at=NOON + 5 * SECOND)])["v1"]
    assert state == MailState(MailProgress.QUEUED, NOON, "mail_server_slow", NOON + 5 * SECOND, TO)
    assert mail_states([a_mail(due_at=NOON)])["v1"].retry_at is None


def test_failed_mail_says_why() -> None:
    """The operator sees the reason by its id."""
    state = mail_states([a_mail(status=MailStatus.FAILED, error_id="address_refused", due_at=NOON)])["v1"]
    assert (state.progress, state.error_id) == (MailProgress.FAILED, "address_refused")
