"""broker.sessions.noshow: when a family that has not come may be called a no-show."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.audit.events import AuditEvent
from broker.sessions.noshow import NoShow, NoShowReason, callable_now, due_at, late_at, no_show_of
from broker.sessions.turns import Act
from broker.visit import VisitStatus
from tests.broker.samples import a_visit
from tests.support.clock import NOON

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


def test_what_staff_say_of_a_family_that_does_not_come_is_their_newest_word() -> None:
    """Other turns are none; only "they said that they do not come" is the family's own doing."""
    acts = [
        Act(1, AuditEvent.VISIT_NO_SHOW, "staff:1", NOON, NoShowReason.CALLED_OFF),
        Act(3, AuditEvent.VISIT_END, "staff:1", NOON + MINUTE),
        Act(2, AuditEvent.VISIT_NO_SHOW, "staff:2", NOON + MINUTE, NoShowReason.NO_ANSWER),
    ]
    assert no_show_of(acts) == NoShow(NOON + MINUTE)
    assert no_show_of(acts[:2]) == NoShow(NOON, called_off=True)
    assert no_show_of(acts[1:2]) is None
