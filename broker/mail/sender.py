"""Handing a message over: the port the outbox needs, and the choice of what stands behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from broker.mail.files import FileSender
from broker.outbox import Channel, OutboxMail
from config.settings import Settings


class Sender(Protocol):
    """A way out of the house for messages."""

    async def send(self, mail: OutboxMail, now: datetime, /) -> None:
        """Hand one message over; returns once the other side has taken it. Raises MailRefused, MailUndelivered."""
        ...


class ByChannel:
    """Mail goes one way, text messages another."""

    def __init__(self, mail: Sender, sms: Sender) -> None:
        self.mail = mail
        self.sms = sms

    async def send(self, mail: OutboxMail, now: datetime, /) -> None:
        """Hand it to the sender of its channel. Raises MailRefused, MailUndelivered."""
        await (self.sms if mail.channel is Channel.SMS else self.mail).send(mail, now)


def make_sender(settings: Settings) -> Sender:
    """SMTP and the SMS gateway where they are set; files for the development inbox where mail is embedded."""
    files = FileSender(settings.mail_dir) if settings.embedded_mail else None
    return ByChannel(files or _smtp(settings), _sms(settings, files))


def _smtp(settings: Settings) -> Sender:
    from broker.mail.smtp import SmtpSender  # noqa: PLC0415 - its client takes a while to load, and commands send nothing

    return SmtpSender(settings)


def _sms(settings: Settings, files: Sender | None) -> Sender:
    if files and not settings.sms_url:
        return files
    from broker.mail.sms import NoSms, SmsGateway  # noqa: PLC0415 - as above

    return SmsGateway(settings) if settings.sms_url else NoSms()
