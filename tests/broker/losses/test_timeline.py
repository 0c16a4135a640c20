"""The timeline of a room: what of it ran, was held, and was on no node."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.losses.spans import Spans
from broker.losses.timeline import RECOVERY, Timeline, read
from config.facts import EndReason, Fact, FactName
from tests.support.clock import NOON
from tests.support.losses import BOTH, FAMILY, LENGTH, TERMINAL, around, at, fact, record

HELD, RESUMED = FactName.ROOM_HELD, FactName.ROOM_RESUMED


@pytest.mark.parametrize(
    ("opened", "told", "seconds", "started"),
    [
        (-30, (), {}, ((0, LENGTH),)),
        (100, (), {}, ((100, LENGTH),)),
        (None, (), {}, ()),
        (None, (fact(FactName.ROOM_OPENED, 40),), {}, ((40, LENGTH),)),
        (120, (fact(FactName.ROOM_OPENED, 40),), {}, ((40, LENGTH),)),
        (None, (), {FAMILY: 3.0}, ((0, LENGTH),)),
        (None, (), {"monitor-x": 3.0}, ()),
    ],
    ids=["in time", "late", "never", "by the room alone", "first by the room", "as time was counted", "watched alone"],
)
def test_session_ran_from_when_it_was_started(
    opened: float | None, told: tuple[Fact, ...], seconds: dict[str, float], started: Spans
) -> None:
    """By paper or by the room, whichever was first; and no time is counted in a room that nobody started."""
    assert read(record(*told, seconds=seconds), around(opened=opened)).started == started


@pytest.mark.parametrize(
    ("told", "held"),
    [
        ([(HELD, 10), (RESUMED, 20)], ((10, 20),)),
        ([(HELD, 10), (HELD, 15), (RESUMED, 20), (RESUMED, 30)], ((10, 20),)),
        ([(HELD, 10)], ((10, LENGTH),)),
        ([(RESUMED, 10)], ()),
        ([(HELD, -50), (RESUMED, 20)], ((0, 20),)),
        ([(HELD, 10), (RESUMED, 10)], ((10, LENGTH),)),
    ],
)
def test_room_is_held_from_the_hold_to_the_next_resume(told: list[tuple[FactName, int]], held: Spans) -> None:
    """Repeats change nothing; what was never resumed is held to the end."""
    facts = [fact(name, moment) for name, moment in told]
    assert read(record(*facts), around()).held == held


def test_node_is_gone_from_when_it_was_last_heard_of_until_people_could_come_back() -> None:
    """As the one tells that took the room over; all of the slot where the live state was lost."""
    moved = fact(FactName.ROOM_MOVED, 110, since=100)
    assert read(record(*BOTH, moved), around()).node == ((100, 110 + RECOVERY),)
    assert read(record(fact(FactName.ROOM_MOVED, 50)), around()).node == ((50, 50 + RECOVERY),)
    assert read(record(lost=True), around()).node == ((0, LENGTH),)


def test_nobody_is_connected_to_a_node_that_has_died() -> None:
    """Nobody told the end, and the seconds stop in the middle: so do the media paths."""
    line = read(record(*BOTH, end=None, ended_at=None, seconds={FAMILY: 400.0, TERMINAL: 399.0}), around())
    assert (line.family.up, line.prison.up, line.node) == (((0, 400),), ((0, 400),), ((400, LENGTH),))
    told = read(record(*BOTH, seconds={FAMILY: 400.0}), around())
    assert told.node == ()


def test_edges_are_every_second_at_which_something_changes() -> None:
    """The slot's own ends too, and none outside of it."""
    line = read(record(*BOTH, end=EndReason.ENDED_BY_STAFF, ended_at=at(700)), around(silent=[(-50, 30), (650, 2000)]))
    assert line.edges() == [0, 30, 650, 700, LENGTH]
    assert line.had == ((0, 700),)
    assert isinstance(line, Timeline)


def test_room_that_ends_before_or_after_its_slot_ends_within_it() -> None:
    """Ended while people still waited for the slot, or told a second late."""
    early = read(record(*BOTH, end=EndReason.ENDED_BY_STAFF, ended_at=at(-60)), around())
    assert (early.end, early.started, early.had) == (0, (), ())
    late = read(record(*BOTH, ended_at=NOON + timedelta(seconds=LENGTH + 2)), around())
    assert late.end == LENGTH
