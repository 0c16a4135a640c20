"""web.audit.values: what is noted beside an event can be read."""

from __future__ import annotations

from broker.lifecycle import Outcome
from broker.vocabulary import BlockReason, RestrictionKind, VisitKind, VisitMode
from web.audit.values import OUTCOMES, VALUES


def test_every_stored_word_has_its_sentence() -> None:
    """Outcomes, kinds and modes, whatever the domain knows."""
    assert set(OUTCOMES) == set(Outcome)
    assert {*BlockReason, *RestrictionKind, *VisitKind} <= set(VALUES["kind"])
    assert set(VALUES["mode"]) == set(VisitMode)
