"""The time a node lives by: a wall clock that runs on the monotonic one and is checked against Redis' TIME.

Slots are wall-clock times, but a machine's wall clock can be set, forwards or backwards, in the middle of a visit.
So the wall is read once, runs on with the monotonic clock, and is moved only when Redis, which all nodes share,
says otherwise by more than a round trip can explain.
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from config.clock import Clock

#: An answer that took longer than this says too little about when it was given.
LONGEST_ROUND_TRIP = 0.25
#: Differences up to this, in seconds, beyond what the round trip leaves open, are left alone.
TOLERANCE = 0.1

log = structlog.get_logger(__name__)


class SteadyClock:
    """A config.clock.Clock whose wall time cannot jump with the machine's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.monotonic = clock.monotonic
        self._offset = clock.now().timestamp() - clock.monotonic()

    def now(self) -> datetime:
        """Return the wall clock's time, aware, in UTC."""
        return datetime.fromtimestamp(self._clock.monotonic() + self._offset, UTC)

    def check(self, shared: float, sent: float, received: float) -> float:
        """Compare with a shared Unix time, asked for at `sent` and got at `received` (monotonic); return the change."""
        if received - sent > LONGEST_ROUND_TRIP:
            return 0.0
        error = shared - ((sent + received) / 2 + self._offset)
        if abs(error) <= TOLERANCE + (received - sent) / 2:
            return 0.0
        log.warning("clock_corrected", seconds=round(error, 3))
        self._offset += error
        return error
