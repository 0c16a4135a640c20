"""How a measurement's figures are printed, and how arguments that several have are read."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping


def tell(lines: Iterable[str], figures: Mapping[str, object]) -> None:
    """Print a table, and as the last line the figures as one JSON object."""
    sys.stdout.write("\n".join([*lines, json.dumps(figures)]) + "\n")
    sys.stdout.flush()


def load() -> float:
    """How much else the machine does: its load average of the last minute, which stands beside the figures."""
    return round(os.getloadavg()[0], 1)


def separated(text: str) -> list[str]:
    """Read names separated by commas."""
    return [each.strip() for each in text.split(",")]


def numbers(text: str) -> list[int]:
    """Read numbers separated by commas."""
    return [int(each) for each in text.split(",")]
