"""A letter, and the envelopes it leaves in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from broker.mail.compose import Message, compose, compose_sms, has_sms
from broker.outbox import Attachment, Channel, OutboxMail
from broker.visit import Visit, Visitor


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told of one thing. `name` is its template folder; `sms` the short form for a telephone, for
    letters that have one.
    """

    name: str
    message: Message
    sms: Message | None = None
    attachments: tuple[Attachment, ...] = field(repr=False, default=())


def write(name: str, language: str, context: Mapping[str, Any], attachments: tuple[Attachment, ...] = ()) -> Letter:
    """Fill in the templates of `name`. Raises jinja2.UndefinedError when the context lacks something they need."""
    sms = compose_sms(name, language, context) if has_sms(name) else None
    return Letter(name, compose(name, language, context), sms, attachments)


def addressed(
    name: str,
    message: Message,
    visit: Visit,
    visitor: Visitor,
    now: datetime,
    *,
    expires_at: datetime | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> OutboxMail:
    """Put a message into an envelope to a visitor, for the outbox; `expires_at` for one that carries codes."""
    return OutboxMail(
        name=name,
        to=visitor.email,
        subject=message.subject,
        text=message.text,
        html=message.html,
        created_at=now,
        visit_id=visit.id,
        visitor_id=visitor.id,
        expires_at=expires_at,
        attachments=attachments,
    )


def texted(name: str, message: Message, visit: Visit, visitor: Visitor, now: datetime) -> OutboxMail:
    """The short form, to a visitor's mobile."""
    return OutboxMail(
        name=name,
        to=visitor.mobile,
        subject="",
        text=message.text,
        html="",
        created_at=now,
        visit_id=visit.id,
        visitor_id=visitor.id,
        channel=Channel.SMS,
    )
