"""Which packets of a source are missing, and when the source is asked for them. Pure; `now` is monotonic seconds.

The relay asks for itself (generic NACK, RFC 4585 section 6.2.1): what was lost on the way here is asked for once, and
not again by each receiver and over its longer way. A packet is asked for when it was not merely overtaken, again after
each round trip, and no more when it would come too late to be shown; then only a keyframe mends the picture.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 256
"""Missing packets of one source. A larger hole is a line that was down, and a keyframe mends it sooner."""

TRIES = 8
PATIENCE = 1.0
"""Seconds after which a packet is given up: a receiver has then shown a frozen picture for longer than it hides."""

SOONEST, LATEST = 0.03, 0.4
"""Seconds between two requests for one packet, whatever the round trip is thought to be."""

FIRST_ROUND_TRIP = 0.1
"""Seconds, until an answer has been timed."""

_LEARNING = 0.25
"""The share of a new timing in the estimate."""

_MARGIN = 1.5
"""Round trips to wait for an answer."""

_ECHOES = 64
"""Packets that were asked for more than once and have come, of which another answer may come."""


@dataclass(slots=True)
class _Missing:
    since: float
    asked_at: float = 0.0
    tries: int = 0

    def patience(self, wait: float) -> float:
        """Seconds until it is asked for again: `wait`, then twice as long, and so on."""
        return min(LATEST, wait * 2 ** (self.tries - 1)) if self.tries else 0.0


class Gaps:
    """The missing packets of one route, by sequence number, oldest first.

    A packet that has come, or was given up, is missing no more: whatever comes under its number is not let through. So
    each goes out once, which is also what keeps a cipher's nonce from being used twice (RFC 7714 section 8.3).
    """

    __slots__ = ("_echoes", "_given_up", "_missing", "_round_trip")

    def __init__(self) -> None:
        self._missing: dict[int, _Missing] = {}
        self._echoes: deque[int] = deque(maxlen=_ECHOES)
        self._round_trip = FIRST_ROUND_TRIP
        self._given_up = 0

    def __bool__(self) -> bool:
        """Whether anything is missing."""
        return bool(self._missing)

    def skipped(self, first: int, count: int, now: float) -> None:
        """A packet has come that leaves `count` before it missing, from sequence number `first` on."""
        if len(self._missing) + count > MOST:
            self._given_up += len(self._missing) + count
            self._missing.clear()
            return
        for seq in range(first, first + count):
            self._missing[seq & 0xFFFF] = _Missing(now)

    def arrived(self, seq: int, now: float) -> bool:
        """A packet has come out of order, or by another way. Whether it was missing; else it was here before.

        What has been missing for too long is not let through, though nobody gave it up: numbers come around again.
        """
        missing = self._missing.pop(seq, None)
        if missing is None or now - missing.since > PATIENCE:
            return False
        if missing.tries > 1:
            self._echoes.append(seq)
        elif missing.tries:  # of a second request nobody knows which one was answered (Karn's rule)
            self._round_trip += (now - missing.asked_at - self._round_trip) * _LEARNING
        return True

    def was_asked(self, seq: int) -> bool:
        """Whether a packet is missing and was asked for."""
        missing = self._missing.get(seq)
        return missing is not None and missing.tries > 0

    def is_echo(self, seq: int) -> bool:
        """Whether a packet has come that was asked for more than once: this may be the answer to another request."""
        return seq in self._echoes

    def clear(self) -> None:
        """Wait for nothing that is missing now."""
        self._missing.clear()
        self._given_up = 0

    def due(self, now: float) -> list[int]:
        """Return the sequence numbers to ask for now, oldest first; give up on those that would come too late."""
        for seq in [seq for seq, each in self._missing.items() if self._is_hopeless(each, now)]:
            del self._missing[seq]
            self._given_up += 1
        wait = max(SOONEST, self._round_trip * _MARGIN)
        asked = [seq for seq, each in self._missing.items() if now - each.asked_at >= each.patience(wait)]
        for seq in asked:
            missing = self._missing[seq]
            missing.asked_at = now
            missing.tries += 1
        return asked

    def take_given_up(self) -> int:
        """Return how many packets were given up since the last such call; if any, a keyframe is needed."""
        given_up, self._given_up = self._given_up, 0
        return given_up

    @staticmethod
    def _is_hopeless(missing: _Missing, now: float) -> bool:
        return missing.tries >= TRIES or now - missing.since > PATIENCE


def nack_items(seqs: list[int]) -> Iterator[tuple[int, int]]:
    """Pack sequence numbers, oldest first, as NACK carries them: the first and a bit for each of the 16 after it."""
    waiting = list(seqs)
    while waiting:
        first = waiting[0]
        mask, rest = 0, []
        for seq in waiting[1:]:
            distance = (seq - first) & 0xFFFF
            if 1 <= distance <= 16:
                mask |= 1 << (distance - 1)
            elif distance:
                rest.append(seq)
        yield first, mask
        waiting = rest


def seqs_in(items: tuple[tuple[int, int], ...]) -> Iterator[int]:
    """Read what NACK's items name."""
    for first, mask in items:
        yield first
        for bit in range(16):
            if mask >> bit & 1:
                yield (first + bit + 1) & 0xFFFF
