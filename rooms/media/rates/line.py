"""What one receiver's line takes of pictures, in bit/s. Pure; `now` is monotonic seconds.

The receiver says it (REMB): at once when its line becomes narrow. But then it takes back 8 % a second, from what little
came meanwhile: half a minute and more from 10 to 100 kbit/s, while the line has long been good. So a fall is believed,
but a rise is not waited for: while reports are clean and nothing falls, the estimate grows by itself, as far as what is
sent tests it, to what a good picture takes. Where that was too much, the reports say so, and the next time is waited
for twice as long.

Where a line has become far too narrow, what the receiver says is lost as well. So silence counts, too: from one that
has been heard each second or so, two seconds of it let the estimate sink from what is sent, as far as the least picture
(RFC 5348 section 4.4, the no-feedback timer); one is enough where what it sends itself comes late.

Sound is not in it: browsers estimate by video alone (libwebrtc, ReceiveSideCongestionController).
"""

from __future__ import annotations

from .sharing import LEAST

FRESH = 6.0
"""Seconds for which an estimate says something. Browsers repeat theirs each second while pictures come."""

SILENT, MISSED, SILENCE = 2.0, 2, 0.4
"""Seconds without a word, and how many words must be missing (not all speak each second), from when on silence counts,
half of both on a line that is late; and what is left of the estimate after each second of it."""

APART = 0.3
"""Seconds between two words that were not of the same packet."""

FALL = 0.97
"""An estimate below this share of the one before is a fall: the receiver has seen a queue grow."""

CALM, CALMEST = 2.0, 64.0
"""Seconds without a fall or an uneasy report until the estimate grows by itself: at first, and at most."""

GROWTH, GOOD = 1.25, 300_000
"""How much it grows a second, and the bit/s from which on the receiver's own word is waited for. From 64 to 300 kbit/s
takes seven seconds."""

AHEAD, AHEAD_BY = 1.5, 30_000
"""It grows to this much more than what is sent, and so many bit/s: what nobody sends tests nothing."""

BACK = 0.7
"""What is left of an estimate that was beyond the receiver's own, once a report was bad."""

ANEW = 64_000
"""bit/s that are supposed of a line on which nothing was measured for a while. What it did before is in what the
receiver says after that, too: browsers keep their estimate however long nothing comes."""

LOST, JITTER = 0.1, 0.06
"""A report is bad from this share of packets lost, or this jitter (s) if it grows: what a receiver says of jitter is an
average over its last packets, however long ago those came (RFC 3550 section 6.4.1)."""

UNEASY_LOST, UNEASY_JITTER = 0.02, 0.015
"""A report is uneasy from these: a queue of 0.4 s before 64 kbit/s makes 0.012 to 0.086 s of video's jitter, one before
150 kbit/s 0.007 to 0.024, and a good line 0.001 to 0.004."""


class Line:
    """The estimate of one receiver. `rate`: bit/s, None while nothing is known."""

    __slots__ = ("_at", "_calm", "_disturbed", "_every", "_grown", "_heard", "_jitter", "_said", "rate")

    def __init__(self) -> None:
        self.rate: float | None = None
        self._said = 0
        self._calm = CALM
        self._jitter = 0.0
        self._every = float("inf")
        self._at = self._grown = self._disturbed = self._heard = float("-inf")

    def estimated(self, bitrate: int, now: float) -> None:
        """The receiver says what its line takes."""
        if bitrate < FALL * self._said:
            self._disturb(now)
            self.rate = bitrate
        elif not self._said:
            self.rate = bitrate
        elif self.rate is None:  # of another time
            self.rate = max(bitrate, ANEW)
        elif bitrate > self.rate:
            self.rate = bitrate
        self._hear(now)
        self._said, self._at = bitrate, now

    def reported(self, lost: float, jitter: float, now: float) -> bool:
        """The receiver reports on a picture: the share of packets lost, and their jitter (s). Whether that is bad."""
        self._hear(now)
        bad = lost >= LOST or (jitter >= JITTER and jitter > self._jitter)
        self._jitter = jitter
        if bad or lost >= UNEASY_LOST or jitter >= UNEASY_JITTER:
            self._disturb(now)
        if bad:
            self._fall_back()
        return bad

    def pressed(self, now: float) -> None:
        """Packets wait before the line."""
        self._disturb(now)
        self._fall_back()

    def _fall_back(self) -> None:
        """The estimate was too much, if it is more than the receiver's own."""
        if self.rate is not None and self.rate > self._said:
            self.rate = max(self._said, BACK * self.rate)

    def passed_over(self, jitter: float) -> None:
        """A report that is of another time: it only tells from where jitter goes on."""
        self._jitter = jitter

    def _hear(self, now: float) -> None:
        """The receiver says something: how often it does is the least time between two such words."""
        if now - self._heard >= APART:
            self._every = min(self._every, now - self._heard)
        self._heard = now

    def _disturb(self, now: float) -> None:
        """Something is amiss. If it was while the estimate had grown by itself, that is not done again so soon."""
        if self.rate is not None and self.rate > AHEAD * self._said and now - self._disturbed >= self._calm:
            self._calm = min(CALMEST, 2 * self._calm)
        self._disturbed = now

    def suppose(self, rate: float, now: float) -> None:
        """Take it that the line has so much: something is tried. What it said before of a worse time does not count."""
        self.rate = rate
        self._calm = CALM
        self._at = self._disturbed = self._heard = now

    def pass_time(self, sent: float, now: float, *, late: bool = False) -> None:
        """Let time pass; `sent` is what goes to the receiver now, in bit/s. late: whether what comes from it is."""
        since, self._grown = min(1.0, now - self._grown), now
        if not sent:
            self._heard = now  # there was nothing to speak of
        if now - self._heard > max(SILENT, MISSED * self._every) / (2 if late else 1):
            known = sent if self.rate is None else self.rate
            self.rate = min(known, max(LEAST, min(known, sent) * SILENCE**since))
        elif self.rate is None:
            return
        elif now - self._at > FRESH:
            self.rate = None
        elif now - self._disturbed >= self._calm:
            self.rate = max(self.rate, min(self.rate * GROWTH**since, AHEAD * sent + AHEAD_BY, GOOD))
