"""The search for the number of rooms, on servers that are made up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.report import Run
from bench.search import BUSY, Search, Verdict, hint, verdict

FINE = Run(50, 11_000, 20.0, 0.1, 0.9, 0, 1.0, 0.3)


def settle(search: Search, most: int, *, slip: int | None = None) -> list[int]:
    """Tell the search of a server that carries so many rooms; return what was tried. slip: fails once, wrongly."""
    tried: list[int] = []
    while search.next is not None:
        rooms = search.next
        fails = rooms > most or (rooms == slip and slip not in tried)
        tried.append(rooms)
        search.tell(replace(FINE, rooms=rooms, core=BUSY * rooms / most, lost=int(fails)))
        assert len(tried) < 40
    return tried


@pytest.mark.parametrize("most", [1, 7, 80, 333])
@pytest.mark.parametrize("first", [1, 50, 400])
def test_the_number_is_found_from_anywhere(most: int, first: int) -> None:
    """From far below and far above, within the tolerance, and it is one that was carried."""
    search = Search(first, 0.05)
    settle(search, most)
    assert search.best is not None
    assert most - max(1, 0.05 * most) <= search.best.rooms <= most


def test_a_number_fails_only_twice_in_a_row() -> None:
    """One bad moment of the machine takes nothing from a server."""
    search = Search(40, 0.05)
    tried = settle(search, 80, slip=40)
    assert tried[:2] == [40, 40]
    assert search.best is not None
    assert search.best.rooms >= 76


def test_a_server_that_carries_nothing_has_no_best() -> None:
    """It ends all the same."""
    search = Search(8, 0.05)
    for rooms in (8, 8, 4, 4, 2, 2, 1, 1):
        assert search.next == rooms
        search.tell(replace(FINE, rooms=rooms, lost=1))
    assert (search.next, search.best) == (None, None)


@pytest.mark.parametrize("run", [replace(FINE, core=0.76), replace(FINE, p99_ms=5.0), replace(FINE, lost=1)])
def test_busy_slow_or_lossy_is_too_much(run: Run) -> None:
    """Each of the three is enough."""
    assert verdict(FINE) is Verdict.CARRIED
    assert verdict(run) is Verdict.TOO_MUCH


@pytest.mark.parametrize(
    "run", [replace(FINE, pace=0.37, core=0.9, lost=7), replace(FINE, pace=0.98), replace(FINE, overflowed=1)]
)
def test_a_run_whose_generator_was_too_slow_says_nothing(run: Run) -> None:
    """Neither that it was carried nor that it was too much, whatever the server did with it."""
    assert verdict(run) is Verdict.UNTOLD


def test_a_server_carries_at_least_what_the_generator_could_still_send() -> None:
    """Unless, below that, it is the server that has enough."""
    search = Search(50, 0.5)
    search.tell(FINE)
    for _ in range(2):
        search.tell(replace(FINE, rooms=search.next or 0, pace=0.4))
    assert search.best is FINE
    assert search.at_least
    while search.next is not None:
        search.tell(replace(FINE, rooms=search.next, core=0.9))
    assert (search.best, search.at_least) == (FINE, False)


def test_a_guess_goes_by_how_busy_the_core_was() -> None:
    """A third of the way there at 25 %."""
    assert hint(replace(FINE, rooms=50, core=0.25)) == 150
