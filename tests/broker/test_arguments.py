"""Command lines of several commands."""

from __future__ import annotations

import argparse

import pytest

from broker.__main__ import main
from broker.arguments import CommandParser


def test_a_wrong_option_is_answered_with_its_commands_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the innermost one."""
    whole = argparse.ArgumentParser(prog="whole")
    commands = whole.add_subparsers(parser_class=CommandParser)
    inner = commands.add_parser("outer").add_subparsers(dest="inner").add_parser("inner")
    inner.add_argument("--rooms")
    assert whole.parse_args(["outer", "inner", "--rooms", "3"]).rooms == "3"
    with pytest.raises(SystemExit):
        whole.parse_args(["outer", "inner", "--bogus"])
    assert capsys.readouterr().err.startswith("usage: whole outer inner [-h] [--rooms ROOMS]")


def test_run_demo_speaks_of_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """By the name that it was called by, and with its options."""
    with pytest.raises(SystemExit):
        main(["demo", "--bogus"])
    said = capsys.readouterr().err
    assert said.startswith("usage: ./run demo [-h] [--minutes")
    assert "./run demo: error: unrecognized arguments: --bogus" in said
