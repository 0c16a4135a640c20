"""The words of lost minutes: each cause and each finding has its own, in every language."""

from __future__ import annotations

import pytest

from broker.losses.attribution import Why
from broker.losses.right import CHOICES
from broker.mail.letters.words import LOSSES
from config.i18n import LANGUAGES
from web.losses import words


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_cause_that_can_be_chosen_and_every_finding_has_words(language: str) -> None:
    """None says what another says; families have sentences for the same."""
    causes = [words.cause(*each, language) for each in CHOICES]
    whys = [words.why(each, language) for each in Why]
    assert len(set(causes)) == len(CHOICES) == len(words.CAUSES) == len(LOSSES)
    assert len(set(whys)) == len(Why)
    assert set(words.CAUSES) == set(LOSSES)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (35, "35 s"), (60, "1 min"), (250, "4 min 10 s"), (900, "15 min")]
)
def test_length_is_said_as_short_as_it_can_be(seconds: int, said: str) -> None:
    """Without noughts that nobody needs."""
    assert words.length(seconds, "en") == said
