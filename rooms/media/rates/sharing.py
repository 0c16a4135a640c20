"""How a receiver's line is divided among pictures, and what a source is told to send. Pure.

With one receiver a source follows its line down to LEAST. With more, it follows the weakest only as far as the picture
stays good for the others (SHARED), or as far as the best of them can see; who takes less than that is given sound alone
(receiving.py). Who gets the small layer holds nobody back, and what that costs the source is added (layers/). Monitors'
lines bound nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..routes import Path
from ..wire.sdp import VIDEO_LIMIT

LEAST = 64_000
"""bit/s. No receiver's estimate can push a source's picture below this: a small face that moves, 7 times a second."""

SHARED = 150_000
"""bit/s below which no receiver can push a picture that others see: what libwebrtc takes for the least of 640x360."""

SMALL = 100_000
"""bit/s that the small layer takes of what a source sends: 80 kbit/s at most (peer.js), and its retransmissions."""

MOST = 1_000 * VIDEO_LIMIT
"""bit/s, as the offer limits video."""

UNSEEN = 300_000
"""bit/s for a picture of which no participant's line tells anything: monitors alone see it, or nobody yet."""

ENOUGH = 0.75
"""Share of what a picture needs at which it still gets through: estimates swing that much (draft-ietf-rmcat-gcc-02)."""


def divide(receiver: Path, rate: float | None, given: Sequence[Path]) -> None:
    """Write down with each source that a receiver is given what its line takes of it; None: nothing is known."""
    for source in given:
        if rate is None:
            source.estimates.pop(receiver, None)
        else:
            source.estimates[receiver] = int(rate) // len(given)


def sent(source: Path, receiver: Path) -> float:
    """Return how much a receiver is sent of a source's picture, in bit/s."""
    return SMALL if receiver in source.small else source.sent


def needed(source: Path, receiver: Path) -> float:
    """Return how much a source's picture takes at the least of one receiver's line, in bit/s.

    For a participant's sake the source can be told to send less, down to a floor; for a monitor's never.
    """
    if receiver in source.small:
        return SMALL
    if not receiver.upstream:
        return max(LEAST, source.sent)
    others = [rate for path, rate in source.estimates.items() if path.upstream and path is not receiver]
    return min(SHARED, max([LEAST, *others]))


def told(source: Path) -> int:
    """Return what a source may send of video, in bit/s, as far as its receivers' lines go."""
    rates = {path: rate for path, rate in source.estimates.items() if path.upstream}
    if not rates:
        return UNSEEN
    floor = LEAST if len(rates) == 1 else min(SHARED, max(LEAST, *rates.values()))
    main = [rate for path, rate in rates.items() if path not in source.small]
    extra = SMALL if source.small and main else 0
    return min(MOST, max(floor, min(main or rates.values())) + extra)


def fitting(rate: float, needs: Sequence[float]) -> int:
    """Return how many of these pictures, in this order, a line takes."""
    total = 0.0
    for count, need in enumerate(needs):
        total += need
        if rate < ENOUGH * total:
            return count
    return len(needs)
