"""web.audit.words: every event can be read."""

from __future__ import annotations

import pytest

from broker.audit.events import AuditEvent
from config.i18n import LANGUAGES, translations
from web.audit.words import EVENTS, RESOURCES


def test_every_event_has_its_sentence_and_its_resource_a_name() -> None:
    """No two say the same."""
    assert set(EVENTS) == set(AuditEvent)
    assert len(set(EVENTS.values())) == len(EVENTS)
    assert {event.partition(":")[0] for event in AuditEvent} == set(RESOURCES)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_every_event_is_said_in_every_language(language: str) -> None:
    """In words of its own."""
    said = {event: translations(language).gettext(words) for event, words in EVENTS.items()}
    assert all(said[event] != EVENTS[event] for event in EVENTS)
    assert len(set(said.values())) == len(EVENTS)
