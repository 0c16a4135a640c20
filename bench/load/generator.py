"""The loop that sends everybody's packets on schedule and looks at what has come, in one thread and without a pause.

A packet costs it some 9 microseconds, of which the kernel's sending and receiving are more than half: four hundred
rooms keep a core at four fifths, and a compiled loop could not double that.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .schedule import TURN, Pace, turn
from .talker import Talker

SPIN = 0.0003
"""Seconds before a departure in which the clock is watched; a sleep would end too late."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Some turns. pace: time they should have taken by the time they took. busy: share of the time not waited."""

    seconds: float
    pace: float
    busy: float


class Generator:
    """The rhythm of all talkers together. turns: how many will be run in all."""

    def __init__(self, talkers: Sequence[Talker], pace: Pace, turns: int) -> None:
        seeded = random.Random(len(talkers))
        acts: list[tuple[float, Callable[[], None]]] = []
        for talker in talkers:
            acts.append((seeded.random() * TURN, talker.look))
            if talker.link.seat.sends:
                departures = turn(pace, seeded)
                talker.prepare(departures, turns)
                acts += [(departure.at, talker.send) for departure in departures]
        self._acts = sorted(acts, key=lambda act: act[0])
        self._base: float | None = None

    def run(self, turns: int) -> Spell:
        """Run some turns, after those that were run before."""
        clock = time.monotonic
        base = began = self._base if self._base is not None else clock()
        waited = 0.0
        gc.disable()
        try:
            for _ in range(turns):
                for at, act in self._acts:
                    if clock() < base + at:
                        waited += _wait(base + at, clock)
                    act()
                base += TURN
            waited += _wait(base, clock)
        finally:
            gc.enable()
        self._base = base
        lasted = max(clock() - began, turns * TURN)
        return Spell(lasted, turns * TURN / lasted, 1 - waited / lasted)

    def pause(self) -> None:
        """Let the next turns begin when they are run, however long after those before."""
        self._base = None


def _wait(due: float, clock: Callable[[], float]) -> float:
    """Wait until then; return how many seconds that was."""
    begin = now = clock()
    while now < due:
        if due - now > SPIN:
            time.sleep(due - now - SPIN)
        now = clock()
    return now - begin
