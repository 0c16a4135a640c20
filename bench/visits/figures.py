"""What a party of guests brings back, and how many figures become a few."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from ..report import percentile

FEWEST = 100
"""Of what happens at one time: fewer are no test of a node, and have no quantiles to speak of."""
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


@dataclass
class Brought:
    """Milliseconds of each guest, except where something else is said.

    join_ms: from opening the line, ticket in hand, to the keys. failed: how many never got there, by what was wrong.
    last_ms: when the last packet came, from the slot's end. closed_ms, told_ms: when the transport was closed, and when
    "ended" came, likewise. lost: packets. lag_ms: how late this process itself was at the worst.
    """

    join_ms: list[float] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)
    last_ms: list[float] = field(default_factory=list)
    closed_ms: list[float] = field(default_factory=list)
    told_ms: list[float] = field(default_factory=list)
    sent: int = 0
    lost: int = 0
    lag_ms: float = 0.0

    @property
    def failures(self) -> int:
        """How many did not come in."""
        return sum(self.failed.values())

    def fail(self, why: str) -> None:
        """Count one who did not."""
        self.failed[why] = self.failed.get(why, 0) + 1

    def to_json(self) -> str:
        """Write it in one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Brought:
        """Read what `to_json` wrote; raises ValueError, TypeError."""
        return cls(**json.loads(text))


def spread(values: Iterable[float]) -> dict[str, float]:
    """The quantiles of some values; 0 of none."""
    ordered = sorted(values)
    return {name: round(percentile(ordered, share), 1) for name, share in QUANTILES.items()}


def too_few(found: int, what: str) -> list[str]:
    """Say that the figures of so few mean nothing, if that is so."""
    return [f"Fewer than {FEWEST} {what} show that it works, and not how well."] if found < FEWEST else []


def columns(rows: Sequence[Sequence[object]]) -> str:
    """Rows as a table: the first column to the left, the others to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    aligned = [
        [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        for row in cells
    ]
    return "\n".join("  ".join(row).rstrip() for row in aligned)


def spread_rows(named: Iterable[tuple[str, Iterable[float]]]) -> list[list[object]]:
    """A row of quantiles for each list of values, with how many they are."""
    heading: list[object] = ["", "of", *QUANTILES]
    found = [(name, list(values)) for name, values in named]
    return [heading, *([name, len(values), *spread(values).values()] for name, values in found)]
