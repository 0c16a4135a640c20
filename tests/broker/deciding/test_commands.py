"""Commands: plain values that keep people's words out of logs."""

from __future__ import annotations

import pytest

from broker.deciding.commands import Answer, Approval, Cancellation, Question, Refusal, Reschedule
from broker.reasons import AskFor, CancelReason, RefusalReason
from broker.visit import Prisoner, Slot
from tests.support.clock import NOON
from tests.support.deciding import HOUR, identity

SLOT = Slot(1, NOON, NOON + HOUR)
WORDS = "the words of somebody"


@pytest.mark.parametrize(
    "command",
    [
        Approval("v", 1, SLOT, special=WORDS),
        Refusal("v", RefusalReason.OTHER, WORDS),
        Question("v", (AskFor.OTHER,), WORDS),
        Cancellation("v", CancelReason.OTHER, WORDS),
        Reschedule("v", SLOT, WORDS, special=WORDS),
        Answer({"a": (WORDS, identity())}, Prisoner(WORDS, WORDS, 3, "male"), WORDS),
    ],
)
def test_no_command_shows_words_in_its_repr(command: object) -> None:
    """A traceback or a log line that holds a command tells nobody what was written."""
    assert WORDS not in repr(command)


def test_ordinary_approval_refuses_nobody_and_has_seen_no_paper() -> None:
    """What isn't said is the ordinary case."""
    approval = Approval("v", 1, SLOT)
    assert (dict(approval.refused), approval.special, approval.no_objection) == ({}, "", False)
    assert not Refusal("v", RefusalReason.MOVED).offer
