"""One source's layers: which of them feeds whom, whether the small one is to be sent, and how a receiver goes over.

A receiver goes over exactly at the first packet of a keyframe of the other layer: until that is there it gets the old
one, and from it on nothing of that any more, late packets and retransmissions included. Its leg goes on numbering, and
by the sender reports of both layers it keeps time (routes.py). While somebody waits, the packets of the layer that is
waited for are looked at here one by one.

Monitors get the small layer where it is sent and their line is weak, or was too weak for the main one. They never let
it be sent, and go over when a keyframe comes by the schedule: of what they do a source notices nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..routes import Leg, Path, Route
from ..wire.rtp import HEADER, Layer, Stream, payload
from ..wire.vp8 import begins_keyframe
from .choice import STRONG, Choice

STALE = 1.0
"""Seconds without a packet after which a layer is not sent, if the other one is: browsers drop layers by themselves."""

LINGER = 5.0
"""Seconds for which the small layer goes on being sent though nobody gets it."""

GIVE_UP, BARRED = 5.0, 60.0
"""Seconds within which a source must send the small layer, or is not asked for it again for so long."""

AGAIN = 1.2
"""Seconds until a keyframe that is awaited is asked for again."""

Legs = Mapping[Stream, Sequence[Leg]]


class Layering:
    """See above. wanted: whether the source is to send the small layer. starved: the monitors who are not given the
    picture, for lack of a better line, as the room knows. The peer keeps two things here: `told`, whether it was told
    so last, and `asks_again`, from when on a keyframe that is still awaited is asked for once more.
    """

    __slots__ = (
        "_asked_at",
        "_barred_until",
        "_choice",
        "_idle_since",
        "_path",
        "_repeats",
        "_sent",
        "_watching",
        "asks_again",
        "starved",
        "told",
        "wanted",
    )

    def __init__(self, path: Path) -> None:
        self._path = path
        self._choice: Choice[Path] = Choice()
        self._watching: Choice[Path] = Choice()
        self._sent: frozenset[Layer] = frozenset()
        self._repeats: dict[Leg, Leg] = {}
        self._asked_at = self._barred_until = float("-inf")
        self._idle_since: float | None = None
        self.wanted = self.told = False
        self.asks_again = float("-inf")
        self.starved: frozenset[Path] = frozenset()

    # What time brings

    def look(self, now: float) -> bool:
        """Decide anew. Whether anything has changed, so that legs are to be fed anew."""
        path, before = self._path, self._sent
        self._see_sent(now)
        if self.wanted and Layer.SMALL not in self._sent and now - self._asked_at > GIVE_UP:
            self._barred_until = now + BARRED
        small = self._small(now)
        if small - path.small and not self.wanted:
            self.wanted, self._asked_at = True, now
        changed = small != path.small or self._sent != before
        path.small = small
        self._rest(now)
        return changed

    def _see_sent(self, now: float) -> None:
        """See of which layers packets come. Where none comes any more it is those that came last: the camera is off."""
        found = {layer: route for layer in Layer if (route := self._video(layer)) is not None}
        fresh = frozenset(layer for layer, route in found.items() if now - route.last_at < STALE)
        self._sent = fresh or self._sent & found.keys()
        self._path.smallest = self._path.layers[Layer.SMALL if Layer.SMALL in self._sent else Layer.MAIN]

    def _small(self, now: float) -> frozenset[Path]:
        """Who is to get the small layer: family whose lines are weak, and monitors where it is sent for the family."""
        if now < self._barred_until:
            return frozenset()
        estimates = self._path.estimates
        family = self._choice.look({each: rate for each, rate in estimates.items() if each.upstream}, now)
        watching = dict.fromkeys(self.starved, 0)  # of whom it is paused nothing is estimated
        watching |= {each: rate for each, rate in estimates.items() if not each.upstream}
        weak = self._watching.look(watching if self.wanted else {}, now, STRONG)
        return family | weak if family else frozenset()

    def _rest(self, now: float) -> None:
        """Let the small layer be sent no more, when it was for nobody for some time."""
        if not self.wanted or self._path.small:
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = now
        elif now - self._idle_since >= LINGER:
            self.wanted, self._idle_since = False, None

    # Who is fed by what

    def rewire(self, legs: Legs, now: float) -> set[Layer]:
        """Feed these legs of the source's receivers. Return the layers of which participants need a keyframe."""
        self._see_sent(now)
        streams = self._path.layers
        self._repeats = {leg.primary: leg for leg in legs[Stream.RTX] if leg.primary is not None}
        fed = {leg: self._fed(leg) for leg in legs[Stream.VIDEO]}
        audio = streams[Layer.MAIN].get(Stream.AUDIO)
        if audio is not None:
            audio.feed(tuple(legs[Stream.AUDIO]), now)
        videos = {layer: tuple(leg for leg in fed if fed[leg] is layer) for layer in Layer}
        needed = {layer for layer in Layer if _someone_new(self._video(layer), videos[layer])}
        for layer in Layer:
            repeats = tuple(self._repeats[leg] for leg in videos[layer] if leg in self._repeats)
            _keep(streams[layer].get(Stream.VIDEO), videos[layer], now)
            _keep(streams[layer].get(Stream.RTX), repeats, now)
        for layer in Layer:
            self._feed(layer, videos[layer], now)
            if self._await(layer, fed):
                needed.add(layer)
        return needed

    def _feed(self, layer: Layer, videos: tuple[Leg, ...], now: float, first: int | None = None) -> None:
        streams = self._path.layers[layer]
        if Stream.VIDEO in streams:
            streams[Stream.VIDEO].feed(videos, now, first)
        if Stream.RTX in streams:
            streams[Stream.RTX].feed(tuple(self._repeats[leg] for leg in videos if leg in self._repeats), now)

    def _fed(self, leg: Leg) -> Layer | None:
        """The layer that feeds a leg now: the one it had, as long as it lasts, for only a keyframe makes it another.

        None where a leg is fed by nothing, after a pause or a hold, and was fed by another one before.
        """
        route, meant = leg.route, self._meant(leg)
        if route is None or route is not self._path.layers[route.layer].get(Stream.VIDEO):
            return meant
        return route.layer if leg.feeding or route.layer is meant else None

    def _meant(self, leg: Leg) -> Layer:
        meant = Layer.SMALL if leg.path in self._path.small else Layer.MAIN
        if meant in self._sent or len(self._sent) != 1:
            return meant if self._video(meant) is not None else Layer.MAIN
        return next(iter(self._sent))

    def _await(self, layer: Layer, fed: Mapping[Leg, Layer | None]) -> bool:
        """Let those go over to a layer who are meant to get it. Whether a participant is newly among them."""
        video = self._video(layer)
        if video is None:
            return False
        waiting = tuple(leg for leg in fed if fed[leg] is not layer and self._meant(leg) is layer)
        newly = any(leg.path.upstream and leg not in video.awaited for leg in waiting)
        video.wait(waiting)
        return newly

    def needed(self) -> set[Layer]:
        """Return the layers whose keyframe a participant awaits."""
        videos = [video for layer in Layer if (video := self._video(layer)) is not None]
        return {video.layer for video in videos if any(leg.path.upstream for leg in video.awaited)}

    # What comes

    def take(self, route: Route, packet: bytes, now: float) -> None:
        """A packet of a layer that is awaited: with the first of a keyframe those who wait go over to it.

        One that was overtaken begins nothing, for of what overtook it nothing went out.
        """
        seq = HEADER.unpack_from(packet)[2]
        if seq != route.highest or not begins_keyframe(bytes(payload(memoryview(packet), len(packet)))):
            return
        going = route.awaited
        route.wait(())
        for layer in Layer:
            video = self._video(layer)
            if video is not None and video is not route:
                staying = tuple(leg for leg in video.legs if leg not in going)
                self._feed(layer, staying, now)
        self._feed(route.layer, (*route.legs, *going), now, seq)
        for leg in going:
            leg.begin(packet)

    def _video(self, layer: Layer) -> Route | None:
        return self._path.layers[layer].get(Stream.VIDEO)


def _keep(route: Route | None, legs: Sequence[Leg], now: float) -> None:
    """Take from a route the legs that it is to have no more, before another one gets them."""
    if route is not None:
        route.feed(tuple(leg for leg in route.legs if leg in legs), now)


def _someone_new(route: Route | None, legs: Sequence[Leg]) -> bool:
    """Whether a participant begins to receive in the middle of a stream. A monitor waits for the schedule."""
    if route is None or route.received == 0:
        return False
    return any(leg.path.upstream and leg not in route.legs for leg in legs)
