"""Every letter there is, with invented people."""

from __future__ import annotations

import re

import pytest

from broker.mail.compose import TEMPLATE_DIR
from tests.support.clock import NOON
from tests.support.letters import EVERY_LANGUAGE, PAGES, both
from web.dev.samples import SAMPLES, Sample


def test_every_letter_has_a_sample() -> None:
    """Whoever writes a new one can look at it."""
    made = {make(Sample(PAGES, "en", NOON)).name for make in SAMPLES.values()}
    assert made == {path.name for path in TEMPLATE_DIR.iterdir() if path.is_dir()}


@EVERY_LANGUAGE
@pytest.mark.parametrize("key", sorted(SAMPLES))
def test_every_sample_reads_as_one_piece_in_every_language(key: str, language: str) -> None:
    """No hole, no placeholder, no template left over; the same in text and HTML; a subject of one line."""
    letter = SAMPLES[key](Sample(PAGES, language, NOON))
    message = letter.message
    for text in (*both(letter), message.subject, letter.sms.text if letter.sms else "-"):
        assert text.strip()
        assert not re.search(r"None|\{\{|\{%|%\(|Undefined|  ,|: *\n\n\n", text)
    assert "\n" not in message.subject
    assert f'<html lang="{language}">' in message.html
    assert "<script" not in message.html
    assert not re.search(r'(src|href)="(?!https://visits\.example|cid:|tel:)', message.html)


@EVERY_LANGUAGE
@pytest.mark.parametrize("key", sorted(SAMPLES))
def test_text_and_html_say_the_same_numbers(key: str, language: str) -> None:
    """Times, dates and codes of one part stand in the other, so that nobody is told less."""
    text, html = both(SAMPLES[key](Sample(PAGES, language, NOON)))
    times = re.compile(r"\d{1,2}:\d{2}(?!\w)|\d{4,6}")
    links = re.compile(r"https?://\S+")
    assert set(times.findall(links.sub("", html))) == set(times.findall(links.sub("", text)))
