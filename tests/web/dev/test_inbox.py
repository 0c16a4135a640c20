"""web.dev.inbox: every mail the demonstration has sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from broker.mail.files import FileSender
from broker.outbox import OutboxMail
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
    assert datetime.fromisoformat(found[1]["sent_at"]) == NOW + timedelta(seconds=1)
