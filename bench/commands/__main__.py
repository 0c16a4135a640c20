"""What the command line says of the measurements: `python -m bench NAME`, with what `… NAME --help` says."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from broker.arguments import CommandParser

from ..relay_node import quieten
from . import COMMANDS


def read(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line. What is wrong with it is said with the usage of the measurement that was meant."""
    whole = argparse.ArgumentParser(prog="./run bench", description="Measure: a table, and a last line of JSON.")
    commands = whole.add_subparsers(
        dest="command", required=True, metavar="NAME", title="measurements", parser_class=CommandParser
    )
    for name, command in COMMANDS.items():
        command.add_arguments(commands.add_parser(name, help=command.HELP, description=command.HELP.capitalize()))
    return whole.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a measurement: it prints a table, and as the last line its figures as JSON."""
    given = read(arguments)
    quieten()
    COMMANDS[given.command].run(given)


if __name__ == "__main__":
    main()
