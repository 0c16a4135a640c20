"""The mails of a visit, in every language, as text and as HTML."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from broker.admission.codes import read
from broker.mail import letters
from broker.mail.compose import Message
from broker.visit import VisitKind
from config.i18n import LANGUAGES
from tests.broker.samples import JAIL, a_visit
from tests.support.clock import NOON

EVERY_LANGUAGE = pytest.mark.parametrize("language", sorted(LANGUAGES))
LINK = "http://127.0.0.1:8080/join/abcdefghijklmnopqrstuvwx"


class Blocks(HTMLParser):
    """The text of an HTML mail, one line a block, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links = "", list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line."""
        if tag in {"p", "li", "h2", "tr", "div"}:
            self.text += "\n"
        self.links += [value or "" for name, value in attrs if tag == "a" and name == "href"]

    def handle_data(self, data: str) -> None:
        """Text, spaces folded as a reader sees them."""
        self.text += re.sub(r"\s+", " ", data)


def codes_mail(language: str) -> Message:
    """A code mail."""
    visit = a_visit(language=language)
    return letters.codes(visit, visit.visitors[0], "482193", "7025", NOON + timedelta(minutes=5, seconds=59))


def approved_mail(language: str, kind: VisitKind = VisitKind.FAMILY) -> Message:
    """An approval."""
    visit = a_visit(language=language, kind=kind)
    return letters.approved(visit, visit.visitors[0], LINK, NOON - timedelta(minutes=15))


@EVERY_LANGUAGE
def test_codes_stand_on_labelled_lines_of_their_own(language: str) -> None:
    """Programs and people find both codes in text and HTML by the same two Latin labels, whatever the language."""
    message = codes_mail(language)
    for text in (message.text, Blocks(message.html).text):
        lines = [line.strip() for line in text.splitlines()]
        assert lines.count("OTP: 482193") == 1
        assert lines.count("Room PIN: 7025") == 1


@EVERY_LANGUAGE
def test_code_mail_pasted_whole_is_read_back(language: str) -> None:
    """What the mail says is what the form understands."""
    typed = read(codes_mail(language).text, "")
    assert (typed.otp, typed.pin) == ("482193", "7025")


@EVERY_LANGUAGE
def test_code_mail_holds_no_other_number_that_looks_like_a_code(language: str) -> None:
    """Phones offer the first such number for filling in: the subject shows none, the text only the two."""
    message = codes_mail(language)
    numbers = re.findall(r"(?<![\d/:.+-])\d{4,8}(?![\d/:-])", message.text.replace(JAIL.helpline, ""))
    assert numbers == ["482193", "7025"]
    assert "482193" not in message.subject
    assert "7025" not in message.subject


@EVERY_LANGUAGE
def test_code_mail_says_until_when_in_the_jails_time_and_whom_to_ring(language: str) -> None:
    """12:05:59 UTC is 17:35 in Pune: cut, not rounded up. Helpline and VisRN are there."""
    message = codes_mail(language)
    for text in (message.text, Blocks(message.html).text):
        assert "17:35" in text
        assert "UTC+05:30" in text
        assert JAIL.helpline in text
        assert "25/35/55/2021" in text


@EVERY_LANGUAGE
@pytest.mark.parametrize("kind", list(VisitKind))
def test_approval_says_when_where_and_with_what(language: str, kind: VisitKind) -> None:
    """Date and time of the jail, link, VisRN and helpline stand in both parts."""
    message = approved_mail(language, kind)
    html = Blocks(message.html)
    for text in (message.text, html.text):
        for needed in ("17:30", "17:45", "17:15", "UTC+05:30", LINK, "25/35/55/2021", JAIL.name, JAIL.helpline):
            assert needed in text
    assert LINK in html.links
    assert "tel:020-26600000" in html.links
    assert "17:30" in message.subject


def test_date_is_the_jails_own() -> None:
    """20:00 UTC is the next day in India."""
    visit = a_visit(starts_at=NOON.replace(hour=20))
    message = letters.approved(visit, visit.visitors[0], LINK, visit.starts_at - timedelta(minutes=15))
    assert "Tuesday, March 3, 2026" in message.text
    assert "01:30 to 01:45" in message.text


def test_legal_visit_is_said_to_be_unheard() -> None:
    """Staff see every visit and hear only those of families; the mail says which it is."""
    assert "cannot hear" in approved_mail("en", VisitKind.LEGAL).text
    assert "see and hear" in approved_mail("en", VisitKind.FAMILY).text


@EVERY_LANGUAGE
def test_prisoner_is_named_in_no_mail(language: str) -> None:
    """A mailbox is read by more people than its owner."""
    visit = a_visit()
    for message in (codes_mail(language), approved_mail(language)):
        assert visit.inmate.name not in message.text + message.html + message.subject


def test_names_are_escaped_in_html_and_kept_in_text() -> None:
    """A name with signs of HTML in it stays a name."""
    visit = a_visit()
    name = 'Asha <b>"Pawar"</b> & sons'
    [visitor] = visit.visitors
    visitor = type(visitor)(visitor.id, visit.id, name, "wife", "a@b.example", "", "en", 0)
    message = letters.approved(visit, visitor, LINK, NOON)
    assert name in message.text
    assert "<b>" not in message.html
    assert name in Blocks(message.html).text


@EVERY_LANGUAGE
def test_html_says_its_language(language: str) -> None:
    """Readers of screens pick a voice by it."""
    assert f'<html lang="{language}">' in codes_mail(language).html
