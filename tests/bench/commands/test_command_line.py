"""What the measurements are asked for on the command line."""

from __future__ import annotations

import json

import pytest

from bench.commands import COMMANDS
from bench.commands.__main__ import main, read
from bench.commands.output import tell


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_measurement_can_be_asked_for_without_a_word_more(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each has defaults for all it needs, and a line in the help."""
    assert read([name]).command == name
    with pytest.raises(SystemExit):
        read(["--help"])
    assert COMMANDS[name].HELP in " ".join(capsys.readouterr().out.split())


def test_what_is_not_measured_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the names of what is."""
    with pytest.raises(SystemExit):
        main(["speed"])
    said = capsys.readouterr().err
    assert all(name in said for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_wrong_option_is_answered_with_what_that_measurement_takes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And not with the names of all."""
    with pytest.raises(SystemExit):
        read([name, "--bogus"])
    said = capsys.readouterr().err
    assert said.startswith(f"usage: ./run bench {name} [-h]")
    assert "unrecognized arguments: --bogus" in said


def test_numbers_and_names_are_separated_by_commas() -> None:
    """As the help has them."""
    assert read(["relay", "--rooms", "25,50"]).rooms == [25, 50]
    assert read(["portal", "--databases", "sqlite, postgresql"]).databases == ["sqlite", "postgresql"]


def test_the_last_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    """Below the table, for programs."""
    tell(["a table", "of lines"], {"rooms": 3})
    *above, last = capsys.readouterr().out.splitlines()
    assert (above, json.loads(last)) == (["a table", "of lines"], {"rooms": 3, "valid": True, "doubts": []})


def test_figures_that_mean_nothing_are_marked_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Below the table for people, and for programs, who may look at nothing else."""
    tell(["a table"], {"rooms": 3}, ["Too few."])
    *above, last = capsys.readouterr().out.splitlines()
    assert (above, json.loads(last)) == (["a table", "Too few."], {"rooms": 3, "valid": False, "doubts": ["Too few."]})
