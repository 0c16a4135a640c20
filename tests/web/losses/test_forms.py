"""The form of a judgement: what is agreed with stays, what is chosen is read, what can't be is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.losses.errors import BadJudgement
from broker.losses.store import Loss
from broker.vocabulary import LossCause, LossSide
from tests.support.clock import NOON
from web.losses.forms import LONGEST_NOTE, parse, value

TERMINAL = (LossCause.TERMINAL_DOWN, LossSide.PRISON)
FAMILY = (LossCause.FAMILY_NETWORK, LossSide.FAMILY)
VISIT = "a" * 32
LOSSES = [Loss(4, VISIT, *TERMINAL, *TERMINAL, 300), Loss(5, VISIT, *FAMILY, *FAMILY, 20)]
TYPED = {"cause-4": value(*FAMILY), "cause-5": value(*FAMILY), "note": "  They rang us. ", "seen": ""}


def test_correction_takes_what_was_chosen_and_why() -> None:
    """And carries what the page had seen."""
    said = parse(TYPED | {"act": "correct", "seen": NOON.isoformat()}, VISIT, LOSSES)
    assert said.causes == {4: FAMILY, 5: FAMILY}
    assert (said.note, said.seen, said.visit_id, said.corrects) == ("They rang us.", NOON, VISIT, True)
    assert len(parse(TYPED | {"note": "x" * 9999}, VISIT, LOSSES).note) == LONGEST_NOTE


def test_agreement_takes_the_losses_as_they_stand_whatever_else_was_touched() -> None:
    """Somebody opened the choices, thought better of it, and agreed."""
    said = parse(TYPED | {"act": "agree"}, VISIT, LOSSES)
    assert said.causes == {4: TERMINAL, 5: FAMILY}
    assert (said.note, said.seen, said.corrects) == ("", None, False)
    assert parse({"act": "agree"}, VISIT, LOSSES) == said


@pytest.mark.parametrize("wrong", [{"cause-4": ""}, {"cause-4": "moon:prison"}, {"cause-5": "x"}, {"seen": "noon"}])
def test_what_no_form_of_ours_sends_is_refused(wrong: dict[str, str]) -> None:
    """A missing choice, an unknown cause, a time that is none."""
    with pytest.raises(BadJudgement):
        parse(TYPED | {"act": "correct"} | wrong, VISIT, LOSSES)
    assert parse(TYPED, VISIT, LOSSES).seen != NOON + timedelta(1)
