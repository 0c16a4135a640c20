"""The measurement of a node's memory, small, and what its samples come to."""

from __future__ import annotations

import pytest

from bench.commands import soak as command
from bench.commands.__main__ import read
from bench.relay import Choice
from bench.visits.soak import SETTLED, Found, Wish, doubts, measure, slope, summary, table


def test_growth_is_the_slope_after_the_first_minute() -> None:
    """An ended room is remembered for a minute: what grows then is no leak, and is left out."""
    found = Found(Wish(2000, 20, 100, 0), Choice.PYTHON)
    found.samples = [(at, rooms, 1000.0 + 50 * rooms) for at, rooms in ((20, 200), (40, 400), (60, 600))]
    assert found.growth is None
    assert "Too short" in doubts(found)[-1]
    found.samples += [(SETTLED + rooms, rooms, 31_000.0 + 2 * rooms) for rooms in (800, 1000, 1200)]
    assert found.growth == pytest.approx(2000)
    assert summary(found)["growth_kb_per_1000"] == 2000


def test_a_slope_needs_two_points_that_are_apart() -> None:
    """Of fewer it is none."""
    assert slope([(1.0, 5.0)]) == slope([(1.0, 5.0), (1.0, 9.0)]) == 0
    assert slope([(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]) == pytest.approx(2)


def test_a_room_and_a_participant_are_told_apart() -> None:
    """By rooms of one and the same with two; rooms held before use up what was to spare."""
    found = Found(Wish(10, 1, 100, 0), Choice.COMPILED, idle=50_000, spare=70_000, one=72_000, two=73_500)
    assert found.each == pytest.approx((5, 15))
    assert "A room holds 5 kB and each participant 15 kB more" in table(found)
    assert "The node's engine: compiled." in table(found)
    assert [summary(found)[name] for name in ("engine", "kb_per_room", "kb_per_participant")] == ["compiled", 5, 15]


@pytest.mark.parametrize(("held", "one"), [(2, 70_060.0), (100, 69_000.0), (100, 72_400.0)])
def test_memory_that_cannot_be_told_is_no_figure(held: int, one: float) -> None:
    """Of a few rooms, or where a room or a participant would come out below nothing."""
    found = Found(Wish(10, 1, held, 0), Choice.PYTHON, idle=50_000, spare=70_000, one=one, two=72_300)
    assert "Too few rooms to say what one and a participant hold" in doubts(found)[0]
    assert summary(found)["kb_per_room"] is None
    assert summary(found)["kb_per_participant"] is None


def test_what_is_asked_for_takes_the_place_of_what_is_usual() -> None:
    """A number of rooms alone leaves the rest as it is; 0 is a number."""
    given = read(["soak", "--rooms", "300", "--rest", "0"])
    assert command.wish(given) == Wish(300, 20, 100, 0.0)
    assert command.wish(read(["soak", "--quick"])).rooms < 20


async def test_visits_come_and_go_and_memory_is_read() -> None:
    """A few through a real node."""
    found = await measure(Wish(4, 2, 1, 0.0))
    assert found.failed == 0
    assert [rooms for _, rooms, _ in found.samples] == [1, 2, 3, 4]
    assert all(kb > 10_000 for kb in (found.idle, found.one, found.two))
