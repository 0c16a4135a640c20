"""The life cycle's table and the step it allows."""

from __future__ import annotations

from itertools import product

import pytest

from broker.errors import IllegalTransition, ReasonMissing
from broker.lifecycle import LIVE, REASON_NEEDED, TRANSITIONS, VisitStatus, step, transition
from tests.support.clock import NOON

S = VisitStatus

ALLOWED = {
    (S.REQUESTED, S.APPROVED),
    (S.REQUESTED, S.ASKED),
    (S.REQUESTED, S.CANCELLED),
    (S.REQUESTED, S.REFUSED),
    (S.APPROVED, S.CANCELLED),
    (S.APPROVED, S.CLOSED),
    (S.APPROVED, S.OPEN),
    (S.APPROVED, S.REQUESTED),
    (S.ASKED, S.CANCELLED),
    (S.ASKED, S.REFUSED),
    (S.ASKED, S.REQUESTED),
    (S.OPEN, S.CLOSED),
}


@pytest.mark.parametrize(("status", "to"), list(product(S, S)))
def test_each_pair_of_states_is_a_step_or_refused(status: VisitStatus, to: VisitStatus) -> None:
    """All 49 pairs: twelve are steps, the others raise and say which step was meant."""
    if (status, to) in ALLOWED:
        assert transition(status, to) is to
    else:
        with pytest.raises(IllegalTransition) as refused:
            transition(status, to)
        assert (refused.value.from_, refused.value.to) == (status, to)


def test_table_names_every_state() -> None:
    """No state is forgotten in the table."""
    assert set(TRANSITIONS) == set(S)


def test_states_without_a_way_out_hold_no_terminal() -> None:
    """What is over can't keep a terminal busy."""
    assert {status for status, ways in TRANSITIONS.items() if not ways} == {S.CANCELLED, S.CLOSED, S.REFUSED}
    assert {S.APPROVED, S.OPEN} == LIVE


def test_step_makes_a_history_row_with_who_when_from_to_and_why() -> None:
    """The row holds all five, the reason without outer spaces."""
    row = step("v" * 32, S.APPROVED, S.CANCELLED, by="staff:7", reason=" lockdown ", now=NOON)
    assert (row.visit_id, row.at, row.by, row.from_, row.to, row.reason) == (
        "v" * 32,
        NOON,
        "staff:7",
        S.APPROVED,
        S.CANCELLED,
        "lockdown",
    )


@pytest.mark.parametrize("to", sorted(REASON_NEEDED))
def test_staff_refuse_or_cancel_without_a_reason_and_are_refused(to: VisitStatus) -> None:
    """Blank is no reason."""
    with pytest.raises(ReasonMissing):
        step("v" * 32, S.REQUESTED, to, by="staff:7", reason="  ", now=NOON)


def test_illegal_step_is_illegal_even_with_a_reason() -> None:
    """The table comes first."""
    with pytest.raises(IllegalTransition):
        step("v" * 32, S.CLOSED, S.CANCELLED, by="staff:7", reason="late", now=NOON)
