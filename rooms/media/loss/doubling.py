"""Whether a participant is to say its sound twice on its way here. Pure; `now` is monotonic seconds.

Browsers send redundant audio if it stands first in the offer, and that costs half as much again on a line that may be
narrow. So it stands first only in an offer to one whose sound is lost on its way, for as long as it is; what is lost
is counted here, by the numbers of the packets that come.
"""

from __future__ import annotations

from ..routes import Route

LOOK = 2.0
"""Seconds between two looks: 100 packets, of which 5 % are some."""

MUCH, LITTLE, FLOODED = 0.05, 0.02, 0.35
"""Shares of lost packets: from which on sound is said twice, below which no more; and where a line has no room."""

SOON, LATE = 2, 10
"""Looks in a row that have to find so, until it begins and until it ends. Each takes an offer and an answer."""

WORSE, PAUSE = 0.1, 60.0
"""If so much more is lost since it began, it was the cause: it ends, and does not begin again for so many seconds."""


class Doubling:
    """One participant's sound. `redundant`: whether it is to come twice."""

    __slots__ = ("_before", "_highest", "_looked_at", "_looks", "_not_before", "_received", "_route", "redundant")

    def __init__(self) -> None:
        self.redundant = False
        self._route: Route | None = None
        self._looked_at = 0.0
        self._received = self._highest = 0
        self._looks = 0
        self._before = 0.0
        self._not_before = 0.0

    def look(self, route: Route, now: float) -> bool:
        """Look at the participant's sound, as often as one likes. Whether `redundant` has changed."""
        if route is not self._route:
            self._note(route, now)
            self._looks = 0
        if now - self._looked_at < LOOK:
            return False
        sent, came = (route.highest - self._highest) & 0xFFFF, route.received - self._received
        self._note(route, now)
        if sent == 0:
            return False
        before = self.redundant
        self._judge(max(0.0, 1 - came / sent), now)
        return self.redundant is not before

    def _note(self, route: Route, now: float) -> None:
        self._route, self._looked_at = route, now
        self._received, self._highest = route.received, route.highest

    def _judge(self, lost: float, now: float) -> None:
        if self.redundant and lost > self._before + WORSE:
            self._not_before = now + PAUSE
            self._turn(to=False)
            return
        wants = MUCH <= lost < FLOODED and now >= self._not_before
        agrees = lost >= LITTLE if self.redundant else not wants
        self._looks = 0 if agrees else self._looks + 1
        if self._looks >= (LATE if self.redundant else SOON):
            self._before = lost
            self._turn(to=not self.redundant)

    def _turn(self, *, to: bool) -> None:
        self.redundant = to
        self._looks = 0
