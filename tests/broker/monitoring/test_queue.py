"""broker.monitoring.queue: the next look due."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.monitoring.queue import EVERY, Candidate, due
from tests.support.clock import NOON

MINUTE = timedelta(minutes=1)


def room(
    name: str, *, live: int = 0, seen: int | None = None, alert: int | None = None, watched: bool = False
) -> Candidate:
    """A live room; times are minutes after noon."""
    return Candidate(name, NOON + live * MINUTE, _at(seen), watched, _at(alert))


def _at(minutes: int | None) -> datetime | None:
    return None if minutes is None else NOON + minutes * MINUTE


def test_trouble_comes_first_then_the_never_seen_then_the_longest_unseen() -> None:
    """Oldest trouble first; of those never seen the one that runs for longest."""
    rooms = [
        room("seen late", seen=9),
        room("seen early", seen=3),
        room("never, new", live=5),
        room("never, old", live=1),
        room("trouble, new", seen=1, alert=8),
        room("trouble, old", alert=2),
    ]
    wanted = ["trouble, old", "trouble, new", "never, old", "never, new", "seen early", "seen late"]
    assert [each.visit_id for each in due(rooms)] == wanted


def test_trouble_that_somebody_has_looked_at_is_not_first_again() -> None:
    """Until it is ticked off it shows on the card, but the other rooms get their turn."""
    rooms = [room("looked at", seen=6, alert=5), room("unseen", seen=4)]
    assert [each.visit_id for each in due(rooms)] == ["unseen", "looked at"]


def test_a_room_is_due_when_it_went_unseen_for_too_long_or_something_is_amiss() -> None:
    """A room that somebody follows never is."""
    now = NOON + 10 * MINUTE
    assert room("long", seen=5).is_due(now)
    assert not room("short", seen=6).is_due(now)
    assert room("short, trouble", seen=6, alert=8).is_due(now)
    assert room("never", live=5).is_due(now)
    assert not room("watched", alert=8, watched=True).is_due(now)
    assert room("watched", watched=True).unseen_for(now) == timedelta(0)
    assert timedelta(minutes=5) == EVERY


CANDIDATES = st.lists(
    st.builds(
        room,
        st.uuids().map(str),
        live=st.integers(0, 9),
        seen=st.none() | st.integers(0, 9),
        alert=st.none() | st.integers(0, 9),
        watched=st.booleans(),
    ),
    max_size=8,
)


@given(CANDIDATES)
def test_every_room_nobody_watches_has_its_turn(rooms: list[Candidate]) -> None:
    """Each once, whatever order they come in, and none of those that are watched."""
    order = [each.visit_id for each in due(rooms)]
    assert sorted(order) == sorted(each.visit_id for each in rooms if not each.watched)
    assert [each.visit_id for each in due(reversed(rooms))] == order


def test_taking_the_next_again_and_again_reaches_every_room() -> None:
    """Nobody is forgotten: each of nine rooms is looked into before one is a second time."""
    rooms = {name: room(name, alert=3 if name == "4" else None) for name in "123456789"}
    order = []
    for minute in range(10, 19):
        taken = due(rooms.values())[0].visit_id
        order.append(taken)
        rooms[taken] = room(taken, seen=minute, alert=3 if taken == "4" else None)
    assert sorted(order) == list("123456789")
    assert order[0] == "4"
