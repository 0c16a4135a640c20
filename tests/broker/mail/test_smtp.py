"""Mail by SMTP, to real servers: one that takes, one that refuses, one that hangs, one that isn't there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import pytest_asyncio
from icalendar import Calendar

from broker.mail import letters
from broker.mail.errors import MailError, MailRefused, MailUndelivered
from broker.mail.smtp import SmtpSender, as_email
from broker.outbox import Attachment, Channel
from config.settings import Settings
from tests.broker.samples import a_mail
from tests.support.clock import NOON
from tests.support.letters import a_reader
from tests.support.ports import free_port
from tests.support.smtp import SmtpServer

FROM = "Mulakat <no-reply@prisons.example>"
Make = Callable[..., Settings]
Start = Callable[..., Awaitable[int]]


def sender_to(make_settings: Make, port: int, *, timeout: float = 10.0, tls: str = "none") -> SmtpSender:
    """A sender to a server on this machine."""
    settings = make_settings(smtp_host="127.0.0.1", smtp_port=port, smtp_tls=tls, mail_from=FROM)
    return SmtpSender(settings, timeout=timeout)


async def error_of(sender: SmtpSender, to: str = "asha@family.example") -> MailError:
    """How a message is refused."""
    with pytest.raises(MailError) as refused:
        await sender.send(a_mail(to=to), NOON)
    return refused.value


async def test_message_arrives_with_both_parts_and_honest_headers(make_settings: Make, smtp_server: SmtpServer) -> None:
    """Text and HTML alternatives, an id and a date of its own, marked as sent by a machine, on no list."""
    mail = a_mail(text="मुलाक़ात\n", html="<p>मुलाक़ात</p>")
    await sender_to(make_settings, smtp_server.port).send(mail, NOON)
    [taken] = await smtp_server.wait()
    assert (taken["To"], taken["From"], taken["Subject"]) == (mail.to, FROM, mail.subject)
    assert taken["Message-ID"] == f"<{mail.id}@prisons.example>"
    assert parsedate_to_datetime(taken["Date"]) == NOON
    assert taken["Auto-Submitted"] == "auto-generated"
    assert not [name for name in taken if name.lower().startswith("list-") or name.lower() == "precedence"]
    assert [part.get_content_type() for part in taken.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().strip() for part in taken.iter_parts()] == ["मुलाक़ात", "<p>मुलाक़ात</p>"]
    assert smtp_server.recipients == [[mail.to]]


def test_message_handed_over_twice_has_one_id() -> None:
    """So that the reader's mailbox can know it for one."""
    mail = a_mail()
    assert as_email(mail, FROM)["Message-ID"] == as_email(mail, FROM)["Message-ID"]


@pytest.mark.parametrize(
    ("answer", "kind", "error_id"),
    [
        ("550 5.7.1 no such thing here", MailRefused, "message_refused"),
        ("552 5.2.2 mailbox full", MailRefused, "message_refused"),
        ("451 4.3.0 try again", MailUndelivered, "message_refused"),
    ],
)
async def test_servers_answer_decides_whether_to_try_again(
    make_settings: Make, smtp_server: SmtpServer, answer: str, kind: type[MailError], error_id: str
) -> None:
    """5yz is for good, 4yz for now."""
    smtp_server.refuse(answer)
    error = await error_of(sender_to(make_settings, smtp_server.port))
    assert type(error) is kind
    assert error.error_id == error_id


class Script(asyncio.Protocol):
    """A server that answers each command by a script (by the command's first word), or never."""

    def __init__(self, greeting: str, answers: dict[str, str]) -> None:
        self.greeting, self.answers = greeting, answers
        self.received, self.taking = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, or say nothing."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.greeting:
            transport.write(f"{self.greeting}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        """Answer a command, or the end of the message, whose lines need no answer."""
        self.received += data
        if self.taking and not self.received.endswith(b"\r\n.\r\n"):
            return
        word = "." if self.taking else self.received.split()[0].decode().upper()
        self.received, self.taking = b"", word == "DATA"
        if self.answers.get(word):
            self.transport.write(f"{self.answers[word]}\r\n".encode())


GREETING = "220 test"
POLITE = {
    "EHLO": "250 test",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    ".": "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@pytest_asyncio.fixture
async def scripted() -> AsyncIterator[Start]:
    """Start scripted servers; all are closed at the end."""
    servers: list[asyncio.Server] = []

    async def start(greeting: str = GREETING, **answers: str) -> int:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Script(greeting, POLITE | answers), "127.0.0.1", 0)
        servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize(
    ("script", "kind", "error_id"),
    [
        ({"RCPT": "550 5.1.1 no such user"}, MailRefused, "address_refused"),
        ({"RCPT": "450 4.2.0 greylisted"}, MailUndelivered, "address_refused"),
        ({"MAIL": "553 5.1.8 who are you"}, MailRefused, "sender_refused"),
        ({"MAIL": "452 4.3.1 no space"}, MailUndelivered, "sender_refused"),
        ({"greeting": "554 5.7.1 not from you"}, MailUndelivered, "mail_server_refuses_us"),
        ({"greeting": "421 4.3.2 closing"}, MailUndelivered, "mail_server_refuses_us"),
    ],
)
async def test_refusals_of_each_step_are_told_apart(
    make_settings: Make, scripted: Start, script: dict[str, str], kind: type[MailError], error_id: str
) -> None:
    """Before it has seen an address the server's no is about us, and worth another try."""
    port = await scripted(**script)
    error = await error_of(sender_to(make_settings, port))
    assert (type(error), error.error_id) == (kind, error_id)


async def test_address_in_the_servers_answer_is_not_in_the_error(make_settings: Make, scripted: Start) -> None:
    """Servers repeat addresses; what we keep and log doesn't."""
    port = await scripted(RCPT="550 5.1.1 <asha@family.example> unknown")
    error = await error_of(sender_to(make_settings, port))
    assert "asha" not in f"{error} {error!r} {error.args}"
    assert error.__suppress_context__


@pytest.mark.parametrize("step", ["greeting", "EHLO", "RCPT", "."])
async def test_server_that_hangs_is_given_up_in_time(make_settings: Make, scripted: Start, step: str) -> None:
    """At whichever step it goes silent, one time limit covers all."""
    port = await scripted(**{step: ""})
    begun = time.monotonic()
    error = await error_of(sender_to(make_settings, port, timeout=0.3))
    assert (type(error), error.error_id) == (MailUndelivered, "mail_server_slow")
    assert time.monotonic() - begun < 2.5


async def test_server_that_hangs_at_the_goodbye_has_the_message(make_settings: Make, scripted: Start) -> None:
    """Taken is taken: no second mail because of a lost farewell."""
    port = await scripted(QUIT="")
    await sender_to(make_settings, port, timeout=5).send(a_mail(), NOON)


async def test_server_that_is_not_there_is_worth_another_try(make_settings: Make) -> None:
    """A refused connection."""
    error = await error_of(sender_to(make_settings, free_port()))
    assert (type(error), error.error_id) == (MailUndelivered, "mail_server_unreachable")


async def test_codes_never_travel_in_the_clear_when_tls_is_asked_for(
    make_settings: Make, smtp_server: SmtpServer
) -> None:
    """A server without STARTTLS is refused by us, not used without it."""
    error = await error_of(sender_to(make_settings, smtp_server.port, tls="starttls"))
    assert type(error) is MailUndelivered
    assert smtp_server.attempts == 0


@pytest.mark.parametrize("to", ["", "nobody", "a@b.example\r\nBcc: all@b.example", "@b.example\n"])
async def test_address_that_cannot_stand_in_a_header_is_refused(
    make_settings: Make, smtp_server: SmtpServer, to: str
) -> None:
    """Nothing is sent, and nobody else is written to."""
    error = await error_of(sender_to(make_settings, smtp_server.port), to)
    assert (type(error), error.error_id) == (MailRefused, "address_unusable")
    assert smtp_server.attempts == 0


async def test_text_message_to_a_mobile_is_not_mail(make_settings: Make, smtp_server: SmtpServer) -> None:
    """Without an SMS gateway it fails at once, and says so."""
    with pytest.raises(MailRefused, match="no_sms_gateway"):
        await sender_to(make_settings, smtp_server.port).send(a_mail(channel=Channel.SMS), NOON)


async def test_attachments_arrive_each_in_its_place(make_settings: Make, smtp_server: SmtpServer) -> None:
    """A picture of the HTML part goes with it, under the id it asks for; a calendar entry keeps its method."""
    image = Attachment("pass.png", "image/png", b"\x89PNG\r\n", "pass-qr")
    entry = Attachment("visit.ics", "text/calendar; charset=utf-8; method=PUBLISH", "BEGIN:मुलाक़ात\r\n".encode())
    mail = a_mail(html='<p><img src="cid:pass-qr"></p>', attachments=(image, entry))
    await sender_to(make_settings, smtp_server.port).send(mail, NOON)
    [taken] = await smtp_server.wait()
    assert taken.get_content_type() == "multipart/mixed"
    alternative, calendar = taken.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    text, related = alternative.iter_parts()
    assert (text.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    html, picture = related.iter_parts()
    assert "cid:pass-qr" in html.get_content()
    assert (picture["Content-ID"], picture.get_content_type()) == ("<pass-qr>", "image/png")
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content() == b"\x89PNG\r\n"
    assert (calendar.get_content_type(), calendar.get_param("method")) == ("text/calendar", "PUBLISH")
    assert calendar.get_content_charset() == "utf-8"
    assert calendar.get_filename() == "visit.ics"
    assert calendar.get_payload(decode=True) == entry.body


async def test_approval_of_a_visit_arrives_with_a_calendar_entry_that_can_be_read(
    make_settings: Make, smtp_server: SmtpServer
) -> None:
    """The whole way: composed, addressed, sent, taken apart."""
    reader = a_reader()
    letter = letters.approved(reader, NOON)
    mail = letters.addressed(
        letter.name, letter.message, reader.visit, reader.visitor, NOON, attachments=letter.attachments
    )
    await sender_to(make_settings, smtp_server.port).send(mail, NOON)
    [taken] = await smtp_server.wait()
    [entry] = [part for part in taken.walk() if part.get_content_type() == "text/calendar"]
    body = entry.get_payload(decode=True)
    assert isinstance(body, bytes)
    event: Any = Calendar.from_ical(body).walk("VEVENT")[0]
    assert event["dtstart"].dt == NOON
