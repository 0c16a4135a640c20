"""How one leg's timestamps go on when another stream feeds it. Pure."""

from __future__ import annotations

from typing import Protocol

LEAST_STEP = 90
"""Ticks from the last timestamp of one stream to the first of the next: a millisecond of video."""


class Stamped(Protocol):
    """A stream: its newest timestamp, and what its newest sender report said: wall clock in seconds, timestamp."""

    timestamp: int
    reported: tuple[float, int] | None


def continued(old: Stamped, new: Stamped, offset: int, *, elapsed: float, rate: int, one_source: bool) -> int:
    """Return the offset for the new stream's timestamps, so that they go on where the old one's stopped with `offset`.

    Two layers of one picture are known by their sender reports to be of one time; otherwise as much time has passed as
    has here (`elapsed`, seconds). What went out last is never gone behind: one picture may come in both layers.
    """
    found = old.timestamp + offset + round(elapsed * rate) - new.timestamp
    if one_source and old.reported is not None and new.reported is not None:
        found = old.reported[1] + offset + round((new.reported[0] - old.reported[0]) * rate) - new.reported[1]
    ahead = (new.timestamp + found - old.timestamp - offset) & 0xFFFFFFFF
    if not LEAST_STEP <= ahead < 0x80000000:
        found += LEAST_STEP - ahead
    return found & 0xFFFFFFFF
