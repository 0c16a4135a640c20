"""What a room is made from."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from rooms.seats import RoomSpec, from_iso, to_iso
from tests.support.clock import NOON
from tests.support.live import BROTHER, MOTHER, make_spec


def test_a_spec_survives_the_way_through_redis() -> None:
    """Slot, kind and seats come back as they were, in order."""
    spec = make_spec(visitors=(MOTHER, BROTHER))
    assert RoomSpec.from_fields(spec.room_id, spec.to_fields()) == spec


def test_only_who_has_a_seat_is_found() -> None:
    """A seat is found by its participant, and nobody else has one."""
    spec = make_spec()
    assert spec.seat(MOTHER.participant) == MOTHER
    assert spec.seat("visitor-of-another-visit") is None


def test_times_are_written_in_utc_with_milliseconds() -> None:
    """Whatever the zone, the wire says Z."""
    kolkata = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert to_iso(kolkata) == "2026-03-02T12:00:00.000Z"
    assert from_iso("2026-03-02T12:00:00.000Z") == NOON


def test_a_naive_time_is_refused_both_ways() -> None:
    """Without a zone a time means nothing."""
    with pytest.raises(ValueError, match="aware"):
        to_iso(datetime(2026, 3, 2))  # noqa: DTZ001 - the point
    with pytest.raises(ValueError, match="aware"):
        from_iso("2026-03-02T12:00:00")
