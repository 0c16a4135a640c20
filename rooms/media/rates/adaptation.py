"""One participant's media fitted to its line, both ways: which pictures it is given, what it is asked to send.

Decided in turn, at each look, from what is known by then: whether it says its sound twice (loss/doubling.py), which
layers it sends and who gets them (layers/), and its rates, with what has to wait (rates.py). Decided here, done by its
connection: what changes is told to the `Audience`, to its room (`changed`) and to the paths that it concerns. Pure but
for these; `now` is monotonic seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from .. import feedback
from ..counters import Paused
from ..layers.layering import Layering
from ..loss.doubling import Doubling
from ..routes import Path
from ..wire import rtcp
from ..wire.rtp import Stream
from ..wire.sdp import Answer
from .rates import Rates


class Audience(Protocol):
    """Who tells the participant's page; see ground.Listener."""

    def on_pictures(self, participant_id: str, unseen: frozenset[str], *, weak: bool) -> None:
        """Its line carries other pictures than before."""

    def on_layers(self, participant_id: str, *, small: bool) -> None:
        """It is to send the small layer as well from now on, or no more."""


class Adaptation:
    """Of one participant, whose `path` this is, and whose owner is its connection (Peer).

    paused: where is counted how long pictures were. changed: called when legs are to be fed anew.
    """

    def __init__(
        self,
        path: Path,
        participant_id: str,
        audience: Audience,
        paused: Paused,
        *,
        changed: Callable[[], None],
        log: Any,
    ) -> None:
        self.rates = Rates(path, paused)
        self.layering = Layering(path)
        self._doubling = Doubling()
        self._path = path
        self._participant_id = participant_id
        self._audience = audience
        self._changed = changed
        self._log = log

    @property
    def redundant(self) -> bool:
        """Whether the participant is to say its sound twice."""
        return self._doubling.redundant

    def look(self, negotiated: Answer | None, now: float) -> None:
        """See to what time brings, each tick. negotiated: what the participant can do, once it has said so."""
        if negotiated is not None and negotiated.redundant:
            self._choose_doubling(now)
        if negotiated is not None and negotiated.layered:
            self._choose_layers(now)  # before rates: whom the small layer helps needs no pause
        if (changed := self.rates.look(now)) is not None:
            self.say_rates(now)
            if changed:
                self._changed()
        elif self.rates.sending.hushed:
            self._say_rate(self._path, now, asked=False)

    def read(self, packets: Sequence[rtcp.Packet], now: float) -> None:
        """Take what the participant's RTCP says of its line. Its sender reports have been passed on just now."""
        for report in packets:
            if isinstance(report, rtcp.SenderReport) and (route := self._path.routes.get(report.ssrc)) is not None:
                for leg in route.legs:
                    leg.path.owner.rates.passed_on(report, now)
        if self.rates.read(packets, now):
            self.say_rates(now, asked=True)

    def say_rates(self, now: float, *, asked: bool = False) -> None:
        """Tell whom the participant's line bounds what to send. asked: it has just said what its line takes."""
        for path in (*self.rates.bounded, *(() if asked else (self._path,))):
            self._say_rate(path, now, asked=asked)

    def _say_rate(self, path: Path, now: float, *, asked: bool) -> None:
        if (said := path.owner.rates.say(now, asked=asked)) is not None:
            path.owner.send_rtcp(feedback.compound(rtcp.RELAY_SSRC, [said]))

    def choose_pictures(self, wanted: Sequence[tuple[str, Path]]) -> None:
        """These are the participants whose pictures there are, the most important first; not all may fit."""
        if self.rates.choose(wanted):
            now = self.rates.pictures
            self._audience.on_pictures(self._participant_id, now.unseen, weak=now.weak)

    def _choose_doubling(self, now: float) -> None:
        """Offer it to say its sound twice, or no more; not over a narrow line, for which that is too much."""
        sound = self._path.current.get(Stream.AUDIO)
        if sound is not None and not self._path.late and self._doubling.look(sound, now):
            self._log.info("peer_redundant_audio", asked=self._doubling.redundant)
            self._path.owner.offer_anew()

    def _choose_layers(self, now: float) -> None:
        """See who gets which layer, and have the participant send those that somebody gets."""
        if self.layering.look(now):
            self._changed()
        if self.layering.wanted is not self.layering.told:
            self.layering.told = self.layering.wanted
            self._log.info("peer_layers", small=self.layering.told)
            self._audience.on_layers(self._participant_id, small=self.layering.told)
        if now >= self.layering.asks_again:
            for layer in self.layering.needed():
                self._path.owner.want_keyframe(layer)
