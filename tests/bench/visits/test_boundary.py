"""All ends at once, small: what is planned, what comes of it, and what is said of that."""

from __future__ import annotations

from bench.commands import boundary as command
from bench.commands.__main__ import read
from bench.relay import Choice
from bench.visits.boundary import ENDING, LASTING, NEXT, Found, Wish, measure, plans_of, summary, table
from bench.visits.figures import Brought

WISH = Wish(rooms=500, coming=400, lasting=50, rate=20, seated_within=40)


def test_the_next_ones_come_around_the_boundary_and_the_others_before() -> None:
    """Whose slots end at it, begin at it, and go on across it; all are there until well after."""
    plans = {plan.name: plan for plan in plans_of(WISH, "redis", "origin", 1000.0)}
    ending, coming, lasting = plans[ENDING], plans[NEXT], plans[LASTING]
    assert (ending.rooms, coming.rooms, lasting.rooms) == (500, 400, 50)
    assert (ending.ends_at, coming.starts_at, lasting.starts_at < 1000 < lasting.ends_at) == (1000, 1000, True)
    assert (coming.arrive_from, coming.arrive_from + coming.arrive_within) == (995, 1005)
    assert ending.arrive_from == lasting.arrive_from == 960
    assert ending.arrive_from + ending.arrive_within < lasting.count_from < 1000
    assert {plan.rate for plan in plans.values()} == {10}


def test_what_never_came_is_said_and_is_in_no_quantile() -> None:
    """Somebody was not told, somebody did not get in."""
    ending = Brought(join_ms=[20.0, 30.0], last_ms=[-9.0, -5.5], closed_ms=[8.0, 40.0], told_ms=[12.0])
    coming = Brought(join_ms=[50.0], failed={"TimeoutError": 1}, lag_ms=7.0)
    parties = {ENDING: ending, NEXT: coming, LASTING: Brought(lost=2)}
    found = Found(WISH, Choice.PYTHON, parties, [-9.0], stall_ms=12.5, calm_ms=3.0)
    figures = summary(found)
    assert (figures["last_packet_ms"], figures["recorded_ms"]) == (-5.5, -9.0)
    assert (figures["closed_ms_max"], figures["open"], figures["untold"]) == (40.0, 0, 1)
    assert (figures["joins"], figures["joins_failed"], figures["lost"], figures["lag_ms"]) == (1, 1, 2, 7.0)
    assert figures["engine"] == "python"
    said = table(found)
    assert "The node's engine: python." in said
    assert "next: 1 did not come in (TimeoutError)" in said
    assert "0 transports were not closed, 1 people were not told." in said


def test_the_time_to_come_grows_with_the_rooms() -> None:
    """Unless somebody says how long it is."""
    assert command.wish(read(["boundary", "--rooms", "100"])).seated_within > 10
    given = read(["boundary", "--quick", "--next", "0", "--seated-within", "3"])
    assert (command.wish(given).coming, command.wish(given).seated_within) == (0, 3)


async def test_nothing_is_forwarded_after_the_boundary_and_everybody_hears_of_it() -> None:
    """A real node: two rooms end, one begins, one goes on; by the receivers' kernels, and by the record."""
    found = await measure(Wish(2, 1, 1, rate=40, seated_within=4.0, around=0.5, after=2.2))
    figures = summary(found)
    assert (figures["seated"], figures["joins"], figures["joins_failed"]) == (4, 2, 0)
    assert figures["engine"] in ("python", "compiled")
    assert len(found.parties[ENDING].last_ms) == 4
    assert max(found.parties[ENDING].last_ms) < 0
    assert len(found.recorded_ms) == 2
    assert max(found.recorded_ms) < 0
    assert (figures["open"], figures["untold"]) == (0, 0)
    assert min(found.parties[ENDING].closed_ms) > -6
    assert found.stall_ms > 0
    assert found.parties[LASTING].sent > 50
    assert found.parties[LASTING].lost == 0
