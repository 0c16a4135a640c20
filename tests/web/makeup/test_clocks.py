"""The family's own clock."""

from __future__ import annotations

import pytest

from tests.broker.samples import a_visit
from tests.support.clock import NOON
from tests.support.letters import a_request
from web.makeup.clocks import own_zone


@pytest.mark.parametrize(
    ("zone", "shown"), [("Africa/Lagos", "Africa/Lagos"), ("Asia/Kolkata", None), ("Asia/Colombo", None)]
)
def test_own_clock_is_shown_where_it_shows_something_else(zone: str, shown: str | None) -> None:
    """Colombo's clock is Kolkata's, whatever it is called."""
    assert own_zone(a_request(zone), a_visit(starts_at=NOON), NOON) == shown


def test_visit_that_staff_booked_has_the_jails_clock_alone() -> None:
    """Nobody has said where the family lives."""
    assert own_zone(None, a_visit(starts_at=NOON), NOON) is None
