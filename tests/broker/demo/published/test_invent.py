"""Invented visits: as many sessions as the table says, and a jail's day that could be."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from broker.demo.published.figures import JailFigures, days
from broker.demo.published.invent import Invented, inmates, terminals, visits
from broker.lifecycle import TRANSITIONS, VisitStatus
from broker.vocabulary import VisitMode

FIGURES = JailFigures(101, "Invented", sessions=4000, foreign=20)


def sessions() -> list[Invented]:
    """Those in which both sides met."""
    return [each for each in visits(FIGURES) if each.had]


def test_there_are_exactly_as_many_sessions_as_the_table_says() -> None:
    """On each day, and everybody in the jail has one, so that the foreign prisoners are counted."""
    found = sessions()
    assert len(found) == FIGURES.sessions
    assert Counter(each.starts_at.date() for each in found) == dict(days(FIGURES.sessions))
    assert {each.inmate for each in found} == set(range(inmates(FIGURES)))


def test_no_two_visits_hold_one_terminal_at_once() -> None:
    """Nor does any begin before the jail opens, or far into the night."""
    held: dict[int, list[Invented]] = {}
    for each in visits(FIGURES):
        if each.place is not None and each.mode is VisitMode.VIDEO:
            held.setdefault(each.place, []).append(each)
    assert max(held) < terminals(FIGURES)
    for some in held.values():
        some.sort(key=lambda each: each.starts_at)
        for one, other in pairwise(some):
            assert one.starts_at + timedelta(minutes=one.minutes) <= other.starts_at
        assert all(9 <= each.starts_at.hour < 20 for each in some)


def test_every_invented_history_is_one_that_the_life_cycle_has() -> None:
    """And what is had and lost is never more than the slot."""
    for each in visits(FIGURES):
        assert each.steps[0] is VisitStatus.REQUESTED
        for before, after in pairwise(each.steps):
            assert after in TRANSITIONS[before]
        assert each.had + sum(each.lost.values()) <= each.minutes * 60
        assert (each.outcome is not None) == (each.steps[-1] is VisitStatus.CLOSED)


def test_the_same_jail_is_always_the_same() -> None:
    """What was measured yesterday can be measured again."""
    assert list(visits(FIGURES)) == list(visits(FIGURES))
