"""broker.sessions.noshow: when a family that has not come may be called a no-show."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.sessions.noshow import callable_now, due_at, late_at
from broker.visit import VisitStatus
from tests.broker.samples import a_visit

MINUTE = timedelta(minutes=1)


def test_the_rules_minutes_are_counted_from_the_slots_start() -> None:
    """Not earlier by an instant, and no longer once the slot is over."""
    visit = a_visit()
    due = due_at(visit, 10)
    assert due == visit.starts_at + 10 * MINUTE
    assert not callable_now(visit, 10, due - timedelta(milliseconds=1))
    assert callable_now(visit, 10, due)
    assert not callable_now(visit, 10, visit.ends_at)


@pytest.mark.parametrize("status", sorted(set(VisitStatus) - {VisitStatus.APPROVED, VisitStatus.OPEN}))
def test_what_is_over_or_was_never_approved_is_no_no_show(status: VisitStatus) -> None:
    """Paper that is closed stays as it is."""
    visit = a_visit(status=status)
    assert not callable_now(visit, 1, visit.starts_at + 5 * MINUTE)


def test_a_side_is_late_well_before_it_can_be_called_a_no_show() -> None:
    """After three minutes, and where the rule waits for less than six, after half of its time."""
    visit = a_visit()
    assert late_at(visit, 10) == visit.starts_at + 3 * MINUTE
    assert late_at(visit, 2) == visit.starts_at + MINUTE
    assert all(late_at(visit, minutes) < due_at(visit, minutes) for minutes in range(1, 241))
