"""A message on its way: written in the transaction that causes it, sent after the commit by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from broker.visit import new_id

#: The error of codes whose time ran out before a server took them.
EXPIRED = "expired"


class Channel(StrEnum):
    """How a message reaches its reader."""

    MAIL = "mail"
    SMS = "sms"


class MailStatus(StrEnum):
    """`queued` until the server took it (also between two tries), `failed` when nobody will try again, `bounced` when a
    server took it and sent it back later (RFC 3464).
    """

    BOUNCED = "bounced"
    FAILED = "failed"
    QUEUED = "queued"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message. `content_id` set: it stands within the HTML part (`cid:`, RFC 2392)."""

    filename: str
    content_type: str
    body: bytes = field(repr=False)
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """One message to one address.

    `name` is the template's ("approved", "codes"). `expires_at` set means that it carries codes: it isn't sent later
    than that, and its text is wiped once sent, expired or given up. `attempts` counts the tries begun, `due_at` is the
    earliest next one, `error_id` says why the last one failed ("expired" when its time ran out).
    """

    name: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    created_at: datetime
    visit_id: str | None = None
    visitor_id: str | None = None
    channel: Channel = Channel.MAIL
    expires_at: datetime | None = None
    due_at: datetime | None = None
    status: MailStatus = MailStatus.QUEUED
    attempts: int = 0
    error_id: str | None = None
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = field(repr=False, default=())
    id: str = field(default_factory=new_id)


def unreachable(mails: Iterable[OutboxMail]) -> frozenset[str]:
    """The addresses (casefolded) whose newest settled mail came back or was refused. A server of ours that was away
    says nothing about an address.
    """
    newest: dict[str, OutboxMail] = {}
    for mail in sorted(mails, key=lambda each: each.created_at):
        away = mail.status is MailStatus.FAILED and mail.error_id == EXPIRED
        if mail.channel is Channel.MAIL and mail.status is not MailStatus.QUEUED and not away:
            newest[mail.to.casefold()] = mail
    return frozenset(to for to, mail in newest.items() if mail.status is not MailStatus.SENT)
