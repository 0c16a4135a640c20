"""Composing: templates, the subject's one line, and what a template misses."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from broker.mail.compose import TEMPLATE_DIR, compose, compose_sms, has_sms

CODES = {
    "otp": "482193",
    "pin": "7025",
    "visrn": "25/35/55/2021",
    "until": "11:20",
    "offset": "UTC+05:30",
    "helpline": "020-1",
}


def test_subject_is_one_line_without_margins() -> None:
    """A line break in a subject would be another header."""
    subject = compose("codes", "en", CODES | {"visrn": "25/35/\n 55/2021"}).subject
    assert subject == "Your codes for visit 25/35/ 55/2021"


def test_text_has_no_gaps_and_ends_with_a_line_break() -> None:
    """What a template leaves out leaves no hole."""
    text = compose("codes", "en", CODES).text
    assert "\n\n\n" not in text
    assert text.endswith("\n")


def test_missing_value_is_an_error() -> None:
    """No mail leaves with a hole where the code should be."""
    with pytest.raises(UndefinedError):
        compose("codes", "en", {key: value for key, value in CODES.items() if key != "pin"})


def test_unknown_language_is_english() -> None:
    """A visitor's language that was dropped later still gets a mail."""
    assert compose("codes", "xx", CODES).text == compose("codes", "en", CODES).text


@pytest.mark.parametrize("name", sorted(path.name for path in TEMPLATE_DIR.iterdir() if path.is_dir()))
def test_every_mail_has_its_three_parts(name: str) -> None:
    """Subject, text and HTML, under the same names everywhere; and a short form for telephones where there is one."""
    parts = {path.name for path in (TEMPLATE_DIR / name).iterdir()}
    assert parts - {"sms.txt"} == {"subject.txt", "body.txt", "body.html"}


def test_short_form_is_text_alone() -> None:
    """Whoever has no such template has no short form."""
    message = compose_sms("verify", "en", {"code": "123456", "host": "visits.example"})
    assert (message.subject, message.html) == ("", "")
    assert message.text.startswith("OTP: 123456")
    assert has_sms("verify")
    assert not has_sms("codes")
