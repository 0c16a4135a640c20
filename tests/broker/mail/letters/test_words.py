"""Reasons as a family reads them."""

from __future__ import annotations

from broker.lifecycle import Outcome
from broker.mail.compose import TEMPLATE_DIR
from broker.mail.letters import words
from broker.reasons import AskFor, CancelReason, RefusalReason
from tests.support.letters import EVERY_LANGUAGE


@EVERY_LANGUAGE
def test_every_reason_has_its_sentence(language: str) -> None:
    """No reason reaches a family as an id."""
    said = [words.refusal(reason, language) for reason in RefusalReason]
    said += [words.cancellation(reason, language) for reason in CancelReason]
    said += [words.want(what, language) for what in AskFor]
    said += [words.failure(outcome, language) for outcome in Outcome]
    assert all(sentence.endswith((".", "।")) for sentence in said)


def test_sentences_stand_in_the_order_of_their_reasons() -> None:
    """So that a missing one is seen."""
    assert list(words.REFUSALS) == list(RefusalReason)
    assert list(words.CANCELLATIONS) == list(CancelReason)
    assert list(words.WANTS) == list(AskFor)


def test_every_letter_has_a_name_for_lists() -> None:
    """Each template folder, and no other."""
    folders = {path.name for path in TEMPLATE_DIR.iterdir() if path.is_dir()}
    assert set(words.LETTERS) == folders
    assert words.letter("approved", "en") == "Approval"
    assert words.letter("of_tomorrow", "en") == "of_tomorrow"
