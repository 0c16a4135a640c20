"""broker.gate.standing: what a pass is worth, at every moment of its life."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from broker.gate.standing import (
    DOORS,
    LET_IN,
    PATIENCE,
    Standing,
    doors_open,
    let_in_already,
    may_be_missed,
    standing,
)
from broker.lifecycle import HistoryRow
from broker.visit import Outcome, Visit, VisitMode, VisitorDecision, VisitStatus
from tests.broker.samples import a_visit
from tests.support.clock import NOON

NOBODY: frozenset[str] = frozenset()
INSTANT = timedelta(seconds=1)


def visit(**changes: object) -> Visit:
    """An approved visit in person at noon (UTC; half past five at the jail)."""
    return replace(a_visit(starts_at=NOON), mode=VisitMode.IN_PERSON, **changes)  # type: ignore[arg-type]


def worth(one: Visit, now: datetime, inside: frozenset[str] = NOBODY) -> Standing:
    """Of the first visitor's pass."""
    return standing(one, one.visitors[0], inside, now)


def test_a_pass_is_good_from_when_the_doors_open_to_the_end() -> None:
    """Not an instant earlier, nor at the end."""
    one = visit()
    assert worth(one, NOON - DOORS - INSTANT) is Standing.EARLY
    assert worth(one, NOON - DOORS) is Standing.GOOD
    assert worth(one, one.ends_at - INSTANT) is Standing.GOOD
    assert worth(one, one.ends_at) is Standing.OVER


def test_another_day_is_said_by_the_jails_calendar() -> None:
    """At 19:00 UTC of the day before it is past midnight in India: the visit is today there."""
    one = visit()
    assert worth(one, NOON - timedelta(hours=17)) is Standing.EARLY
    assert worth(one, NOON - timedelta(hours=18)) is Standing.OTHER_DAY


def test_who_is_in_is_not_let_in_twice() -> None:
    """The same pass on a second phone says so; a companion's is good."""
    one = visit()
    assert worth(one, NOON, frozenset({one.visitors[0].id})) is Standing.INSIDE
    assert worth(one, NOON, frozenset({"somebody else"})) is Standing.GOOD


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": VisitStatus.REQUESTED}, Standing.NOT_APPROVED),
        ({"status": VisitStatus.ASKED}, Standing.NOT_APPROVED),
        ({"status": VisitStatus.REFUSED}, Standing.NOT_APPROVED),
        ({"status": VisitStatus.CANCELLED}, Standing.CANCELLED),
        ({"status": VisitStatus.CLOSED, "outcome": Outcome.VISITOR_ABSENT}, Standing.MISSED),
        ({"status": VisitStatus.CLOSED, "outcome": Outcome.COMPLETED}, Standing.OVER),
    ],
)
def test_a_visit_that_is_off_lets_nobody_in(changes: dict[str, object], expected: Standing) -> None:
    """Whatever the clock says."""
    assert worth(visit(**changes), NOON) is expected


def test_a_visitor_who_was_refused_does_not_come_in_with_the_others() -> None:
    """Their pass says so, theirs alone."""
    one = visit()
    refused = replace(one.visitors[0], decision=VisitorDecision.REFUSED)
    assert standing(one, refused, NOBODY, NOON) is Standing.NOT_FOR_YOU


def test_nobody_is_missing_before_they_were_waited_for() -> None:
    """Ten minutes, and never once somebody was let in."""
    one = visit()
    assert not may_be_missed(one, NOON + PATIENCE - INSTANT)
    assert may_be_missed(one, NOON + PATIENCE)
    assert not may_be_missed(visit(status=VisitStatus.OPEN), NOON + PATIENCE)


def test_the_doors_open_half_an_hour_before() -> None:
    """Searching takes a while."""
    assert doors_open(visit()) == NOON - timedelta(minutes=30)


def test_who_was_let_in_stands_in_the_history() -> None:
    """Other notes are none of the gate's."""
    row = HistoryRow("v", NOON, "staff:7", VisitStatus.APPROVED, VisitStatus.OPEN, LET_IN + "asha")
    other = replace(row, reason="special")
    assert let_in_already([row, other]) == {"asha"}
