"""What became of the code mails of a visit, for the page that waits for one and the operator who helps. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from broker.outbox import MailStatus, OutboxMail


class MailProgress(StrEnum):
    """Where a code mail stands."""

    FAILED = "failed"
    NONE = "none"
    QUEUED = "queued"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class MailState:
    """Where a visitor's newest code mail stands since `at` (UTC; None when there is none).

    `error_id` says why the last try failed, also while another one is due at `retry_at`. `to`: the address it went to,
    which may be another registered one.
    """

    progress: MailProgress
    at: datetime | None = None
    error_id: str | None = None
    retry_at: datetime | None = None
    to: str = field(repr=False, default="")


NO_MAIL = MailState(MailProgress.NONE)


def mail_states(mails: Iterable[OutboxMail]) -> dict[str, MailState]:
    """The state of each visitor's newest code mail; visitors without one are left out (see NO_MAIL)."""
    newest: dict[str, OutboxMail] = {}
    for mail in mails:
        if mail.name != "codes" or mail.visitor_id is None:
            continue
        known = newest.get(mail.visitor_id)
        if known is None or mail.created_at >= known.created_at:
            newest[mail.visitor_id] = mail
    return {visitor: _state(mail) for visitor, mail in newest.items()}


def _state(mail: OutboxMail) -> MailState:
    match mail.status:
        case MailStatus.SENT:
            return MailState(MailProgress.SENT, mail.sent_at, to=mail.to)
        case MailStatus.FAILED | MailStatus.BOUNCED:
            return MailState(MailProgress.FAILED, mail.due_at or mail.created_at, mail.error_id, to=mail.to)
        case MailStatus.QUEUED:
            waiting = mail.due_at if mail.error_id else None
            return MailState(MailProgress.QUEUED, mail.created_at, mail.error_id, waiting, mail.to)
