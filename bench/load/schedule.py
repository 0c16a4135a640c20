"""When whose packets leave.

Everybody who sends does so in the same rhythm, over and over: in a turn of 100 ms five packets of sound and six of
picture, 110 a second, 68 kB. With NATURAL pace each has its own moment, evenly apart as encoders and pacers put them on
the wire, and every sender is somewhere else in the rhythm. With BURSTS the same packets leave all together, of all
senders and rooms, each 20 ms.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from ..caller import AUDIO, VIDEO

TURN = 0.1
SOUNDS, PICTURES = 5, 6
PACKETS_A_TURN = SOUNDS + PICTURES
PACKETS_A_SECOND = PACKETS_A_TURN / TURN
BURST_EVERY = 0.02


class Pace(StrEnum):
    """How the packets of a turn are spread."""

    BURSTS = "bursts"
    NATURAL = "natural"


@dataclass(frozen=True, slots=True, order=True)
class Departure:
    """A packet of the turn. at: seconds from the turn's beginning. payload_type: what it carries."""

    at: float
    payload_type: int


def turn(pace: Pace, seeded: random.Random) -> list[Departure]:
    """Return the departures of one sender's turn, in their order: always as many of each kind."""
    found = [*_evenly(SOUNDS, AUDIO, seeded.random()), *_evenly(PICTURES, VIDEO, seeded.random())]
    if pace is Pace.BURSTS:
        found = [Departure(each.at // BURST_EVERY * BURST_EVERY, each.payload_type) for each in found]
    return sorted(found)


def _evenly(count: int, payload_type: int, phase: float) -> list[Departure]:
    """Departures at equal distances. phase: where in the first distance the first one is, from 0 to 1."""
    return [Departure(TURN / count * (number + phase), payload_type) for number in range(count)]
