"""Letters that carry codes, in every language, as text and as HTML."""

from __future__ import annotations

import re
from datetime import timedelta

from broker.admission.codes import read
from broker.mail import letters
from broker.mail.compose import Message
from tests.broker.samples import JAIL, a_visit
from tests.support.clock import NOON
from tests.support.letters import EVERY_LANGUAGE, Blocks, both

TEN_MINUTES = timedelta(minutes=10)


def codes_mail(language: str) -> Message:
    """A code mail."""
    visit = a_visit(language=language)
    return letters.codes(visit, visit.visitors[0], "482193", "7025", NOON + timedelta(minutes=5, seconds=59))


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
def test_html_says_its_language(language: str) -> None:
    """Readers of screens pick a voice by it."""
    assert f'<html lang="{language}">' in codes_mail(language).html


@EVERY_LANGUAGE
def test_one_code_to_prove_an_address_or_to_sign_in_stands_alone(language: str) -> None:
    """It is the only number of its length, on a labelled line, in no subject; and how long it works is said."""
    for make in (letters.verify, letters.sign_in):
        letter = make(language, "048213", NOON + TEN_MINUTES, NOON, "visits.example")
        for text in both(letter):
            assert [line.strip() for line in text.splitlines()].count("OTP: 048213") == 1
            assert re.findall(r"\d{4,}", text) == ["048213"]
            assert "10" in text
        assert "048213" not in letter.message.subject


def test_minutes_are_never_more_than_there_are() -> None:
    """Nine minutes and fifty-nine seconds are nine minutes; a single one is said in the singular."""
    late = letters.sign_in("en", "048213", NOON + timedelta(minutes=9, seconds=59), NOON, "visits.example")
    assert "for 9 minutes." in late.message.text
    last = letters.sign_in("en", "048213", NOON + timedelta(seconds=61), NOON, "visits.example")
    assert "for 1 minute." in last.message.text


@EVERY_LANGUAGE
def test_text_message_lets_the_telephone_fill_the_code_in_on_our_page_only(language: str) -> None:
    """Its last line binds the code to our host (the "origin-bound one-time codes" that browsers read)."""
    sms = letters.verify(language, "048213", NOON + TEN_MINUTES, NOON, "visits.example").sms
    assert sms is not None
    assert sms.text.splitlines()[0] == "OTP: 048213"
    assert sms.text.splitlines()[-1] == "@visits.example #048213"
    assert letters.sign_in(language, "048213", NOON + TEN_MINUTES, NOON, "visits.example").sms is None
