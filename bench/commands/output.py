"""How a measurement's figures are printed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence


def tell(lines: Iterable[str], figures: Mapping[str, object], doubts: Sequence[str] = ()) -> None:
    """Print a table, what the figures cannot be taken for, and as the last line all of it as one JSON object.

    doubts: a sentence each. With any, `valid` is false, and `doubts` has them for programs, too.
    """
    told = {**figures, "valid": not doubts, "doubts": list(doubts)}
    sys.stdout.write("\n".join([*lines, *doubts, json.dumps(told)]) + "\n")
    sys.stdout.flush()


def load() -> float:
    """How much else the machine does: its load average of the last minute, which stands beside the figures."""
    return round(os.getloadavg()[0], 1)
