"""Delivery reports, as mail servers write them."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.mail.bounces import MAX_BYTES, Bounce, Report, read
from broker.mail.smtp import as_email
from tests.broker.samples import a_mail
from tests.support.reports import delivery_report

FROM = "Mulakat <no-reply@prisons.example>"


def about(mail: EmailMessage, **how: str) -> bytes:
    """A report about a mail of ours."""
    return delivery_report(mail.as_bytes(), **how)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("5.1.1", Bounce.ADDRESS_UNKNOWN),
        ("5.1.10", Bounce.ADDRESS_UNKNOWN),
        ("5.2.1", Bounce.ADDRESS_UNKNOWN),
        ("5.2.2", Bounce.MAILBOX_FULL),
        ("4.4.7", Bounce.NOT_IN_TIME),
        ("5.7.1 (refused by policy)", Bounce.TAKEN_FOR_SPAM),
        ("5.0.0", Bounce.BOUNCED),
        ("nonsense", Bounce.BOUNCED),
        ("", Bounce.BOUNCED),
    ],
)
def test_report_names_the_letter_and_why_it_came_back(status: str, why: Bounce) -> None:
    """By the status of RFC 3463; what isn't known is simply a bounce."""
    mail = a_mail()
    assert read(about(as_email(mail, FROM), status=status)) == Report(mail.id, why)


def test_letter_is_found_where_the_server_quotes_only_its_headers() -> None:
    """`text/rfc822-headers` (RFC 3462, section 2)."""
    mail = a_mail()
    assert read(about(as_email(mail, FROM), quoted="headers")) == Report(mail.id, Bounce.ADDRESS_UNKNOWN)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_has_not_failed_is_no_bounce(action: str) -> None:
    """A server that still tries, or that tells of a success."""
    assert read(about(as_email(a_mail(), FROM), action=action)) is None


def test_action_is_read_whatever_its_case() -> None:
    """RFC 3464, section 2.3.3: keywords are case-insensitive."""
    assert read(about(as_email(a_mail(), FROM), action="FAILED")) is not None


def test_report_about_a_letter_of_others_is_left_alone() -> None:
    """Its Message-ID is none of ours."""
    foreign = EmailMessage()
    foreign["Message-ID"] = "<CAF=xyz@mail.example>"
    foreign.set_content("text")
    assert read(about(foreign)) is None


def test_ordinary_mail_and_holiday_notices_are_no_reports() -> None:
    """Nor is our own letter, sent back as it is."""
    notice = EmailMessage()
    notice["Subject"] = "Out of office"
    notice["Auto-Submitted"] = "auto-replied"
    notice["In-Reply-To"] = f"<{'a' * 32}@prisons.example>"
    notice.set_content("I am away.")
    assert read(notice.as_bytes()) is None
    assert read(as_email(a_mail(), FROM).as_bytes()) is None
    assert read(b"") is None


def test_letter_with_a_report_inside_cannot_speak_about_itself() -> None:
    """What a report is about is what it quotes, never its own Message-ID."""
    mail = a_mail()
    report = about(as_email(mail, FROM)).replace(
        b"MIME-Version", f"Message-ID: <{mail.id}@prisons.example>\nMIME-Version".encode(), 1
    )
    assert read(report) is None


def test_long_report_is_read_from_its_beginning() -> None:
    """Ten megabytes of quoted attachments are not looked at."""
    mail = a_mail(text="x" * 70 + "\n", html="")
    report = about(as_email(mail, FROM)) + b"y" * (MAX_BYTES * 2)
    assert read(report) == Report(mail.id, Bounce.ADDRESS_UNKNOWN)


@given(st.binary(max_size=2000), st.integers(0, 3000))
def test_whatever_comes_in_is_read_or_left_alone_and_never_breaks_anything(noise: bytes, at: int) -> None:
    """A pipe that fails makes the mail server write reports about reports."""
    report = about(as_email(a_mail(), FROM))
    for raw in (noise, report[:at], report[:at] + noise + report[at:]):
        assert isinstance(read(raw), Report | None)


def test_report_in_the_documentation_is_one() -> None:
    """Who copies it, with a Message-ID of their own, marks that letter."""
    text = (Path(__file__).parents[3] / "docs/operations.md").read_text()
    example = text.partition("broker bounce <<'END'\n")[2].partition("END\n")[0]
    assert read(example.encode()) == Report("0123456789abcdef" * 2, Bounce.ADDRESS_UNKNOWN)
