"""Handing a message over: the port the outbox needs, and the choice of what stands behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from broker.mail.files import FileSender
from broker.mail.smtp import SmtpSender
from broker.outbox import OutboxMail
from config.settings import Settings


class Sender(Protocol):
    """A way out of the house for messages."""

    async def send(self, mail: OutboxMail, now: datetime, /) -> None:
        """Hand one message over; returns once the other side has taken it. Raises MailRefused, MailUndelivered."""
        ...


def make_sender(settings: Settings) -> Sender:
    """SMTP where a server is set, files for the development inbox where none is."""
    return FileSender(settings.mail_dir) if settings.embedded_mail else SmtpSender(settings)
