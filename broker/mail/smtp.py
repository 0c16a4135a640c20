"""Mail by SMTP (RFC 5321), one connection a message, with one time limit over all of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import ContentTypeHeader
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from typing import Any

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from broker.mail.errors import MailError, MailRefused, MailUndelivered
from broker.outbox import Attachment, Channel, OutboxMail
from config.settings import Settings

#: Seconds for connecting and handing one message over. Shorter than the outbox's lease, so that nobody else tries too.
TIMEOUT = 10.0
_GOODBYE = 1.0
_PERMANENT = 500


class SmtpSender:
    """A client of the mail server in the settings."""

    def __init__(self, settings: Settings, *, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._timeout = timeout

    async def send(self, mail: OutboxMail, _now: datetime, /) -> None:
        """Hand one message over; returns once the server has taken it (250 after DATA). Raises MailRefused,
        MailUndelivered.
        """
        if mail.channel is not Channel.MAIL:
            raise MailRefused("no_sms_gateway")
        message = as_email(mail, self._settings.mail_from)
        client = self._client()
        try:
            async with asyncio.timeout(self._timeout):
                await _connect(client)
                await _hand_over(client, message)
        except TimeoutError:
            raise MailUndelivered("mail_server_slow") from None
        finally:
            await _leave(client)

    def _client(self) -> SMTP:
        settings = self._settings
        return SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username or None,
            password=settings.smtp_password.get_secret_value() or None,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            timeout=self._timeout,
        )


def as_email(mail: OutboxMail, sender: str) -> EmailMessage:
    """The message as RFC 5322 wants it. Raises MailRefused when the address or subject can't stand in a header.

    The Message-ID follows from the outbox's id, so that a message handed over twice can be known for one;
    Auto-Submitted keeps holiday notices from answering (RFC 3834, section 5).
    """
    message = EmailMessage(policy=SMTP_POLICY)
    try:
        message["From"] = sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
    except ValueError:
        raise MailRefused("address_unusable") from None
    if not message["To"].addresses or not message["To"].addresses[0].domain:
        raise MailRefused("address_unusable")
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{mail.id}@{domain}>"
    message["Date"] = format_datetime(mail.created_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    _attach(message, mail.attachments)
    return message


def _attach(message: EmailMessage, attachments: Iterable[Attachment]) -> None:
    """Pictures of the HTML part go beside it (RFC 2387), all others after the text (RFC 2183)."""
    *_, html = message.iter_parts()
    for each in attachments:
        kind = _content_type(each)
        how: dict[str, Any] = {"maintype": kind.maintype, "subtype": kind.subtype, "params": dict(kind.params)}
        if each.content_id is None:
            message.add_attachment(each.body, filename=each.filename, **how)
        elif isinstance(html, MIMEPart):
            cid = f"<{each.content_id}>"
            html.add_related(each.body, filename=each.filename, disposition="inline", cid=cid, **how)


def _content_type(attachment: Attachment) -> ContentTypeHeader:
    """`text/calendar; method=PUBLISH` in its parts (RFC 2045, section 5.1)."""
    header = SMTP_POLICY.header_factory("Content-Type", attachment.content_type)
    if not isinstance(header, ContentTypeHeader):
        raise MailRefused("attachment_unusable")
    return header


async def _connect(client: SMTP) -> None:
    """Whatever the server says to us before it has seen a message is about us, not about the message: try again."""
    try:
        await client.connect()
    except TimeoutError:
        raise MailUndelivered("mail_server_slow") from None
    except SMTPResponseException:
        raise MailUndelivered("mail_server_refuses_us") from None
    except (SMTPException, OSError, ValueError):
        raise MailUndelivered("mail_server_unreachable") from None


async def _hand_over(client: SMTP, message: EmailMessage) -> None:
    try:
        await client.send_message(message)
    except SMTPRecipientsRefused as error:
        raise _by_code(error.recipients[0].code, "address_refused") from None
    except SMTPSenderRefused as error:
        raise _by_code(error.code, "sender_refused") from None
    except SMTPResponseException as error:
        raise _by_code(error.code, "message_refused") from None
    except SMTPNotSupported:
        raise MailRefused("address_unusable") from None
    except TimeoutError:
        raise MailUndelivered("mail_server_slow") from None
    except (SMTPException, OSError):
        raise MailUndelivered("mail_server_unreachable") from None


async def _leave(client: SMTP) -> None:
    """The message is taken, or lost, whatever happens to the goodbye."""
    with contextlib.suppress(SMTPException, OSError, TimeoutError):
        if client.is_connected:
            async with asyncio.timeout(_GOODBYE):
                await client.quit()
    client.close()


def _by_code(code: int, error_id: str) -> MailError:
    return MailRefused(error_id) if code >= _PERMANENT else MailUndelivered(error_id)
