"""What one participant is told to send of its picture, and whether its own line carries any. Pure.

`now` is monotonic seconds. It is told the least of what its receivers' lines take (sharing.py) and of what its own does
(uplink.py). Where that is not enough for the least picture, its page is told to send none, and its sound goes on.
"""

from __future__ import annotations

from collections import deque

from ..routes import Path, Route
from ..wire.rtp import MAX_PACKET, Stream
from .pauses import Pauses
from .sharing import LEAST, MOST, told
from .throughput import Throughput
from .uplink import LATE, Uplink

SLOWER, HEED = 0.6, 1.0
"""What becomes of the bound while packets come late, and how many seconds a source is given to heed it and a queue to
shrink, before it becomes less again. It becomes no more than what arrives."""

FASTER = 1.12
"""What becomes of it while packets come in time, at each look, half a second apart."""

STANDS = 5.0
"""Seconds for which packets must come late until its picture waits: a browser takes three to send as little as it was
told, and then what stood before a line of 150 kbit/s still has to drain. None are waited for where what gets through
is measured, and is less than the least picture (throughput.py)."""

HEARD, SEEN = 1.0, 3.0
"""Seconds since the last packet of sound, of a picture, from which on it is not sent: before a narrow line whole
seconds of a picture are lost."""

HUSHED = 10_000
"""bit/s that it is told where its line carries no picture, until its page has heard that it is to send none: that comes
by TCP over the same line, and can take ten seconds and more. Browsers send 25 then, by fits and starts."""

CHANGE = 0.02
"""A rate is told anew if it is other by this share."""

AGAIN, AT_ONCE, HUSHING = 2.0, 0.4, 0.2
"""Seconds after which a rate is told once more, since it may have been lost: one that follows from no receiver's
reports; one told over a line on which packets come late, where most is lost; and that no picture is to be sent."""

REPORTED = 0.2
"""Seconds between two sender reports from which a rate is worked out."""

EXCUSED = 5
"""Looks for which its line's losses explain those of receivers: their reports are of the second before, and a gap after
an outage is all in one of them."""


class Sending:
    """Of one participant. `path` is its own. `weak`: its line does not carry its picture."""

    __slots__ = (
        "_arrivals",
        "_bound",
        "_counted",
        "_lowered",
        "_pauses",
        "_report",
        "_said",
        "_said_at",
        "_through",
        "_uplink",
        "path",
    )

    def __init__(self, path: Path) -> None:
        self.path = path
        self._bound = float(MOST)
        self._lowered = float("-inf")
        self._pauses = Pauses()
        self._through = Throughput()
        self._uplink = Uplink()
        self._counted: dict[Stream, tuple[int, int, int]] = {}
        self._arrivals: deque[float] = deque(maxlen=EXCUSED)
        self._report: tuple[int, int, int, int, float] | None = None
        self._said: int | None = None
        self._said_at = float("-inf")

    @property
    def weak(self) -> bool:
        """Whether its line does not carry its picture: it is to send none."""
        return self._pauses.paused

    @property
    def hushed(self) -> bool:
        """Whether it is to send none and still does: Firefox goes on with a black picture each second."""
        return self.weak and self.path.sent > HUSHED

    @property
    def wait(self) -> float:
        """Seconds that its newest packet waited on the way here."""
        return self._uplink.wait

    @property
    def limit(self) -> int:
        """What it may send of its picture, in bit/s."""
        if self.weak:
            return HUSHED if self.path.sent else LEAST
        return int(min(told(self.path), self._bound))

    def reported(self, route: Route, octets: int, now: float) -> None:
        """It says how many octets it has sent of its picture so far, modulo 2^32 (sender report).

        It is not believed more than its packets can have carried: what it sends decides what monitors are given.
        """
        if self._report is not None and self._report[0] == route.ssrc:
            _, before, received, highest, since = self._report
            if now - since < REPORTED:
                return
            most, said = (route.received - received) * MAX_PACKET, (octets - before) & 0xFFFFFFFF
            self.path.sent = min(most, said) * 8 / (now - since)
            self._through.sized(said, (route.highest - highest) & 0xFFFF)
        self._report = (route.ssrc, octets, route.received, route.highest, now)

    def look(self, now: float) -> bool:
        """Let time pass, half a second or so. Whether its line is now too weak for its picture, or tried anew."""
        sound, video = self.path.current.get(Stream.AUDIO), self.path.current.get(Stream.VIDEO)
        seen = video is not None and now - video.last_at < SEEN
        heard = sound is not None and now - sound.last_at < HEARD
        if not seen:
            self.path.sent = 0.0
        stream = sound if heard else video
        arrived = 1.0 if video is None else self._arrived(video)
        self._arrivals.append(arrived)
        self.path.arrived = min(self._arrivals)
        if stream is not None:
            lost = (self._arrived(stream) if stream is sound else arrived) < 1
            self._uplink.look(stream.ssrc, stream.timestamp, stream.stream.clock_rate, stream.last_at, lost=lost)
        late = seen and self._uplink.congested
        self.path.full = late
        if video is not None:
            self._through.look(video.ssrc, video.received, video.highest, now, late=late)
        # While it waits or is tried anew nobody else is blamed, either: receivers go on saying what they said before.
        self.path.late = late or self.weak or self._pauses.on_trial(now)
        self._bind(now, arrived, late=late, seen=seen)
        if self.weak:
            return self._take_up(now)
        stands = self.wait >= LATE and not self._uplink.shrinks  # a queue that empties after a fall needs no pause
        tried = seen and stands and self._pauses.on_trial(now)
        after = 0.0 if self._through.too_little else STANDS
        if self._pauses.too_little(now, short=late or tried, after=after) and stands and self._bound <= LEAST:
            self._pauses.pause(now)
            return True
        return False

    def _arrived(self, route: Route) -> float:
        """What share of a stream's packets has arrived since the last look; 1 if it says nothing."""
        ssrc, received, highest = self._counted.get(route.stream, (0, 0, 0))
        self._counted[route.stream] = route.ssrc, route.received, route.highest
        sent = (route.highest - highest) & 0xFFFF
        return min(1.0, (route.received - received) / sent) if route.ssrc == ssrc and sent else 1.0

    def _bind(self, now: float, arrived: float, *, late: bool, seen: bool) -> None:
        if late and now - self._lowered >= HEED:
            self._lowered = now
            sent = max(self.path.sent, LEAST)
            self._bound = max(LEAST, min(SLOWER * min(self._bound, sent), arrived * sent))
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
        if said is None and not asked and self._bound >= MOST and not self._measured:
            return None  # it begins as fast as the offer says
        changed = said is None or abs(limit - said) > CHANGE * said
        if not changed and not asked and now - self._said_at < self._again:
            return None
        self._said, self._said_at = limit, now
        return limit

    @property
    def _again(self) -> float:
        """Seconds after which the same is said again: while it sends a picture."""
        if self.path.sent == 0:
            return float("inf")
        if self.hushed:
            return HUSHING
        if self.path.late:
            return AT_ONCE
        return float("inf") if self._measured else AGAIN

    @property
    def _measured(self) -> bool:
        """Whether something is known of any participant's line to whom its picture goes."""
        return any(path.upstream for path in self.path.estimates)
