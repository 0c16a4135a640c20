"""What the comparison with Janus comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.load.seats import FANOUT, PAIR, copies
from bench.relay import Choice
from bench.report import Run
from bench.search import Search
from bench.versus import JANUS, KINDS, OURS, PYTHON, Versus, Wish, doubts, loads, ratio, summary, table

RUN = Run(50, 33_000, 10.0, 0.1, 0.5, 0, 1.0, 0.3, 0.4, 2.0)


PROMISED = (
    *("rooms_ratio", "cpu_ratio_natural", "cpu_ratio_bursts", "cpu_ratio_fanout"),
    *("join_ratio", "p99_ms", "lost", "pure_rooms_ratio"),
)


def found() -> Versus:
    """Make up a comparison: Janus costs 40, 20 and 25 us a packet and 20 ms a room, and carries 100 rooms."""
    theirs = dict(zip(KINDS, (40.0, 20.0, 25.0), strict=True))
    runs = {(kind, OURS): [RUN, replace(RUN, cpu_us_per_packet=99.0), RUN] for kind in KINDS}
    runs |= {
        (kind, JANUS): [replace(RUN, cpu_us_per_packet=cost, join_ms=20.0, p50_ms=0.2, p99_ms=2.0)]
        for kind, cost in theirs.items()
    }
    most = {server: Search(1, 0.05) for server in (OURS, PYTHON, JANUS)}
    for server, rooms in ((OURS, 320), (PYTHON, 210), (JANUS, 100)):
        most[server].tell(replace(RUN, rooms=rooms, p99_ms=1.25))
    return Versus(Wish(50, 3.0, 3), Choice.COMPILED, runs, most)


def test_the_figures_are_ours_by_janus() -> None:
    """Medians of CPU and join, numbers of rooms, and how ours fared at its own."""
    figures = summary(found())
    wanted = {
        "rooms_ratio": 3.2,
        "cpu_ratio_natural": 0.25,
        "cpu_ratio_bursts": 0.5,
        "cpu_ratio_fanout": 0.4,
        "join_ratio": 0.1,
        "p99_ms": 1.25,
        "lost": 0,
        "pure_rooms_ratio": 2.1,
        "p50_latency_ratio": 0.5,
        "p99_latency_ratio": 0.25,
    }
    assert {name: figures[name] for name in wanted} == wanted
    assert figures["engine"] == "compiled"
    assert figures["rooms"] == {"ours": 320, "python": 210, "janus": 100}


def test_what_was_not_measured_is_no_figure() -> None:
    """Neither infinite nor nought: null."""
    nothing = replace_most(found(), JANUS)
    assert summary(nothing)["rooms_ratio"] is None
    assert summary(replace_most(found(), OURS))["p99_ms"] is None
    assert ratio(1.0, 0.0) is None


def replace_most(versus: Versus, server: str) -> Versus:
    """Let one server carry nothing."""
    versus.most[server] = Search(1, 0.05)
    return versus


def test_the_table_has_a_row_for_each_load_and_server() -> None:
    """Headings, two rows a kind, one for each number of rooms, our engine; a doubt if the generator was too slow."""
    versus = found()
    assert len(table(versus).splitlines()) == 1 + 2 * len(KINDS) + 3 + 1
    assert "The node's engine: compiled." in table(versus)
    assert doubts(versus) == []
    versus.runs["bursts", JANUS][0] = replace(RUN, pace=0.9)
    assert "could not keep its pace" in doubts(versus)[0]


def test_a_quick_one_keeps_every_promised_figure_and_says_which_mean_nothing() -> None:
    """Of rooms that were not searched for there is no number, neither ratio nor latency."""
    quick = found()
    quick.wish, quick.most = Wish(5, 1.0, 1, searched=False), {}
    figures = summary(quick)
    unsaid = {name for name in PROMISED if figures[name] is None}
    assert unsaid == {"rooms_ratio", "pure_rooms_ratio", "p99_ms", "lost"}
    assert figures["rooms"] == {"ours": None, "python": None, "janus": None}
    assert table(quick)
    said = " ".join(doubts(quick))
    assert "Runs of less than 2 s" in said
    assert "was not searched for" in said


def test_rooms_for_which_the_generator_was_too_slow_are_a_least_number() -> None:
    """Of ours the ratio is at least so high; to Janus' there is none."""
    versus = found()
    limit(versus, OURS)
    assert (summary(versus)["rooms_ratio"], summary(versus)["rooms_at_least"]) == (3.2, ["ours"])
    assert doubts(versus)[0].startswith("ours: 320 rooms or more")
    limit(versus, JANUS)
    assert (summary(versus)["rooms_ratio"], summary(versus)["pure_rooms_ratio"]) == (None, None)


def limit(versus: Versus, server: str) -> None:
    """Let the generator be too slow for more than a server carried."""
    while (rooms := versus.most[server].next) is not None:
        versus.most[server].tell(replace(RUN, rooms=rooms, pace=0.5))


@pytest.mark.parametrize("rooms", [1, 8, 50])
def test_every_load_forwards_about_as_much(rooms: int) -> None:
    """A room with a monitor forwards eight times what a two-party room does."""
    given = loads(rooms)
    assert (copies(PAIR), copies(FANOUT)) == (1, 4)
    assert (given["natural"].rooms, given["bursts"].rooms, given["fanout"].rooms) == (rooms, rooms, max(1, rooms // 8))
