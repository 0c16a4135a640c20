"""web.dev.inbox: every mail the demonstration has sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape

from broker.mail import bounces
from broker.mail.files import FileSender
from broker.outbox import Attachment, Channel, OutboxMail
from tests.support.desk import Desk
from web.keys import SETTINGS

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def send(desk: Desk, subject: str, text: str, after: int = 0) -> None:
    """Write a mail as the worker does without an SMTP server."""
    at = NOW + timedelta(seconds=after)
    mail = OutboxMail("codes", "savita@family.example", subject, text, "<p>html</p>", at)
    await FileSender(desk.app[SETTINGS].mail_dir).send(mail, at)


async def test_an_empty_inbox_says_how_to_fill_it(desk: Desk) -> None:
    """Before the first mail."""
    async with desk.browser() as browser:
        assert "./run demo" in await (await browser.get("/dev/inbox")).text()
        assert await (await browser.get("/dev/inbox.json")).json() == []


async def test_mails_are_shown_newest_first_with_links_and_without_their_markup(desk: Desk) -> None:
    """Text is text: only addresses of the web become links."""
    await send(desk, "First", "old")
    await send(desk, "Second", "<script>alert(1)</script> http://127.0.0.1:8080/join/abc?x=1&y=2 end", after=1)
    async with desk.browser() as browser:
        page = await (await browser.get("/dev/inbox")).text()
    assert page.index("Second") < page.index("First")
    assert '<a href="http://127.0.0.1:8080/join/abc?x=1&amp;y=2">' in page
    assert "<script>alert" not in page


async def test_the_same_as_data_is_oldest_first(desk: Desk) -> None:
    """What drives the system reads the last one."""
    await send(desk, "First", "old")
    await send(desk, "Second", "new", after=1)
    async with desk.browser() as browser:
        found = await (await browser.get("/dev/inbox.json")).json()
    assert [mail["subject"] for mail in found] == ["First", "Second"]
    assert found[1].items() >= {"to": "savita@family.example", "text": "new", "html": "<p>html</p>"}.items()
    async with desk.browser() as browser:
        assert escape(found[1]["message_id"]) in await (await browser.get("/dev/inbox")).text()
    report = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {found[1]['message_id']}\n\n--p\n"
    report += "Content-Type: message/delivery-status\n\nX: y\n\nAction: failed\nStatus: 5.1.1\n\n--p--\n"
    assert bounces.read(f"Content-Type: multipart/report; boundary=p\n\n--p\n{report}".encode()) is not None
    assert datetime.fromisoformat(found[1]["sent_at"]) == NOW + timedelta(seconds=1)


async def test_text_messages_stand_among_the_mails_and_attachments_can_be_opened(desk: Desk) -> None:
    """What a mobile would have got, and the files of a mail by their links."""
    entry = Attachment("visit.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR")
    sender = FileSender(desk.app[SETTINGS].mail_dir)
    await sender.send(OutboxMail("approved", "a@b.example", "Yes", "text", "", NOW, attachments=(entry,)), NOW)
    later = NOW + timedelta(seconds=1)
    await sender.send(OutboxMail("verify", "+919876543210", "", "OTP: 048213", "", later, channel=Channel.SMS), later)
    async with desk.browser() as browser:
        page = await (await browser.get("/dev/inbox")).text()
        assert "SMS" in page
        assert "+919876543210" in page
        assert 'href="/dev/inbox/0/0"' in page
        file = await browser.get("/dev/inbox/0/0")
        assert await file.read() == b"BEGIN:VCALENDAR"
        assert file.headers["Content-Type"].startswith("text/calendar")
        for missing in ("/dev/inbox/0/1", "/dev/inbox/1/0", "/dev/inbox/7/0"):
            assert (await browser.get(missing)).status == 404


async def test_mail_written_before_there_were_attachments_is_still_shown(desk: Desk) -> None:
    """A state directory outlives a version."""
    directory = desk.app[SETTINGS].mail_dir
    directory.mkdir(parents=True)
    old = '{"to": "a@b.example", "subject": "Old", "text": "t", "html": "", "sent_at": "2026-01-01", "kind": "mail"}'
    (directory / "20260101T000000.000000-x.json").write_text(old)
    async with desk.browser() as browser:
        answer = await browser.get("/dev/inbox")
        assert answer.status == 200
        assert "Old" in await answer.text()
        assert (await browser.get("/dev/inbox/0/0")).status == 404
