"""A herd of families, small, and what is said of it."""

from __future__ import annotations

from bench.commands import herd as command
from bench.commands.__main__ import read
from bench.relay import Choice
from bench.visits.arrival import STEPS, Arrival, source
from bench.visits.herd import Found, Wish, measure, summary, table


def test_every_family_has_an_address_of_its_own() -> None:
    """Of this machine's, and none that ends in 0 or 255."""
    found = {source(number) for number in range(5000)}
    assert len(found) == 5000
    assert all(0 < int(each.rpartition(".")[2]) < 255 for each in found)


def test_a_step_that_fails_is_the_last_and_is_counted() -> None:
    """The whole is of those who came in."""
    well, late = Arrival(), Arrival(why="TimeoutError")
    for step in STEPS:
        with well.step(step):
            pass
    well.ms = dict.fromkeys(STEPS, 10.0)
    late.ms, late.failed = {"link": 30.0}, "visrn"
    found = Found(Wish(2, 1.0), Choice.PYTHON, [well, late])
    figures = summary(found)
    assert (figures["failed"], figures["failed_by_step"]) == (1, {"visrn": 1})
    assert (figures["whole_ms_max"], found.of("link"), found.of("mail")) == (70.0, [10.0, 30.0], [10.0])
    assert "1 failed at visrn: TimeoutError" in table(found)
    assert (figures["engine"], "engine: python" in table(found)) == ("python", True)


def test_five_hundred_come_within_a_minute_unless_others_are_asked_for() -> None:
    """The database is the one that serves people."""
    assert command.wish(read(["herd"])) == Wish(500, 60.0, "postgresql")
    assert command.wish(read(["herd", "--quick", "--families", "2"])) == Wish(2, 1.0, "sqlite")


async def test_families_come_in_through_the_whole_system() -> None:
    """Two, by their links: every step has its time, and the terminals are heard."""
    found = await measure(Wish(2, 0.2, "sqlite"))
    assert not found.failures
    assert all(len(found.of(step)) == 2 for step in (*STEPS, "whole"))
    assert found.stall_ms > 0
