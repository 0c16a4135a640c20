"""rooms.standing: a room's hash, read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.facts import EndReason
from rooms.moderation import Moderation, moderation_to_json
from rooms.seats import Kind, Role, RoomSpec, Seat, to_iso
from rooms.standing import RoomState

START = datetime(2026, 3, 2, 5, 45, tzinfo=UTC)
END = START + timedelta(minutes=15)
SPEC = RoomSpec("a" * 32, "25/35/55/2026", Kind.FAMILY, 3, 7, START, END, (Seat("terminal-7", Role.TERMINAL, "T1"),))
FIELDS = SPEC.to_fields() | {"node": "n-1", "url": "ws://n/ws", "epoch": "2", "state": "live"}


def test_what_staff_have_done_is_read_with_the_claim() -> None:
    """Hold, moderation and the number of warnings stand in the same hash."""
    muted = {"terminal-7": Moderation(muted=True)}
    more = {"held": "1", "moderation": moderation_to_json(muted), "warned": "2", "opened": to_iso(START)}
    state = RoomState.from_fields(SPEC.room_id, FIELDS | more)
    assert (state.spec, state.held, state.moderation, state.warned, state.opened) == (SPEC, True, muted, 2, START)


def test_a_room_that_nobody_touched_reads_as_such() -> None:
    """Fields that were never written mean that nothing was done."""
    state = RoomState.from_fields(SPEC.room_id, FIELDS)
    assert (state.held, dict(state.moderation), state.warned, state.opened) == (False, {}, 0, None)


@pytest.mark.parametrize(
    ("more", "at", "ending"),
    [
        ({}, END - timedelta(seconds=1), None),
        ({}, END, (EndReason.SLOT_OVER, END)),
        ({"end_reason": "no_show", "ended_at": to_iso(START)}, END, (EndReason.NO_SHOW, START)),
    ],
)
def test_a_room_has_ended_when_its_slot_or_staff_say_so(
    more: dict[str, str], at: datetime, ending: tuple[EndReason, datetime] | None
) -> None:
    """Whatever its node last wrote."""
    assert RoomState.from_fields(SPEC.room_id, FIELDS | more).ending(at) == ending
