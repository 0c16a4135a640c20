"""When packets leave."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from bench.caller import AUDIO, VIDEO
from bench.load.schedule import BURST_EVERY, PACKETS_A_SECOND, TURN, Pace, turn


@pytest.mark.parametrize("pace", list(Pace))
def test_a_turn_is_the_same_packets_in_either_pace(pace: Pace) -> None:
    """110 a second, five of sound and six of picture a turn, in order and within it."""
    departures = turn(pace, random.Random(1))
    kinds = [each.payload_type for each in departures]
    assert (kinds.count(AUDIO), kinds.count(VIDEO)) == (5, 6)
    assert len(departures) == PACKETS_A_SECOND * TURN
    assert departures == sorted(departures)
    assert all(0 <= each.at < TURN for each in departures)


def test_natural_packets_are_evenly_apart() -> None:
    """20 ms for sound; two senders are not at the same place in the rhythm."""
    seeded = random.Random(1)
    one, other = turn(Pace.NATURAL, seeded), turn(Pace.NATURAL, seeded)
    sounds = [each.at for each in one if each.payload_type == AUDIO]
    assert [round(after - before, 6) for before, after in pairwise(sounds)] == [0.02] * 4
    assert {each.at for each in one}.isdisjoint(each.at for each in other)


def test_bursts_leave_all_at_once() -> None:
    """Whatever the sender, only at five moments of a turn."""
    seeded = random.Random(1)
    moments = {round(each.at / BURST_EVERY, 6) for _ in range(10) for each in turn(Pace.BURSTS, seeded)}
    assert moments == {0, 1, 2, 3, 4}
