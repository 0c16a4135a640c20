"""How a room stands in Redis, read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.facts import EndReason
from rooms.moderation import Moderation
from rooms.standing import RoomState, moment
from tests.support.clock import NOON
from tests.support.live import MOTHER, make_spec

PLACED = {**make_spec().to_fields(), "node": "n-1", "url": "ws://n/ws", "epoch": "1", "state": "waiting"}


def read(**fields: str) -> RoomState:
    """Return how a placed room stands with these fields besides."""
    return RoomState.from_fields("room-1", PLACED | fields)


def test_a_room_that_was_only_placed_is_untouched() -> None:
    """Not opened, not held, nothing taken, no act, never saved, no end."""
    state = read()
    assert (state.opened, state.held, state.moderation, state.acts, state.saved_at) == (None, False, {}, 0, None)
    assert state.ending(NOON) is None


def test_what_staff_have_done_is_read() -> None:
    """Each from its field."""
    taken = '{"visitor-a": {"muted": true, "blanked": false}}'
    state = read(state="held", held="1", moderation=taken, acts="3", saved_at=f"{NOON.timestamp():.6f}")
    assert (state.state, state.held, state.acts, state.saved_at) == ("held", True, 3, NOON)
    assert state.moderation == {MOTHER.participant: Moderation(muted=True)}


def test_a_room_ends_by_its_hash_or_by_its_slot() -> None:
    """What was asked for first; without it the slot's end, to the instant."""
    end = NOON + timedelta(minutes=15)
    asked = read(end_reason="no_show", ended_at=NOON.isoformat())
    assert asked.ending(NOON) == asked.ending(end) == (EndReason.NO_SHOW, NOON)
    assert read().ending(end - timedelta(milliseconds=1)) is None
    assert read().ending(end) == (EndReason.SLOT_OVER, end)


def test_a_hash_that_is_none_of_ours_is_refused() -> None:
    """A field that is missing, or no number."""
    with pytest.raises(KeyError):
        RoomState.from_fields("room-1", {"node": "n-1"})
    with pytest.raises(ValueError, match="invalid literal"):
        read(acts="many")


def test_redis_time_is_read_to_the_microsecond() -> None:
    """As the scripts write it."""
    assert moment("1772452800.000250") == NOON + timedelta(microseconds=250)
