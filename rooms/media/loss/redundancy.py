"""How much of one receiver's sound is said again, and of whom. Pure.

Sound that is lost would come too late if it were asked for. To who loses some and takes redundant audio (RFC 2198),
each packet brings those before it once more: one from 5 % on, two from 15 %, while its line has room for that, since on
a narrow line it would make the loss. Its estimate says so, or packets come so evenly that none waits for others; if it
was wrong all the same, the next report says so.
"""

from __future__ import annotations

from collections import deque

from ..routes import Leg
from ..wire import red
from ..wire.rtp import HEADER, RED, SSRC, SSRC_AT, payload

SOME, MUCH, LITTLE = 0.05, 0.15, 0.02
"""Shares of lost packets: from when on one is repeated, two are, and when none is any more."""

ROOM = 150_000
"""bit/s that the line must take for each packet repeated: Opus at 24 kbit/s, said again, costs 26 kbit/s more."""

EVEN = 0.004
"""Seconds of jitter below which a line is not narrow, whatever the estimate says: random loss lets that sink as well.
Lines of 64 and 150 kbit/s showed 0.005 to 0.03: sound waits there behind pictures, or behind itself."""

FLOODED = 0.35
"""A share of lost packets from which on nothing is repeated: where that many are lost, there is no room."""

WORSE, PAUSE = 0.1, 12
"""If so much more is lost once more is repeated, that was the cause: nothing is for so many reports."""

QUIET = 2
"""Reports of little loss in a row until nothing is repeated: they come each few seconds."""


class Redundancy:
    """The sound on one leg. `repeats`: how many packets before it each one brings along now."""

    __slots__ = ("_last", "_leg", "_lost", "_pause", "_quiet", "_raised", "repeats")

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._last: deque[tuple[int, int, bytes]] = deque(maxlen=2)
        self._quiet = self._pause = 0
        self._lost = 0.0
        self._raised = False
        self.repeats = 0

    def reported(self, lost: float, jitter: float, line: int) -> None:
        """Take what the receiver reports: the share of packets lost, their jitter (s), what its line takes (bit/s)."""
        if self._raised and lost > self._lost + WORSE:
            self._pause = PAUSE
        allowed = self._room(lost, jitter, line)
        wanted = 2 if lost >= MUCH else 1 if lost >= SOME else 0
        self._quiet = self._quiet + 1 if lost < LITTLE else 0
        if wanted < self.repeats and self._quiet < QUIET:
            wanted = self.repeats
        before, self.repeats = self.repeats, min(wanted, allowed)
        self._raised, self._lost = self.repeats > before, lost
        self._leg.redundant = self.repeats > 0

    def _room(self, lost: float, jitter: float, line: int) -> int:
        """How many packets may be repeated."""
        if self._pause:
            self._pause -= 1
            return 0
        if lost >= FLOODED:
            return 0
        return 2 if jitter < EVEN else line // ROOM

    def pack(self, packet: bytes) -> bytes | None:
        """Return a plain packet of the source's as it goes to the receiver; None if it must not."""
        leg = self._leg
        _, _, seq, timestamp, _ = HEADER.unpack_from(packet)
        own = bytearray(packet)
        view = memoryview(own)
        if leg.shifted and not leg.shift(view, seq, timestamp):
            return None
        SSRC.pack_into(view, SSRC_AT, leg.ssrc)
        _, _, seq, timestamp, _ = HEADER.unpack_from(own)
        repeated = self._before(seq)
        self._last.append((seq, timestamp, bytes(payload(view, len(own)))))
        return red.wrap(bytes(own), repeated, payload_type=RED) if leg.redundant else bytes(own)

    def _before(self, seq: int) -> list[tuple[int, bytes]]:
        """The packets just before a number, as many as are to be repeated and as are there."""
        known = {number: (timestamp, content) for number, timestamp, content in self._last}
        found: list[tuple[int, bytes]] = []
        for back in range(1, self.repeats + 1):
            before = known.get((seq - back) & 0xFFFF)
            if before is None:
                break
            found.insert(0, before)
        return found
