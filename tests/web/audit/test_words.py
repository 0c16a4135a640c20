"""web.audit.words: every event can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from broker.audit.events import AuditEvent
from config.i18n import LANGUAGES, translations
from web.audit.words import EVENTS, RESOURCES, SYSTEM

ROOT = Path(__file__).resolve().parents[3]


def test_every_event_has_its_sentence_and_its_resource_a_name() -> None:
    """No two say the same."""
    assert set(EVENTS) == set(AuditEvent)
    assert len(set(EVENTS.values())) == len(EVENTS)
    assert {event.partition(":")[0] for event in AuditEvent} == set(RESOURCES)


def test_every_part_of_the_system_that_acts_is_said_in_words() -> None:
    """Whatever the sources write down as an actor."""
    sources = (path for folder in ("broker", "config", "web") for path in (ROOT / folder).rglob("*.py"))
    actors = {name for path in sources for name in re.findall(r'"system:(\w+)"', path.read_text())}
    assert actors == set(SYSTEM)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_every_event_is_said_in_every_language(language: str) -> None:
    """In words of its own."""
    said = {event: translations(language).gettext(words) for event, words in EVENTS.items()}
    assert all(said[event] != EVENTS[event] for event in EVENTS)
    assert len(set(said.values())) == len(EVENTS)
