"""When admission is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.admission.errors import NotAdmitting, NotOpen, Over
from broker.admission.window import OPENS_BEFORE, check_window, opens_at
from broker.visit import Outcome, VisitStatus
from tests.broker.samples import a_visit
from tests.support.clock import NOON

INSTANT = timedelta(microseconds=1)


def test_admission_is_open_from_fifteen_minutes_before_to_the_slots_end() -> None:
    """The first instant is in, the slot's end is out."""
    visit = a_visit(starts_at=NOON)
    check_window(visit, NOON - timedelta(minutes=15))
    check_window(visit, visit.ends_at - INSTANT)
    with pytest.raises(NotOpen) as early:
        check_window(visit, NOON - timedelta(minutes=15) - INSTANT)
    assert early.value.opens_at == opens_at(visit) == NOON - OPENS_BEFORE
    with pytest.raises(Over) as late:
        check_window(visit, visit.ends_at)
    assert late.value.ended_at == visit.ends_at


def test_closed_visit_is_over_since_it_was_closed() -> None:
    """A session that staff ended lets nobody in, also while its slot goes on."""
    closed_at = NOON + timedelta(minutes=3)
    visit = a_visit(status=VisitStatus.CLOSED)
    visit = replace(visit, outcome=Outcome.ENDED_BY_STAFF, closed_at=closed_at)
    with pytest.raises(Over) as over:
        check_window(visit, NOON + timedelta(minutes=4))
    assert over.value.ended_at == closed_at


@pytest.mark.parametrize("status", [VisitStatus.REQUESTED, VisitStatus.REFUSED, VisitStatus.CANCELLED])
def test_visit_that_is_not_live_admits_nobody(status: VisitStatus) -> None:
    """Whatever the time is."""
    with pytest.raises(NotAdmitting):
        check_window(a_visit(status=status), NOON)
