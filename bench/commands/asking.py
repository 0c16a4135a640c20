"""What can be asked for on the command line, read and checked in one place; what several measurements share is here."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from ..relay import ENGINE_HELP, Choice

DATABASES = ("sqlite", "postgresql")

_T = TypeVar("_T")
_Number = TypeVar("_Number", int, float)


def count(text: str) -> int:
    """Read a number from 1 up."""
    return _at_least(1, _read(int, text, "a whole number"))


def number(text: str) -> int:
    """Read a number from 0 up."""
    return _at_least(0, _read(int, text, "a whole number"))


def seconds(text: str) -> float:
    """Read a time, or a rate, above 0."""
    found = pause(text)
    if found == 0:
        raise argparse.ArgumentTypeError(f"it must be more than 0, and not {text}")
    return found


def pause(text: str) -> float:
    """Read a time from 0 up."""
    found = _read(float, text, "a number")
    if not math.isfinite(found):
        raise argparse.ArgumentTypeError(f"it must have an end, and {text} has none")
    return _at_least(0, found)


def share(text: str) -> Fraction:
    """Read a part of a whole, such as 1/10 or 0.1."""
    found = _read(Fraction, text, "a share such as 1/10")
    if not 0 < found <= 1:
        raise argparse.ArgumentTypeError(f"it must be more than 0 and no more than 1, and not {text}")
    return found


def several(read: Callable[[str], _T]) -> Callable[[str], list[_T]]:
    """Return what reads such values, separated by commas."""
    return lambda text: [read(each.strip()) for each in text.split(",")]


def one_of(names: Sequence[str]) -> Callable[[str], str]:
    """Return what reads one of these names."""

    def read(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(f"{text or 'nothing'} is not one of {', '.join(names)}")
        return text

    return read


def _read(kind: Callable[[str], _T], text: str, what: str) -> _T:
    try:
        return kind(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text or 'nothing'} is not {what}") from None


def _at_least(least: int, found: _Number) -> _Number:
    if found < least:
        raise argparse.ArgumentTypeError(f"it must be {least} or more, and not {found}")
    return found


def add_quick(parser: argparse.ArgumentParser, what: str) -> None:
    """Offer a run of a minute or less. what: it has little of."""
    parser.add_argument("--quick", action="store_true", help=f"{what}, within a minute or so: does it work at all?")


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Offer the choice of the node's engine."""
    parser.add_argument("--engine", type=Choice, choices=list(Choice), default=Choice.AUTO, help=ENGINE_HELP)


def add_databases(parser: argparse.ArgumentParser) -> None:
    """Offer the choice of databases, in turn."""
    names = ",".join(DATABASES)
    parser.add_argument("--databases", type=several(one_of(DATABASES)), help=f"which, in turn (default {names})")


def asked(given: argparse.Namespace, usual: Mapping[str, Any], quick: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked for; where nothing was, what is usual, or with --quick enough to see that it works."""
    otherwise = {**usual, **quick} if given.quick else usual
    return {name: value if (said := getattr(given, name)) is None else said for name, value in otherwise.items()}
