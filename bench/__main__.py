"""The command line of the measurements: `python -m bench NAME`, with what `python -m bench NAME --help` says."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from .commands import COMMANDS
from .relay_node import quieten


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line: a command for each measurement."""
    whole = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = whole.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        command.add_arguments(commands.add_parser(name, help=command.HELP))
    return whole


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a measurement: it prints a table, and as the last line its figures as JSON."""
    given = parser().parse_args(arguments)
    quieten()
    COMMANDS[given.command].run(given)


if __name__ == "__main__":
    main()
