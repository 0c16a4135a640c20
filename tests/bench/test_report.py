"""What the runs of a measurement come to."""

from __future__ import annotations

from dataclasses import replace

from bench.report import Run, doubts, middle, percentile, summary, table


def run(rooms: int, cost: float, lost: int = 0) -> Run:
    """Make up a run."""
    return Run(rooms, 1000, cost, 0.1, 0.9, lost, 1.0, 0.2)


RUNS = [run(25, 10.0), run(100, 9.0, lost=2), run(25, 30.0), run(100, 7.0, lost=3), run(25, 12.0), run(100, 8.0)]


def test_the_median_is_of_the_runs_of_one_size_and_losses_are_added_up() -> None:
    """One slow run does not move it, and no lost packet is forgotten."""
    assert middle(RUNS, 25).cpu_us_per_packet == 12.0
    assert (middle(RUNS, 100).cpu_us_per_packet, middle(RUNS, 100).lost) == (8.0, 5)


def test_the_figures_on_top_are_those_of_the_largest_size() -> None:
    """And every size's medians and every single run are there."""
    figures = summary(RUNS, "compiled")
    assert (figures["rooms"], figures["cpu_us_per_packet"], figures["lost"], figures["runs"]) == (100, 8.0, 5, 3)
    assert figures["engine"] == "compiled"
    assert isinstance(figures["median"], dict)
    assert set(figures["median"]) == {"25", "100"}
    assert isinstance(figures["all"], list)
    assert len(figures["all"]) == len(RUNS)


def test_the_table_has_a_row_for_each_run_and_each_size() -> None:
    """Headings, six runs, two medians, and the engine that they are of."""
    *rows, engine = table(RUNS, "python").splitlines()
    assert len(rows) == 1 + 6 + 2
    assert rows[-1].split()[:2] == ["median", "100"]
    assert engine == "The node's engine: python."


def test_a_generator_that_was_too_slow_is_mentioned() -> None:
    """Its latencies are not the relay's."""
    assert doubts(RUNS, 5.0) == []
    (remark,) = doubts([*RUNS, replace(RUNS[0], pace=0.5)], 5.0)
    assert remark.startswith("In 1 of 7 runs")


def test_what_the_generator_had_no_room_for_makes_a_run_worth_nothing() -> None:
    """It is added up, stands apart from what the relay lost, and is said."""
    full = [*RUNS, replace(RUNS[1], overflowed=7), replace(RUNS[1], overflowed=1)]
    (remark,) = doubts(full, 5.0)
    assert remark.startswith("In 2 of 8 runs packets came for which")
    assert (middle(full, 100).overflowed, middle(full, 100).lost) == (8, 9)
    assert (full[-1].valid, RUNS[1].valid, summary(full, "compiled")["overflowed"]) == (False, True, 8)


def test_runs_too_short_to_mean_anything_are_said_to_be() -> None:
    """However good they look."""
    (remark,) = doubts(RUNS, 1.0)
    assert "Runs of less than 2 s show that it works" in remark


def test_what_was_lost_while_all_began_stands_by_itself() -> None:
    """It is added up, and makes a run neither lossy nor invalid."""
    runs = [replace(RUNS[5], lost_at_first=5), replace(RUNS[5], lost_at_first=2)]
    figures = summary(runs, "python")
    assert isinstance(figures["median"], dict)
    assert (figures["lost"], doubts(runs, 5.0), figures["median"]["100"]["lost_at_first"]) == (0, [], 7)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    """Of nothing it is nothing."""
    ordered = [float(each) for each in range(1, 101)]
    assert (percentile(ordered, 0.5), percentile(ordered, 0.99), percentile([], 0.5)) == (51.0, 100.0, 0.0)
