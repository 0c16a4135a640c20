"""Slots, requests, and what their text forms give away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import BadSlot
from broker.visit import NewVisit, NewVisitor, Slot, VisitKind
from tests.support.clock import NOON
from tests.support.visits import new_visitor

MINUTE = timedelta(minutes=1)
slots = st.builds(
    lambda terminal, start, length: Slot(terminal, NOON + start * MINUTE, NOON + (start + length) * MINUTE),
    st.integers(1, 2),
    st.integers(0, 20),
    st.integers(1, 20),
)


@given(slots, slots)
def test_slots_overlap_exactly_when_a_minute_is_in_both(one: Slot, other: Slot) -> None:
    """Against counting minutes one by one; symmetric."""

    def minutes(slot: Slot) -> set[tuple[int, datetime]]:
        return {(slot.terminal_id, slot.starts_at + n * MINUTE) for n in range(slot.length // MINUTE)}

    assert one.overlaps(other) == other.overlaps(one) == bool(minutes(one) & minutes(other))


def test_slots_that_touch_do_not_overlap() -> None:
    """The end belongs to the next one."""
    first = Slot(1, NOON, NOON + 15 * MINUTE)
    assert not first.overlaps(Slot(1, NOON + 15 * MINUTE, NOON + 30 * MINUTE))


@pytest.mark.parametrize("length", [timedelta(0), -MINUTE])
def test_slot_without_an_instant_is_refused(length: timedelta) -> None:
    """Empty and backward intervals are no slots."""
    with pytest.raises(BadSlot):
        Slot(1, NOON, NOON + length)


def test_slot_without_a_time_zone_is_refused() -> None:
    """A wall clock's reading is not an instant."""
    with pytest.raises(BadSlot):
        Slot(1, NOON.replace(tzinfo=None), NOON.replace(tzinfo=None) + MINUTE)


def test_request_without_a_visitor_is_refused() -> None:
    """Somebody has to come."""
    with pytest.raises(ValueError, match="visitor"):
        NewVisit(1, 1, VisitKind.FAMILY, NOON, NOON + MINUTE, (), "system")


def test_text_form_of_a_visitor_tells_nothing_about_the_person() -> None:
    """What a log line or traceback would show has no name, address, number or link in it."""
    visitor: NewVisitor = new_visitor()
    shown = repr(visitor)
    for secret in (visitor.name, visitor.email, visitor.mobile, visitor.link_digest, visitor.relationship):
        assert secret not in shown
