"""Command lines of several commands: what is wrong with one is said with that command's usage."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any


class CommandParser(argparse.ArgumentParser):
    """A command's parser, `parser_class` of `add_subparsers`: it refuses itself what it does not know.

    argparse leaves that to the parser above, whose usage names the commands and none of their options.
    """

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> tuple[Any, list[str]]:  # type: ignore[override] # it has overloads for the namespace's class
        """See ArgumentParser; nothing is left over."""
        given, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return given, unknown
