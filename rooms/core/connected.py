"""Connected seconds: how long each participant's media path was up while the slot was live.

What a killed node loses is bounded by how often `totals` is saved: a new node starts from the saved ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


class ConnectedTime:
    """Adds up connected time per participant. Each side is measured on its own, whether or not the other is there."""

    def __init__(self, carried: Mapping[str, float] | None = None) -> None:
        self._totals: dict[str, float] = {who: max(0.0, spent) for who, spent in (carried or {}).items()}
        self._running: dict[str, datetime] = {}

    def start(self, participant: str, at: datetime) -> None:
        """Start counting; a participant already counted goes on from where it was."""
        self._totals.setdefault(participant, 0.0)
        self._running.setdefault(participant, at)

    def stop(self, participant: str, at: datetime) -> None:
        """Stop counting at `at`, which may lie in the past: a loss is noticed late."""
        since = self._running.pop(participant, None)
        if since is not None:
            self._totals[participant] += max(0.0, (at - since).total_seconds())

    def stop_all(self, at: datetime) -> None:
        """Stop counting everybody."""
        for participant in tuple(self._running):
            self.stop(participant, at)

    def totals(self, now: datetime) -> dict[str, float]:
        """Return the seconds of everybody ever counted, to the millisecond."""
        spent = dict(self._totals)
        for participant, since in self._running.items():
            spent[participant] += max(0.0, (now - since).total_seconds())
        return {participant: round(seconds, 3) for participant, seconds in spent.items()}
