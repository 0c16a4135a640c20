"""The values that measurements take: read and checked, before anything is started."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from bench import audit, portal, reports
from bench.commands import COMMANDS
from bench.commands.__main__ import read
from bench.commands.asking import asked
from bench.network import command as network
from bench.visits.figures import too_few

WRONG = [
    ("relay --rooms 0", "it must be 1 or more, and not 0"),
    ("relay --rooms 25,-1", "it must be 1 or more, and not -1"),
    ("relay --rooms 25,", "nothing is not a whole number"),
    ("relay --seconds 0", "it must be more than 0, and not 0"),
    ("relay --seconds -1", "it must be 0 or more, and not -1"),
    ("relay --seconds inf", "it must have an end"),
    ("relay --seconds nan", "it must have an end"),
    ("relay --runs none", "none is not a whole number"),
    ("relay --janus-loops -1", "it must be 0 or more, and not -1"),
    ("herd --families 0", "it must be 1 or more, and not 0"),
    ("herd --within 0", "it must be more than 0, and not 0"),
    ("boundary --rate 0", "it must be more than 0, and not 0"),
    ("soak --rest -1", "it must be 0 or more, and not -1"),
    ("portal --databases sqlite,oracle", "oracle is not one of sqlite, postgresql"),
    ("reports --share 2", "it must be more than 0 and no more than 1, and not 2"),
    ("reports --share 1/0", "1/0 is not a share such as 1/10"),
    ("audit --entries 0", "it must be 1 or more, and not 0"),
    ("network --seconds 0", "it must be more than 0, and not 0"),
]


@pytest.mark.parametrize(("line", "sentence"), WRONG, ids=[line for line, _ in WRONG])
def test_a_value_that_cannot_be_is_refused_with_the_usage(
    line: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of that measurement, and with the name of the option."""
    with pytest.raises(SystemExit):
        read(line.split())
    said = capsys.readouterr().err
    name, option, _ = line.split()
    assert said.startswith(f"usage: ./run bench {name} ")
    assert f"argument {option}: {sentence}" in said


def test_values_are_read_as_what_they_are() -> None:
    """A share of a table is exact; none is a number where none is possible."""
    assert read(["reports", "--share", "0.1"]).share == Fraction(1, 10)
    assert read(["boundary", "--next", "0"]).next == 0
    assert read(["soak", "--rest", "0"]).rest == 0


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_measurement_has_a_quick_one(name: str) -> None:
    """Which asks for less of something than is usual."""
    command: Any = COMMANDS[name]
    usual, quick = (asked(read([name, *more]), command.USUAL, command.QUICK) for more in ([], ["--quick"]))
    assert usual == command.USUAL
    assert set(quick) == set(usual)
    assert quick != usual


def test_what_is_asked_for_takes_the_place_of_what_is_usual_and_of_what_is_quick() -> None:
    """Each by itself."""
    wall: Any = COMMANDS["wall"]
    given = read(["wall", "--quick", "--rooms", "3"])
    assert asked(given, wall.USUAL, wall.QUICK) == {"rooms": 3, "seconds": 1.0, "runs": 1}


def test_the_quick_ones_say_that_their_figures_mean_nothing_and_the_usual_ones_do_not() -> None:
    """By what was measured, and not by the option: who asks for little by hand reads it as well."""
    doubts: dict[str, Callable[[Any], list[str]]] = {
        "audit": lambda wish: audit.doubts(wish["seconds"], wish["entries"]),
        "boundary": lambda wish: too_few(wish["rooms"], "rooms"),
        "herd": lambda wish: too_few(wish["families"], "families"),
        "network": lambda wish: network.doubts(wish["seconds"]),
        "portal": lambda wish: portal.doubts(wish["registrations"]),
        "reports": lambda wish: reports.doubts(wish["share"]),
    }
    for name, said in doubts.items():
        command: Any = COMMANDS[name]
        assert said(asked(read([name]), command.USUAL, command.QUICK)) == []
        assert len(said(asked(read([name, "--quick"]), command.USUAL, command.QUICK))) == 1
