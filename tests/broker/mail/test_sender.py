"""What stands behind the outbox: chosen by the settings, apart for mail and text messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from broker.mail.errors import MailRefused
from broker.mail.files import FileSender, read_inbox
from broker.mail.sender import ByChannel, make_sender
from broker.mail.sms import NoSms, SmsGateway
from broker.mail.smtp import SmtpSender
from broker.outbox import Channel, OutboxMail
from config.settings import Settings
from tests.broker.samples import a_mail
from tests.support.clock import NOON

Make = Callable[..., Settings]


class Kept:
    """A sender that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[OutboxMail] = []

    async def send(self, mail: OutboxMail, _now: datetime, /) -> None:
        """Keep it."""
        self.mails.append(mail)


async def test_each_channel_goes_its_own_way() -> None:
    """No mail to a gateway, no text message to a mail server."""
    mail, sms = Kept(), Kept()
    sender = ByChannel(mail, sms)
    await sender.send(a_mail(), NOON)
    await sender.send(a_mail(channel=Channel.SMS), NOON)
    assert [each.channel for each in mail.mails] == [Channel.MAIL]
    assert [each.channel for each in sms.mails] == [Channel.SMS]


@pytest.mark.parametrize(
    ("changes", "mail", "sms"),
    [
        ({}, FileSender, FileSender),
        ({"smtp_host": "mail.example"}, SmtpSender, NoSms),
        ({"sms_url": "https://sms.example"}, FileSender, SmsGateway),
        ({"smtp_host": "mail.example", "sms_url": "https://sms.example"}, SmtpSender, SmsGateway),
    ],
)
def test_settings_decide_where_messages_go(make_settings: Make, changes: dict[str, str], mail: type, sms: type) -> None:
    """Embedded: everything into files. With a mail server but no gateway, text messages go nowhere."""
    sender = make_sender(make_settings(**changes))
    assert isinstance(sender, ByChannel)
    assert isinstance(sender.mail, mail)
    assert isinstance(sender.sms, sms)


async def test_embedded_text_message_is_in_the_inbox(make_settings: Make) -> None:
    """Told apart by its kind."""
    settings = make_settings()
    await make_sender(settings).send(a_mail(channel=Channel.SMS, to="+919876543210", html=""), NOON)
    [entry] = read_inbox(settings.mail_dir)
    assert (entry["kind"], entry["to"]) == ("sms", "+919876543210")


async def test_text_message_without_a_gateway_fails_at_once_and_says_why(make_settings: Make) -> None:
    """Nobody waits for what can't come."""
    with pytest.raises(MailRefused, match="no_sms_gateway"):
        await make_sender(make_settings(smtp_host="mail.example")).send(a_mail(channel=Channel.SMS), NOON)
