"""Reasons: each has a name, and the lists that a desk chooses from leave out what isn't its to say."""

from __future__ import annotations

from broker.reasons import (
    NAMES,
    PROPOSED,
    STAFF_CANCELS,
    STAFF_REFUSES,
    TEXT_NEEDED,
    AskFor,
    CancelReason,
    RefusalReason,
)
from broker.vocabulary import ReviewCause


def test_every_reason_has_a_name_and_no_two_have_the_same() -> None:
    """A value that stands in several lists has one name; a desk never shows two that read alike."""
    reasons = {*AskFor, *CancelReason, *RefusalReason}
    assert {str(reason) for reason in NAMES} == {str(reason) for reason in reasons}
    assert len(set(NAMES.values())) == len(NAMES)


def test_reasons_stand_in_the_order_of_the_alphabet_and_fit_their_column() -> None:
    """`visit_decisions.reason` holds forty characters."""
    for words in (AskFor, CancelReason, RefusalReason):
        values = [word.value for word in words]
        assert [word.name for word in words] == sorted(word.name for word in words)
        assert max(map(len, values)) <= 40


def test_staff_do_not_speak_for_the_family_or_the_worker() -> None:
    """Nobody at a desk says that the visitor cancelled, or that nobody decided."""
    assert CancelReason.BY_VISITOR not in STAFF_CANCELS
    assert not {RefusalReason.NOT_ANSWERED, RefusalReason.NOT_DECIDED} & set(STAFF_REFUSES)
    assert len(STAFF_CANCELS) == len(CancelReason) - 1
    assert len(STAFF_REFUSES) == len(RefusalReason) - 2


def test_every_review_has_a_cancellation_to_propose() -> None:
    """One that staff may give, and that needs no words."""
    assert set(PROPOSED) == set(ReviewCause)
    assert set(PROPOSED.values()) <= set(STAFF_CANCELS) - TEXT_NEEDED
