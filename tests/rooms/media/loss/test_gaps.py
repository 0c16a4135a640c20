"""Which packets are missing, and when they are asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.media.loss.gaps import LATEST, MOST, PATIENCE, SOONEST, TRIES, Gaps, nack_items, seqs_in

WRAPPING = 0xFFFE


def test_a_hole_is_asked_for_at_once_and_again_only_after_a_round_trip() -> None:
    """Also where the numbers wrap around."""
    gaps = Gaps()
    gaps.skipped(WRAPPING, 4, 10.0)
    assert gaps.due(10.01) == [0xFFFE, 0xFFFF, 0, 1]
    assert gaps.due(10.05) == []
    assert gaps.due(10.01 + LATEST) == [0xFFFE, 0xFFFF, 0, 1]


def test_each_time_is_waited_twice_as_long() -> None:
    """A queue that has just arisen makes answers late: of what was asked for more than once none is timed."""
    gaps = Gaps()
    for seq in range(40):
        gaps.skipped(seq, 1, float(seq))
        gaps.due(float(seq))
        gaps.arrived(seq, seq + 0.005)
    gaps.skipped(99, 1, 50.0)
    asked = [tick for tick in range(600) if gaps.due(50 + tick / 1000)]
    assert asked == pytest.approx([0, 30, 90, 210, 450], abs=1)


def test_what_has_come_is_asked_for_no_more() -> None:
    """A packet that was only overtaken is never asked for; one that comes twice is known to be here before."""
    gaps = Gaps()
    gaps.skipped(5, 2, 0.0)
    assert gaps.arrived(5, 0.005)
    assert not gaps.arrived(5, 0.006)
    assert gaps.due(0.02) == [6]
    assert gaps.arrived(6, 0.07)
    assert not gaps
    assert not gaps.take_given_up()


def test_a_fast_line_is_asked_again_sooner_than_a_slow_one() -> None:
    """The time between two requests is learnt from the answers to first ones."""

    def second_request(round_trip: float) -> float:
        gaps, now = Gaps(), 0.0
        for seq in range(40):
            gaps.skipped(seq, 1, now)
            assert gaps.due(now) == [seq]
            assert gaps.arrived(seq, now + round_trip)
            now += 1.0
        gaps.skipped(99, 1, now)
        gaps.due(now)
        return next(tick / 1000 for tick in range(1, 1000) if gaps.due(now + tick / 1000))

    assert second_request(0.005) == SOONEST
    assert 0.29 < second_request(0.2) < 0.31


def test_what_would_come_too_late_is_given_up_and_said_once() -> None:
    """By time, and by the number of requests."""
    gaps = Gaps()
    gaps.skipped(7, 1, 0.0)
    asked = sum(len(gaps.due(tick / 100)) for tick in range(120))
    assert asked <= TRIES
    assert not gaps
    assert gaps.take_given_up()
    assert not gaps.take_given_up()


def test_a_packet_that_stays_away_is_given_up_by_time() -> None:
    """Nobody looked for longer than anybody waits."""
    gaps = Gaps()
    gaps.skipped(7, 1, 0.0)
    assert gaps.due(PATIENCE + 0.1) == []
    assert gaps.take_given_up()


def test_what_nobody_asked_for_does_not_stay_missing() -> None:
    """Of sound nothing is given up, and after 22 minutes its numbers come around: the old hole is no hole then."""
    gaps = Gaps()
    gaps.skipped(7, 2, 0.0)
    assert gaps.arrived(7, PATIENCE)
    assert not gaps.arrived(8, PATIENCE + 0.1)


def test_a_line_that_was_down_is_not_asked_for_everything() -> None:
    """More than a bound: nothing is asked for, and a keyframe is needed."""
    gaps = Gaps()
    gaps.skipped(0, MOST, 0.0)
    assert len(gaps.due(0.0)) == MOST
    gaps.skipped(MOST, 1, 0.0)
    assert gaps.due(1.0) == []
    assert gaps.take_given_up()


@given(st.lists(st.integers(0, 0xFFFF), unique=True, max_size=300))
def test_items_of_a_nack_name_just_what_was_asked_for(seqs: list[int]) -> None:
    """In any order, however far apart."""
    items = tuple(nack_items(seqs))
    assert sorted(seqs_in(items)) == sorted(seqs)
    assert len(items) <= len(seqs)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 0xFFFF), st.integers(1, 80)), max_size=60))
def test_no_packet_is_asked_for_more_often_than_allowed(steps: list[tuple[bool, int, int]]) -> None:
    """Whatever comes and goes, memory and requests have a bound."""
    gaps, asked = Gaps(), dict[int, int]()
    for number, (comes, seq, count) in enumerate(steps):
        now = number * 0.02
        if comes:
            gaps.arrived(seq, now)
        else:
            gaps.skipped(seq, count, now)
            for each in range(seq, seq + count):
                asked.pop(each & 0xFFFF, None)
        for each in gaps.due(now):
            asked[each] = asked.get(each, 0) + 1
    assert all(times <= TRIES for times in asked.values())
