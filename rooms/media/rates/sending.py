"""What one participant is told to send of its picture, and whether its own line carries any. Pure.

`now` is monotonic seconds. It is told the least of what its receivers' lines take (sharing.py) and of what its own does
(uplink.py). Where that is not enough for the least picture, its page is told to send none, and its sound goes on.
"""

from __future__ import annotations

from ..routes import Path, Route
from ..wire.rtp import MAX_PACKET, Stream
from .pauses import Pauses
from .sharing import LEAST, MOST, told
from .uplink import Uplink

SLOWER, HEED = 0.6, 1.0
"""What becomes of the bound while packets come late, and how many seconds a source is given to heed it and a queue to
shrink, before it becomes less again."""

FASTER = 1.12
"""What becomes of it while packets come in time, at each look, half a second apart."""

FLOWS = 1.0
"""Seconds since the last packet, from which on a stream does not flow."""

CHANGE = 0.02
"""A rate is told anew if it is other by this share."""

AGAIN = 2.0
"""Seconds after which a rate that follows from no receiver's reports is told once more: it may have been lost."""

REPORTED = 0.2
"""Seconds between two sender reports from which a rate is worked out."""


class Sending:
    """Of one participant. `path` is its own. `weak`: its line does not carry its picture."""

    __slots__ = ("_bound", "_lowered", "_pauses", "_report", "_said", "_said_at", "_uplink", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        self._bound = float(MOST)
        self._lowered = float("-inf")
        self._pauses = Pauses()
        self._uplink = Uplink()
        self._report: tuple[int, int, int, float] | None = None
        self._said: int | None = None
        self._said_at = float("-inf")

    @property
    def weak(self) -> bool:
        """Whether its line does not carry its picture: it is to send none."""
        return self._pauses.paused

    @property
    def limit(self) -> int:
        """What it may send of its picture, in bit/s."""
        return int(min(told(self.path), self._bound))

    def reported(self, route: Route, octets: int, now: float) -> None:
        """It says how many octets it has sent of its picture so far, modulo 2^32 (sender report).

        It is not believed more than its packets can have carried: what it sends decides what monitors are given.
        """
        if self._report is not None and self._report[0] == route.ssrc:
            _, before, received, since = self._report
            if now - since < REPORTED:
                return
            most = (route.received - received) * MAX_PACKET
            self.path.sent = min(most, (octets - before) & 0xFFFFFFFF) * 8 / (now - since)
        self._report = (route.ssrc, octets, route.received, now)

    def look(self, now: float) -> bool:
        """Let time pass, half a second or so. Whether its line is now too weak for its picture, or tried anew."""
        sound, video = self.path.current.get(Stream.AUDIO), self.path.current.get(Stream.VIDEO)
        seen = video is not None and now - video.last_at < FLOWS
        heard = sound is not None and now - sound.last_at < FLOWS
        if not seen:
            self.path.sent = 0.0
        stream = sound if heard else video
        if stream is not None:
            self._uplink.look(stream.ssrc, stream.timestamp, stream.stream.clock_rate, stream.last_at)
        late = seen and self._uplink.congested
        # While it waits or is tried anew nobody else is blamed, either: receivers go on saying what they said before.
        self.path.late = late or self.weak or self._pauses.on_trial(now)
        self._bind(now, late=late, seen=seen)
        if self.weak:
            return self._take_up(now)
        if self._pauses.too_little(now, short=late) and self._bound <= LEAST:
            self._pauses.pause(now)
            return True
        return False

    def _bind(self, now: float, *, late: bool, seen: bool) -> None:
        if late and now - self._lowered >= HEED:
            self._lowered = now
            self._bound = max(LEAST, SLOWER * min(self._bound, max(self.path.sent, LEAST)))
        elif seen and not late:
            self._bound = min(MOST, FASTER * self._bound)

    def _take_up(self, now: float) -> bool:
        if not self._pauses.due(now):
            return False
        if self._uplink.congested:  # by sound alone
            self._pauses.put_off(now)
            return False
        self._bound = LEAST
        self._pauses.resume(now, whole=True)
        return True

    def news(self, now: float, *, asked: bool = False) -> int | None:
        """Return what it is to be told now, in bit/s; None for nothing. asked: a receiver just said what it takes."""
        limit, said = self.limit, self._said
        if said is None and not asked and self._bound >= MOST:
            return None  # it begins as fast as the offer says
        changed = said is None or abs(limit - said) > CHANGE * said
        if not changed and not asked and not (self._unheard and now - self._said_at >= AGAIN):
            return None
        self._said, self._said_at = limit, now
        return limit

    @property
    def _unheard(self) -> bool:
        """Whether it sends a picture of which no participant says what it takes."""
        return self.path.sent > 0 and not any(path.upstream for path in self.path.estimates)
